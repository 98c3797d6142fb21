"""What workflow refuses, and why."""

from dms_kit.core.errors import DmsError, ErrorKind


class AufgabeTakenError(DmsError):
    """Raised by `claim` when somebody else holds the Aufgabe; the caller reloads the list and takes another."""

    code = "aufgabe-vergeben"
    kind = ErrorKind.CONFLICT
    title = "Die Aufgabe hat bereits jemand übernommen"


class AufgabeNotClaimedError(DmsError):
    """Raised by `release` and `complete` when nobody holds the Aufgabe; the caller claims it first."""

    code = "aufgabe-nicht-uebernommen"
    kind = ErrorKind.CONFLICT
    title = "Die Aufgabe ist nicht übernommen"


class AufgabeHeldByOtherError(DmsError):
    """Raised by `release` and `complete` when another person holds the Aufgabe; only its Bearbeiter goes on."""

    code = "aufgabe-anderer-bearbeiter"
    kind = ErrorKind.CONFLICT
    title = "Die Aufgabe bearbeitet jemand anderes"


class AufgabeDoneError(DmsError):
    """Raised by every act on a completed Aufgabe: it stays as it is."""

    code = "aufgabe-erledigt"
    kind = ErrorKind.CONFLICT
    title = "Die Aufgabe ist bereits erledigt"
