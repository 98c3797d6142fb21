"""What is refused to those who send a file in parts."""

from dms_kit.core.errors import DmsError, ErrorKind


class UploadOffsetError(DmsError):
    """Raised for bytes that are not the next ones; `members` say from which offset to go on."""

    code = "upload-offset"
    kind = ErrorKind.CONFLICT
    title = "Die Bytes schließen nicht an das an, was schon da ist"


class UploadTooLongError(DmsError):
    """Raised when more bytes come than were said; those within the size stay."""

    code = "upload-zu-lang"
    kind = ErrorKind.TOO_LARGE
    title = "Es sind mehr Bytes, als angekündigt waren"


class UploadIncompleteError(DmsError):
    """Raised when an Upload is to be used before its last byte is there; `members` say where it stands."""

    code = "upload-unvollstaendig"
    kind = ErrorKind.CONFLICT
    title = "Der Upload ist noch nicht vollständig"


class UploadDigestError(DmsError):
    """Raised when the whole is not what its hash says; the Upload is gone, the client begins anew."""

    code = "upload-pruefsumme"
    kind = ErrorKind.INVALID
    title = "Die Prüfsumme passt nicht zu den gesendeten Bytes"
