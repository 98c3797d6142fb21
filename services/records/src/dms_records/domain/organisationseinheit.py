"""The offices of a municipality."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(eq=False, kw_only=True)
class Organisationseinheit:
    """An office; `gueltig_bis` is the first day on which it no longer exists."""

    mandant: str
    id: UUID
    schluessel: str
    name: str
    uebergeordnet_id: UUID | None
    gueltig_von: date
    gueltig_bis: date | None = None
    version: int = 1

    def is_valid(self, today: date) -> bool:
        """Say whether the office exists on that day."""
        return self.gueltig_von <= today and (self.gueltig_bis is None or today < self.gueltig_bis)
