"""Scrub runs (Prüflauf): how far each is, so that any process can go on with it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import MetaData, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from dms_kit.core.fixity import RunFilter
from dms_kit.core.ids import new_id
from dms_kit.fixity.tables import prueflauf_of

_HASH_RANGE = 2**64


class Prueflaufart(StrEnum):
    """Whether a run reads everything or a sample."""

    VOLLSTAENDIG = "vollstaendig"
    STICHPROBE = "stichprobe"


class Prueflaufstatus(StrEnum):
    """Whether a run still goes on."""

    LAEUFT = "laeuft"
    FERTIG = "fertig"


@dataclass(frozen=True, kw_only=True)
class Prueflauf:
    """
    A run over the objects of one Mandant by key.

    `position` is the last key that was dealt with; `anzahl` of `erwartet` objects were, and `geprueft` of them, with
    `groesse` bytes, were read; `schaeden` counts what was found. `stand_am` is when a process last went on with it.
    """

    mandant: str
    id: UUID
    version: int
    art: str
    status: str
    anteil: float
    begonnen_am: datetime
    stand_am: datetime | None = None
    beendet_am: datetime | None = None
    position: str | None = None
    erwartet: int
    anzahl: int = 0
    geprueft: int = 0
    groesse: int = 0
    schaeden: int = 0

    @property
    def is_open(self) -> bool:
        """Say whether there is more to do."""
        return self.status == Prueflaufstatus.LAEUFT

    def reads(self, key: str) -> bool:
        """Say whether an object is in the sample; the same after a restart, another one in each run."""
        if self.anteil >= 1:
            return True
        digest = hashlib.sha256(f"{self.id}{key}".encode()).digest()
        return int.from_bytes(digest[:8]) < self.anteil * _HASH_RANGE


class Runs:
    """The runs of a transaction's Mandant."""

    def __init__(self, session: AsyncSession, metadata: MetaData, mandant: str) -> None:
        self._session = session
        self._table = prueflauf_of(metadata)
        self._mandant = mandant

    async def start(self, art: Prueflaufart, *, anteil: float, erwartet: int, moment: datetime) -> Prueflauf | None:
        """Add a run that waits for a process; None when one of its kind is open."""
        lauf = Prueflauf(
            mandant=self._mandant,
            id=new_id(),
            version=1,
            art=art.value,
            status=Prueflaufstatus.LAEUFT.value,
            anteil=anteil,
            begonnen_am=moment,
            erwartet=erwartet,
        )
        statement = insert(self._table).values(vars(lauf)).on_conflict_do_nothing()
        added = (await self._session.execute(statement.returning(self._table.c.id))).one_or_none()
        return None if added is None else lauf

    async def open(self, art: Prueflaufart) -> Prueflauf | None:
        """Return the open run of a kind."""
        return await self._one(self._table.c.art == art.value, self._table.c.status == Prueflaufstatus.LAEUFT.value)

    async def newest(self, art: Prueflaufart) -> Prueflauf | None:
        """Return the run of a kind that began last."""
        return await self._one(self._table.c.art == art.value)

    async def get(self, lauf_id: UUID) -> Prueflauf | None:
        """Return a run."""
        return await self._one(self._table.c.id == lauf_id)

    async def page(self, filters: RunFilter, *, after: tuple[datetime, UUID] | None, limit: int) -> Sequence[Prueflauf]:
        """Return a page from behind (`begonnen_am`, `id`)."""
        columns = self._table.c
        order = [columns.begonnen_am, columns.id]
        statement = select(self._table).where(columns.mandant == self._mandant).limit(limit)
        if filters.art is not None:
            statement = statement.where(columns.art == filters.art)
        if filters.status is not None:
            statement = statement.where(columns.status == filters.status)
        if after is not None:
            place = tuple_(*order)
            statement = statement.where(place < after if filters.descending else place > after)
        ordered = statement.order_by(*(column.desc() if filters.descending else column for column in order))
        return [run_of(row) for row in await self._session.execute(ordered)]

    async def change(self, lauf: Prueflauf, **values: object) -> Prueflauf | None:
        """Write what is new of a run; None when another process has written since it was read: it is that one's."""
        columns = self._table.c
        statement = (
            update(self._table)
            .where(columns.mandant == self._mandant, columns.id == lauf.id, columns.version == lauf.version)
            .values(version=lauf.version + 1, **values)
            .returning(self._table)
        )
        row = (await self._session.execute(statement)).one_or_none()
        return None if row is None else run_of(row)

    async def _one(self, *conditions: Any) -> Prueflauf | None:
        columns = self._table.c
        statement = select(self._table).where(columns.mandant == self._mandant, *conditions)
        row = (await self._session.execute(statement.order_by(columns.begonnen_am.desc()).limit(1))).one_or_none()
        return None if row is None else run_of(row)


def run_of(row: Any) -> Prueflauf:
    """Return what a row says."""
    return Prueflauf(**row._mapping)  # noqa: SLF001 - SQLAlchemy's documented name
