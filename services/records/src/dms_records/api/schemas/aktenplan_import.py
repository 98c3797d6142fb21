"""An Aktenplan as rows: what an import answers, and what a row of it may say."""

from collections.abc import Mapping
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from dms_records.api.schemas.aktenplan import AktenplanAngaben
from dms_records.api.schemas.aktenplan_changes import NeueAktenplaneinheit
from dms_records.api.schemas.fields import RANKS
from dms_records.domain.aktenplan_import import GEAENDERT, NEU, AktenplanImport, AktenplanUnterschied, AktenplanZeile

FIELDS = tuple(AktenplanAngaben.model_fields)
_SHOWN = {
    "uebergeordnet_id": "uebergeordnet",
    "organisationseinheit_id": "organisationseinheit",
    "rang": "vertraulichkeit",
}


class AktenplanZeilen(BaseModel):
    """Ein Aktenplan als flache Liste seiner Einheiten, so wie ihn der Export liefert."""

    items: list[AktenplanAngaben]


class Unterschied(BaseModel):
    """Ein Feld, das anders wird."""

    feld: str = Field(examples=["titel"])
    alt: Any
    neu: Any


class Einheitsunterschied(BaseModel):
    """Eine Einheit, die neu ist oder anders wird."""

    zeile: int = Field(description="Zeile der CSV-Datei oder Platz in `items`, von 0 an.")
    schluessel: str
    art: Literal["neu", "geaendert"]
    felder: list[Unterschied] = Field(description="Leer, wenn die Einheit neu ist.")


class Importergebnis(BaseModel):
    """Was ein Import geändert hat oder, im Probelauf, ändern würde."""

    probelauf: bool
    zeilen: int
    neu: int
    geaendert: int
    unveraendert: int
    unterschiede: list[Einheitsunterschied]


class Zeile(NeueAktenplaneinheit):
    """Eine Zeile eines Imports."""

    def to_domain(self, zeile: int) -> AktenplanZeile:
        """Return what the row says, by the names of the domain."""
        facts = self.angaben()
        if self.gueltig_von is not None:
            facts["gueltig_von"] = self.gueltig_von
        return AktenplanZeile(zeile=zeile, schluessel=self.schluessel, angaben=facts)


def ergebnis_of(result: AktenplanImport, *, zeilen: int, probelauf: bool) -> Importergebnis:
    """Return the answer to an import, with every difference in the order of rows."""
    keys = result.keys
    counts = {art: sum(row.art == art for row in result.unterschiede) for art in (NEU, GEAENDERT)}
    return Importergebnis(
        probelauf=probelauf,
        zeilen=zeilen,
        neu=counts[NEU],
        geaendert=counts[GEAENDERT],
        unveraendert=zeilen - len(result.unterschiede),
        unterschiede=[_unterschied(row, keys) for row in result.unterschiede],
    )


def _unterschied(row: AktenplanUnterschied, keys: Mapping[UUID, str]) -> Einheitsunterschied:
    felder = [
        Unterschied(feld=_SHOWN.get(name, name), alt=_shown(name, old, keys), neu=_shown(name, new, keys))
        for name, (old, new) in row.felder.items()
        if row.art == GEAENDERT
    ]
    felder.sort(key=lambda fact: FIELDS.index(fact.feld))
    art: Literal["neu", "geaendert"] = "neu" if row.art == NEU else "geaendert"
    return Einheitsunterschied(zeile=row.zeile, schluessel=row.einheit.schluessel, art=art, felder=felder)


def _shown(name: str, value: Any, keys: Mapping[UUID, str]) -> Any:
    if name == "rang":
        return RANKS[value]
    return keys.get(value) if isinstance(value, UUID) else value
