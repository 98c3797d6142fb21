"""Rows of offices."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class OrganisationseinheitRow:
    """An office; `uebergeordnet` is the key of the one above."""

    id: UUID
    version: int
    schluessel: str
    name: str
    uebergeordnet: str | None
    gueltig_von: date
    gueltig_bis: date | None
