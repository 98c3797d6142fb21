"""What search refuses."""

from dms_kit.core.errors import DmsError, ErrorKind


class SucheOhneWorteError(DmsError):
    """Raised for a search without a word to look for; the client gives one."""

    code = "suche-ohne-worte"
    kind = ErrorKind.INVALID
    title = "Die Suche braucht mindestens ein Wort"


class CursorAbgelaufenError(DmsError):
    """Raised when the snapshot behind a cursor is gone or its 10,000 hits are used up; the client searches again."""

    code = "cursor-abgelaufen"
    kind = ErrorKind.GONE
    title = "Der Cursor ist abgelaufen"
