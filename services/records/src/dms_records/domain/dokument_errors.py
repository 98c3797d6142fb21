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


class DokumentRegisteredError(DmsError):
    """Raised when a registered Dokument is to be deleted: only Aussonderung may do that."""

    code = "dokument-registriert"
    kind = ErrorKind.CONFLICT
    title = "Ein registriertes Dokument wird nicht gelöscht"


class DokumentFinalError(DmsError):
    """Raised when a Dokument with a final version is to be deleted; it is registered instead."""

    code = "dokument-endgueltig"
    kind = ErrorKind.CONFLICT
    title = "Ein Dokument mit endgültiger Version wird nicht gelöscht"


class DokumentversionFinalError(DmsError):
    """Raised by `freeze` for a version that somebody else made final; the caller reloads the Dokument."""

    code = "version-endgueltig"
    kind = ErrorKind.CONFLICT
    title = "Die Version ist bereits endgültig"


class DokumentversionCurrentError(DmsError):
    """Raised when the current version is to be restored; there is nothing to do."""

    code = "version-aktuell"
    kind = ErrorKind.CONFLICT
    title = "Diese Version ist die aktuelle"
