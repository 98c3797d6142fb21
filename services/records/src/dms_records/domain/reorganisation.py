"""The reorganisation: offices merged, split, moved, renamed and closed in one act."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(eq=False, kw_only=True)
class Reorganisation:
    """What was ordered (`schritte`) and what it touched (`ergebnis`), both as JSON; never changed afterwards."""

    mandant: str
    id: UUID
    wirksam_ab: date
    grund: str
    durchgefuehrt_am: datetime
    schritte: str
    ergebnis: str
