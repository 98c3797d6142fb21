"""The repository of Anträge."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Table, and_, false, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.attributes import flag_modified

from dms_ingest.adapters.postgres.tables import anlage, antrag_dokument
from dms_ingest.adapters.postgres.tables import antrag as table
from dms_ingest.domain.anlage import Anlage, AnlagePruefstatus, Objekt
from dms_ingest.domain.antrag import Antrag
from dms_ingest.use_cases.ports import AntragAudience
from dms_kit.access import compile_sql
from dms_kit.database import Insertion, driver_of, insertion_of

_READ_RIGHT = "schriftgut:read"
_ANLAGEN: Any = selectinload(cast("Any", Antrag).anlagen)


class AntragRepository:
    """Reads and writes the Anträge of one Mandant."""

    def __init__(self, session: AsyncSession, mandant: str, insert: Callable[[Insertion], None]) -> None:
        self._session = session
        self._mandant = mandant
        self._insert = insert

    def add(self, antrag: Antrag) -> None:
        """Insert the Antrag with its Anlagen on commit."""
        self._insert(insertion_of(table, [_row(antrag, table, "formular", antrag.formular)]))
        if antrag.anlagen:
            self._insert(insertion_of(anlage, [_row(one, anlage, "objekt", one.objekt) for one in antrag.anlagen]))

    async def next_eingangsnummer(self, jahr: int) -> int:
        """Draw from the sequence of the transaction's Mandant; the first one of a year creates it."""
        number: int = await driver_of(self._session).fetchval("SELECT ingest.next_eingangsnummer($1)", jahr)
        return number

    async def get_visible(self, antrag_id: UUID, audience: AntragAudience) -> Antrag | None:
        """Load the Antrag with its Anlagen if the audience may see it."""
        statement = select(Antrag).where(self._is(antrag_id), _is_visible_to(audience)).options(_ANLAGEN)
        return (await self._session.scalars(statement)).one_or_none()

    async def list_own(
        self, client: str, *, externe_referenz: str | None, before: UUID | None, limit: int
    ) -> Sequence[Antrag]:
        """Page through a client's own Anträge, newest first."""
        statement = select(Antrag).where(table.c.mandant == self._mandant, table.c.client == client)
        if externe_referenz is not None:
            statement = statement.where(table.c.externe_referenz == externe_referenz)
        if before is not None:
            statement = statement.where(table.c.id < before)
        return (await self._session.scalars(statement.order_by(table.c.id.desc()).limit(limit))).all()

    async def list_all(self, *, after: UUID | None, limit: int) -> Sequence[Antrag]:
        """Page through all Anträge whose objects are kept."""
        statement = select(Antrag).where(table.c.mandant == self._mandant, table.c.formular_key.is_not(None))
        if after is not None:
            statement = statement.where(table.c.id > after)
        return (await self._session.scalars(statement.options(_ANLAGEN).order_by(table.c.id).limit(limit))).all()

    async def get_for_update(self, antrag_id: UUID) -> Antrag | None:
        """Load the Antrag and hold its row."""
        return (await self._session.scalars(select(Antrag).where(self._is(antrag_id)).with_for_update())).one_or_none()

    async def set_pruefstatus(self, antrag: Antrag, sha256: str, pruefstatus: AnlagePruefstatus) -> None:
        """Update the Anlagen; the row of the Antrag is written too, for its version."""
        columns = anlage.c
        changed = await self._session.execute(
            update(anlage)
            .where(
                columns.mandant == self._mandant,
                columns.antrag_id == antrag.id,
                columns.objekt_sha256 == sha256,
                columns.pruefstatus != pruefstatus,
            )
            .values(pruefstatus=pruefstatus)
            .returning(columns.id)
        )
        if changed.all():
            flag_modified(antrag, "abgeschirmt")

    async def add_indexiert(self, antrag_id: UUID, dokument_id: UUID, zeitpunkt: datetime) -> None:
        """Insert the Dokument unless it is known."""
        row = {
            "mandant": self._mandant,
            "antrag_id": antrag_id,
            "dokument_id": dokument_id,
            "indexiert_am": zeitpunkt,
        }
        await self._session.execute(insert(antrag_dokument).values(row).on_conflict_do_nothing())

    async def count_indexiert(self, antrag_id: UUID) -> tuple[int, datetime | None]:
        """Count the indexed Dokumente of the Antrag."""
        columns = antrag_dokument.c
        counted = await self._session.execute(
            select(func.count(), func.max(columns.indexiert_am)).where(
                columns.mandant == self._mandant, columns.antrag_id == antrag_id
            )
        )
        anzahl, zuletzt = counted.one()
        return anzahl, zuletzt

    def _is(self, antrag_id: UUID) -> ColumnElement[bool]:
        return and_(table.c.mandant == self._mandant, table.c.id == antrag_id)


def _row(entity: Antrag | Anlage, columns_of: Table, prefix: str, objekt: Objekt) -> dict[str, Any]:
    """Return an entity as the row that its mapping would write."""
    parts = {f"{prefix}_{name}": value for name, value in vars(objekt).items()}
    names = (column.name for column in columns_of.columns)
    return {name: parts[name] if name in parts else getattr(entity, name) for name in names}


def _is_visible_to(audience: AntragAudience) -> ColumnElement[bool]:
    may_see = compile_sql(
        audience.scope,
        _READ_RIGHT,
        mandant=table.c.mandant,
        responsibility_id=table.c.zustaendigkeit_id,
        rank=table.c.rang,
        shielded=table.c.abgeschirmt,
    )
    own = false() if audience.client is None else table.c.client == audience.client
    return or_(own, may_see)
