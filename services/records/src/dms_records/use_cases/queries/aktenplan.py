"""Rows of the Aktenplan."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID


class AktenplanRow(NamedTuple):
    """
    A unit of the plan with what it says itself, and the key of its office; what is None it inherits.

    A tuple, because whole plans of them are read at once.
    """

    id: UUID
    version: int
    uebergeordnet_id: UUID | None
    schluessel: str
    titel: str
    aussonderungsart: str | None
    aufbewahrungsdauer: int | None
    unbefristet: bool | None
    aktenbildung: str | None
    aktenzeichen_akte: str | None
    aktenzeichen_vorgang: str | None
    aktenzeichen_dokument: str | None
    produktnummer: str | None
    rang: int
    stillgelegt: bool
    gueltig_von: date
    gueltig_bis: date | None
    organisationseinheit: str | None


@dataclass(frozen=True, kw_only=True)
class AktenplanStandRow:
    """A Stand of a unit: what it said then, with the key of the unit above, and which act of whom made it so."""

    einheit: AktenplanRow
    uebergeordnet: str | None
    wirksam_ab: date
    anlass: str
    grund: str | None
    geaendert_von: str
    geaendert_am: datetime
