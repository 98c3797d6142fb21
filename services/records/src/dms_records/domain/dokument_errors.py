"""What is refused to those who change a Dokument."""

from dms_kit.core.errors import DmsError, ErrorKind


class DokumentCheckedOutError(DmsError):
    """Raised when somebody else holds the Dokument; `members` name who, and until when."""

    code = "dokument-ausgecheckt"
    kind = ErrorKind.CONFLICT
    title = "Das Dokument ist ausgecheckt"


class DokumentNotCheckedOutError(DmsError):
    """Raised when an act needs a check-out and nobody holds the Dokument; a second check-in ends here too."""

    code = "dokument-nicht-ausgecheckt"
    kind = ErrorKind.CONFLICT
    title = "Das Dokument ist nicht ausgecheckt"


class BearbeitungssperreEndedError(DmsError):
    """Raised when the check-out of the caller ended by itself; nothing was written, a new check-out may begin."""

    code = "auschecken-abgelaufen"
    kind = ErrorKind.CONFLICT
    title = "Das Auschecken ist abgelaufen"
