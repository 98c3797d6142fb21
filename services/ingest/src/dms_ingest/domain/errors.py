"""Refusals of ingest."""

from dms_kit.core.errors import DmsError, ErrorKind


class AntragTooLargeError(DmsError):
    """Raised while an upload passes one of the published limits; the client sends less, nothing was accepted."""

    code = "antrag-zu-gross"
    kind = ErrorKind.TOO_LARGE
    title = "Der Antrag überschreitet eine Grenze"
