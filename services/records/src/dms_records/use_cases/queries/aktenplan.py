"""Rows of the Aktenplan."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class AktenplanRow:
    """A unit of the plan, with the key of its office."""

    id: UUID
    version: int
    uebergeordnet_id: UUID | None
    schluessel: str
    titel: str
    aussonderungsart: str | None
    aufbewahrungsdauer: int | None
    unbefristet: bool | None
    aktenbildung: str | None
    stillgelegt: bool
    gueltig_von: date
    gueltig_bis: date | None
    organisationseinheit: str | None
