"""Who is responsible for what is filed under a unit of the plan."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(eq=False, kw_only=True)
class Zustaendigkeit:
    """
    A dated pair of plan unit and office; every Akte, Vorgang and Dokument points to one.

    A reorganisation changes these rows and nothing else, so rights follow without touching files.
    """

    mandant: str
    id: UUID
    aktenplaneinheit_id: UUID
    organisationseinheit_id: UUID
    gueltig_von: date
    gueltig_bis: date | None = None
    version: int = 1
