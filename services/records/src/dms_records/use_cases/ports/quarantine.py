"""The quarantine as use cases need it."""

from datetime import datetime
from typing import Protocol

from dms_kit.core.fixity import Schaden


class Quarantine(Protocol):
    """The objects of the Mandant of which nothing is served."""

    async def add(self, objekt_key: str, schaden: Schaden, *, gefunden_durch: str, moment: datetime) -> bool:
        """Quarantine an object, count it and log it; False when it is quarantined already, which stays as it is."""
        ...
