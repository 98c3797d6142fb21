"""What the operator is told instead of a traceback."""


class OperatorError(Exception):
    """Raised when the process cannot start or go on; its text is one sentence with the remedy, the exit code is 1."""
