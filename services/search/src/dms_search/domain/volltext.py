"""Volltext: what could be read out of a file, or why nothing could."""

from dataclasses import dataclass
from enum import StrEnum


class VolltextGrund(StrEnum):
    """Why a file is found by its metadata only; each is shown to people as it stands."""

    FORMAT = "Aus diesem Dateiformat wird kein Text gelesen."
    OHNE_TEXT = "Die Datei enthält keinen lesbaren Text."
    BESCHAEDIGT = "Die Datei ist beschädigt."
    VERSCHLUESSELT = "Die Datei ist mit einem Kennwort geschützt."
    ZU_GROSS = "Die Datei wäre entpackt zu groß."
    ZEIT = "Das Lesen der Datei hat zu lange gedauert."
    SPEICHER = "Das Lesen der Datei hat zu viel Speicher gebraucht."
    ABBRUCH = "Das Lesen der Datei ist abgebrochen."
    PRUEFSUMME = "Der Inhalt passt nicht zur Prüfsumme."
    GESPERRT = "Die Datei ist befallen oder nicht auf Viren geprüft."
    FEHLT = "Der Inhalt ist nicht vorhanden."


@dataclass(frozen=True)
class Volltext:
    """The text of a file, perhaps cut at the limit; `grund` is empty when the file was read."""

    text: str = ""
    grund: str = ""
