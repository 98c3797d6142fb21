"""What is refused of reorganisations, and why."""

from collections.abc import Iterable
from typing import Self

from dms_kit.core.errors import DmsError, ErrorKind

_SHOWN = 10


class ReorganisationAmbiguousError(DmsError):
    """Raised when steps name a unit twice, so that their order would decide; the client says it once."""

    code = "reorganisation-mehrdeutig"
    kind = ErrorKind.INVALID
    title = "Eine Einheit ist mehrfach genannt"


class ReorganisationIncompleteError(DmsError):
    """Raised when an office would end while units of the plan that it has go nowhere."""

    code = "reorganisation-unvollstaendig"
    kind = ErrorKind.CONFLICT
    title = "Die Aufteilung lässt etwas übrig"

    @classmethod
    def of(cls, schluessel: str, units: Iterable[str]) -> Self:
        missing = sorted(units)
        shown = ", ".join(missing[:_SHOWN]) + (f" und {len(missing) - _SHOWN} mehr" if len(missing) > _SHOWN else "")
        return cls(f"Von der Organisationseinheit „{schluessel}“ bliebe übrig: {shown}.")


class ReorganisationForeignError(DmsError):
    """Raised when a split names a unit of the plan that its office has nothing to do with."""

    code = "reorganisation-fremde-aktenplaneinheit"
    kind = ErrorKind.CONFLICT
    title = "Die Organisationseinheit ist für eine genannte Aktenplaneinheit nicht zuständig"

    @classmethod
    def of(cls, schluessel: str, unit: str) -> Self:
        return cls(f"Für die Aktenplaneinheit „{unit}“ ist die Organisationseinheit „{schluessel}“ nicht zuständig.")


class AktenplaneinheitUnknownError(DmsError):
    """Raised when the named unit of the plan does not exist; the caller names another one."""

    code = "aktenplaneinheit-unbekannt"
    kind = ErrorKind.CONFLICT
    title = "Diese Aktenplaneinheit gibt es nicht"

    @classmethod
    def of(cls, schluessel: str) -> Self:
        return cls(f"Die Aktenplaneinheit „{schluessel}“ gibt es nicht.")
