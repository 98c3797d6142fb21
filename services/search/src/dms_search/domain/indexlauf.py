"""Indexlauf: the building of a new index from what records publishes again, one row for each Mandant."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class IndexlaufStatus(StrEnum):
    """Where a run stands."""

    WARTET = "wartet"
    LAEUFT = "laeuft"
    FERTIG = "fertig"
    GESCHEITERT = "gescheitert"


@dataclass(eq=False, kw_only=True)
class Indexlauf:
    """
    A run of one Mandant: `anzahl` republished facts are applied of `erwartet` (None until records has counted).

    The index is common to all Mandanten: it answers when each of them is complete.
    """

    mandant: str
    id: UUID
    status: IndexlaufStatus
    angefordert_am: datetime
    gestartet_am: datetime | None = None
    beendet_am: datetime | None = None
    anzahl: int = 0
    erwartet: int | None = None

    @property
    def is_open(self) -> bool:
        """Say whether the run waits or goes on."""
        return self.status in {IndexlaufStatus.WARTET, IndexlaufStatus.LAEUFT}

    @property
    def is_complete(self) -> bool:
        """Say whether everything that records published again is applied."""
        return self.status is IndexlaufStatus.LAEUFT and self.erwartet is not None and self.anzahl >= self.erwartet

    def start(self, moment: datetime) -> None:
        """Begin: records is asked in the same transaction."""
        self.status = IndexlaufStatus.LAEUFT
        self.gestartet_am = moment

    def count(self, applied: int) -> None:
        """Count republished facts; those that come after the end count for nothing."""
        if self.is_open:
            self.anzahl += applied

    def expect(self, erwartet: int) -> None:
        """Learn from records how many facts were published again."""
        if self.is_open:
            self.erwartet = erwartet

    def finish(self, moment: datetime) -> None:
        """End well: the new index answers."""
        self.status = IndexlaufStatus.FERTIG
        self.beendet_am = moment

    def fail(self, moment: datetime) -> None:
        """End badly: what was built is gone."""
        self.status = IndexlaufStatus.GESCHEITERT
        self.beendet_am = moment
