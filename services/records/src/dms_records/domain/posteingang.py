"""The Posteingang: what waits for a person to place it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from dms_kit.core.text import sort_key


@dataclass(eq=False, kw_only=True)
class Posteingang:
    """An Eingang that no rule could place; `vorgang_id` is set once somebody assigned it."""

    mandant: str
    id: UUID
    antrag_id: UUID
    grund: str
    eingegangen_am: datetime
    betreff: str
    vorgang_id: UUID | None = None
    abgelegt_am: datetime | None = None
    version: int = 1
    betreff_sortierung: str = ""

    def __post_init__(self) -> None:
        self.betreff_sortierung = sort_key(self.betreff)
