"""Errors that only an HTTP request can make."""

from dms_kit.core.errors import DmsError, ErrorKind


class BodyTooLargeError(DmsError):
    """Raised while a JSON body is read that passes the limit; the client sends less."""

    code = "anfrage-zu-gross"
    kind = ErrorKind.TOO_LARGE
    title = "Die Anfrage ist zu groß"


class UnsupportedMediaTypeError(DmsError):
    """Raised when a body comes with another media type than the operation reads."""

    code = "medientyp-nicht-unterstuetzt"
    kind = ErrorKind.UNSUPPORTED_MEDIA_TYPE
    title = "Dieser Medientyp wird nicht unterstützt"
