"""Why nothing could be checked."""


class CannotVerifyError(Exception):
    """Raised when keys, database or store cannot be read; its text is one sentence, the program ends with 3."""
