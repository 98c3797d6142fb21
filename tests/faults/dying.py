"""
The command line of records, whose API dies by `kill -9` at a named point.

    python -m tests.faults.dying api --port 8082

The parts that may die are subclasses of the product's, put in place before it starts; `die_at` reads from a file which
point is wanted. The file is gone when the process died there and nowhere else.
"""

import os
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

from dms_kit.adapters.choose_store import choose_store
from dms_kit.adapters.filesystem_store import FilesystemStore
from dms_kit.commands.verb import run_command_line
from dms_kit.ports.object_store import BLOCK_SIZE, StoredObject
from dms_records import bootstrap
from dms_records.__main__ import VERBS
from dms_records.adapters.postgres.organisation import OrganisationRepository
from dms_records.adapters.postgres.schriftgut import SchriftgutRepository
from dms_records.adapters.postgres.unit_of_work import RecordsUnitOfWork
from dms_records.domain.reorganisation import ReorganisationSchritt
from dms_records.domain.reorganisation_stand import ReorganisationStand
from dms_records.domain.zustaendigkeit import Zustaendigkeit
from dms_records.use_cases import reorganisation_saving

CHECK_IN, REGISTRATION, REORGANISATION = "check-in", "registration", "reorganisation"
COMMITTED = "it is committed"
_WRITTEN = "everything is written"
POINTS = (
    f"{CHECK_IN}: a block is hashed",
    f"{CHECK_IN}: the object is written",
    f"{CHECK_IN}: {_WRITTEN}",
    f"{CHECK_IN}: {COMMITTED}",
    f"{REGISTRATION}: the number is taken",
    f"{REGISTRATION}: {_WRITTEN}",
    f"{REGISTRATION}: {COMMITTED}",
    f"{REORGANISATION}: two of three steps are carried out",
    f"{REORGANISATION}: offices are written",
    f"{REORGANISATION}: {_WRITTEN}",
    f"{REORGANISATION}: {COMMITTED}",
)
# By the entry of the Protokoll that each of them leaves.
_ACTS = {
    "dokument.checked_in": CHECK_IN,
    "akte.registered": REGISTRATION,
    "reorganisation.performed": REORGANISATION,
}


def wanted_in(data: Path) -> Path:
    """Return the file that names the point at which the installation with this data folder is to die."""
    return data.parent / "die-at"


def die_at(point: str) -> None:
    """Die if that is wanted here."""
    wanted = wanted_in(Path(os.environ["DMS_DATA"]))
    if wanted.is_file() and wanted.read_text(encoding="utf-8") == point:
        wanted.unlink()
        os.kill(os.getpid(), signal.SIGKILL)


class DyingStore(FilesystemStore):
    """Dies while an object is written, or as soon as it is durable."""

    async def put(
        self, mandant: str, service: str, chunks: AsyncIterator[bytes], *, limit: int | None = None
    ) -> StoredObject:
        """Write as the product does."""
        stored = await super().put(mandant, service, _dying(chunks), limit=limit)
        die_at(f"{CHECK_IN}: the object is written")
        return stored


async def _dying(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    size = 0
    async for chunk in chunks:
        size += len(chunk)
        yield chunk
        # A block is written and hashed when the next one is complete.
        if size > 2 * BLOCK_SIZE:
            die_at(f"{CHECK_IN}: a block is hashed")


class DyingSchriftgut(SchriftgutRepository):
    """Dies when it has taken a number."""

    async def next_number(self, *arguments: Any, **options: Any) -> int:
        """Take it as the product does."""
        number = await super().next_number(*arguments, **options)
        die_at(f"{REGISTRATION}: the number is taken")
        return number


class DyingOrganisation(OrganisationRepository):
    """Dies between the offices and what they are responsible for."""

    async def save_zustaendigkeiten(self, rows: Sequence[Zustaendigkeit]) -> None:
        """Save as the product does."""
        die_at(f"{REORGANISATION}: offices are written")
        await super().save_zustaendigkeiten(rows)


class DyingStand(ReorganisationStand):
    """Dies in the middle of the list of steps."""

    def carry_out(self, schritt: ReorganisationSchritt) -> None:
        """Carry it out as the product does."""
        super().carry_out(schritt)
        if len(self.aktionen) == 2:
            die_at(f"{REORGANISATION}: two of three steps are carried out")


class DyingUnitOfWork(RecordsUnitOfWork):
    """Dies when everything of an act is in the database and not committed, or committed and not answered."""

    async def open(self) -> None:
        """Put the repositories that die in their places."""
        await super().open()
        self.schriftgut = DyingSchriftgut(self.session, self.mandant)
        self.organisation = DyingOrganisation(self.session, self.mandant)

    async def commit(self, answer: object | None = None) -> None:
        """Commit as the product does."""
        acts = self._acts()
        await super().commit(answer)
        for act in acts:
            die_at(f"{act}: {COMMITTED}")

    async def _insert(self, insertions: Sequence[Any]) -> None:
        await super()._insert(insertions)
        for act in self._acts():
            die_at(f"{act}: {_WRITTEN}")

    def _acts(self) -> list[str]:
        return [_ACTS[entry.action] for entry in self._entries if entry.action in _ACTS]


def arm() -> None:
    """Let records be composed of what may die."""
    assert bootstrap.choose_store is choose_store
    bootstrap.choose_store = lambda settings, _service: DyingStore(settings.objects)
    bootstrap.RecordsUnitOfWork = DyingUnitOfWork
    reorganisation_saving.ReorganisationStand = DyingStand


if __name__ == "__main__":
    arm()
    sys.exit(run_command_line(bootstrap.SERVICE, VERBS))
