"""What is refused of changes to the organisation, and why."""

from datetime import date
from typing import Self

from dms_kit.core.errors import DmsError, ErrorKind


class OrganisationseinheitUnknownError(DmsError):
    """Raised when the named office does not exist (any more); the caller names another one."""

    code = "organisationseinheit-unbekannt"
    kind = ErrorKind.CONFLICT
    title = "Diese Organisationseinheit gibt es nicht"

    @classmethod
    def of(cls, schluessel: str) -> Self:
        return cls(f"Die Organisationseinheit „{schluessel}“ gibt es nicht.")


class OrganisationseinheitExistsError(DmsError):
    """Raised when a new office is given a key that is or was taken; keys are not used again."""

    code = "organisationseinheit-vorhanden"
    kind = ErrorKind.CONFLICT
    title = "Der Schlüssel der Organisationseinheit ist vergeben"

    @classmethod
    def of(cls, schluessel: str) -> Self:
        return cls(f"Der Schlüssel „{schluessel}“ ist vergeben, auch wenn die Organisationseinheit geschlossen ist.")


class OrganisationseinheitClosedError(DmsError):
    """Raised when an office is to be changed, or to take something in, that does not exist on that day."""

    code = "organisationseinheit-geschlossen"
    kind = ErrorKind.CONFLICT
    title = "Die Organisationseinheit besteht nicht"

    @classmethod
    def of(cls, schluessel: str) -> Self:
        return cls(f"Die Organisationseinheit „{schluessel}“ ist geschlossen oder besteht an diesem Tag noch nicht.")


class OrganisationseinheitCycleError(DmsError):
    """Raised when an office would stand below itself."""

    code = "organisationseinheit-kreis"
    kind = ErrorKind.CONFLICT
    title = "Eine Organisationseinheit stünde unter sich selbst"

    @classmethod
    def of(cls, schluessel: str) -> Self:
        return cls(f"Die Organisationseinheit „{schluessel}“ stünde unter sich selbst.")


class OrganisationseinheitOccupiedError(DmsError):
    """Raised when an office is to be closed that still has offices below it or responsibility."""

    code = "organisationseinheit-belegt"
    kind = ErrorKind.CONFLICT
    title = "An der Organisationseinheit hängt noch etwas"

    @classmethod
    def of(cls, schluessel: str, belegung: object) -> Self:
        return cls(f"An der Organisationseinheit „{schluessel}“ hängen noch: {belegung}.")


class OrganisationseinheitOverlapError(DmsError):
    """Raised when a change is dated before the last one: two states would hold on the same day."""

    code = "zeitraum-ueberschneidet"
    kind = ErrorKind.CONFLICT
    title = "Der Tag liegt vor der letzten Änderung"

    @classmethod
    def of(cls, what: str, since: date) -> Self:
        return cls(f"{what}: der heutige Stand gilt seit {since:%d.%m.%Y}, eine Änderung davor überschneidet sich.")


class SammelakteExistsError(DmsError):
    """Raised when a Sammelakte is handed over to an office that has its own one of that year already."""

    code = "sammelakte-vorhanden"
    kind = ErrorKind.CONFLICT
    title = "Die Organisationseinheit hat für dieses Jahr schon eine Sammelakte"
