"""Facts that leave search."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class DokumentIndexed:
    """A Dokument can be found; `grund` says why only by its metadata, empty when by its text too."""

    dokument_id: UUID
    version: int
    vorgang_id: UUID | None
    antrag_id: UUID | None
    indexiert_am: datetime
    grund: str


@dataclass(frozen=True)
class RepublishRequested:
    """A new index is being built: the owners publish everything living again for this run."""

    lauf_id: UUID
