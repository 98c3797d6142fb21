"""The Virenprüfung of a file: what it said, and what follows from it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dms_kit.core.fixity import Schaden
from dms_records.domain.dokument import BEFALLEN, NICHT_GEPRUEFT, SAUBER, Dokumentversion
from dms_records.domain.eingang import EingangAnlage
from dms_records.domain.errors import DokumentInfectedError, DokumentUnscannedError

_RETRY_SECONDS = 10


class VirenpruefungGrund(StrEnum):
    """Why a file stays `nicht_geprueft` for good; each is shown to people as it stands."""

    ZU_GROSS = "Die Datei ist größer, als der Virenscanner prüft."
    GRENZE = "Der Inhalt der Datei überschreitet, was der Virenscanner prüft."
    VERSCHLUESSELT = "Die Datei ist verschlüsselt."
    PRUEFSUMME = "Der Inhalt passt nicht zur Prüfsumme."
    FEHLT = "Der Inhalt ist nicht vorhanden."


_SCHAEDEN = {VirenpruefungGrund.FEHLT.value: Schaden.FEHLT, VirenpruefungGrund.PRUEFSUMME.value: Schaden.PRUEFSUMME}


@dataclass(frozen=True)
class Virenpruefung:
    """
    A result that stays: `pruefstatus` and its Befund.

    The Befund of `befallen` is the name of what was found, of `nicht_geprueft` a VirenpruefungGrund, of `sauber` None.
    """

    pruefstatus: str
    befund: str | None = None

    @classmethod
    def clean(cls) -> "Virenpruefung":
        """Return the result of a file in which nothing was found."""
        return cls(SAUBER)

    @classmethod
    def infected(cls, name: str) -> "Virenpruefung":
        """Return the result of a file in which that was found."""
        return cls(BEFALLEN, name)

    @classmethod
    def impossible(cls, grund: VirenpruefungGrund) -> "Virenpruefung":
        """Return the result of a file that cannot be scanned."""
        return cls(NICHT_GEPRUEFT, grund.value)

    @property
    def schaden(self) -> Schaden | None:
        """Return what the scan found wrong with the object itself."""
        return _SCHAEDEN.get(self.befund or "")

    def record_on(self, datei: Dokumentversion | EingangAnlage, moment: datetime) -> bool:
        """Give the result to a file that waits for one; False when it has one: that stays."""
        if datei.pruefstatus != NICHT_GEPRUEFT or datei.befund is not None:
            return False
        datei.pruefstatus, datei.befund, datei.geprueft_am = self.pruefstatus, self.befund, moment
        return True


@dataclass(frozen=True, kw_only=True)
class VirenpruefungRegel:
    """What the installation demands: whether there is a scanner, and whether unscanned files are withheld then."""

    is_on: bool = False
    withholds_unscanned: bool = True

    def is_open(self, pruefstatus: str, befund: str | None) -> bool:
        """Say whether a scan of the file is still to come."""
        return self.is_on and pruefstatus == NICHT_GEPRUEFT and befund is None

    def is_withheld(self, pruefstatus: str) -> bool:
        """Say whether the file must not be served."""
        unscanned = self.is_on and self.withholds_unscanned and pruefstatus == NICHT_GEPRUEFT
        return pruefstatus == BEFALLEN or unscanned

    def check_served(self, pruefstatus: str, befund: str | None) -> None:
        """Raise DokumentInfectedError or DokumentUnscannedError for a file that must not be served."""
        if pruefstatus == BEFALLEN:
            raise DokumentInfectedError
        if self.is_withheld(pruefstatus):
            if self.is_open(pruefstatus, befund):
                raise DokumentUnscannedError(retry_after=_RETRY_SECONDS)
            raise DokumentUnscannedError(f"Die Datei konnte nicht geprüft werden. {befund}")
