"""What a scan works with, and which files it puts off."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from dms_kit.core.clock import Clock
from dms_kit.ports.object_store import ObjectStore
from dms_records.domain.virenpruefung import Virenpruefung
from dms_records.use_cases.ports import OpenUnitOfWork, UngepruefteDatei, UngepruefteDateien, VirusScanner

_LONGEST_WAIT_SECONDS = 300


@dataclass(kw_only=True)
class Scanning:
    """The parts of a scan; `report` is called for each file, without a result when the scanner broke off at it."""

    scanner: VirusScanner
    store: ObjectStore
    dateien: UngepruefteDateien
    unit_of_work: Callable[[str], OpenUnitOfWork]
    clock: Clock
    report: Callable[[UngepruefteDatei, Virenpruefung | None], None]
    _put_off: dict[str, tuple[int, datetime]] = field(default_factory=dict)

    def put_off(self, key: str) -> None:
        """Try a file again later, each time after twice as long."""
        tried = self._put_off[key][0] + 1 if key in self._put_off else 1
        wait = timedelta(seconds=min(2**tried, _LONGEST_WAIT_SECONDS))
        self._put_off[key] = (tried, self.clock.now() + wait)

    def done(self, key: str) -> None:
        """Forget that a file was ever put off."""
        self._put_off.pop(key, None)

    def not_yet(self) -> list[str]:
        """Return the files whose time has not come."""
        now = self.clock.now()
        return [key for key, (_, due) in self._put_off.items() if due > now]
