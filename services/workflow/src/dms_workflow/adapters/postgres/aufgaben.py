"""The repository of Aufgaben."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Select, Uuid, and_, any_, case, exists, literal, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from dms_kit.access import compile_sql
from dms_kit.core.access import AccessScope
from dms_workflow.adapters.postgres.tables import aufgabe as table
from dms_workflow.domain.aufgabe import Aufgabe, VorgangFacts
from dms_workflow.use_cases.ports import READ, AufgabeFilter, Paging


class PostgresAufgabeRepository:
    """Reads and writes the Aufgaben of one Mandant."""

    def __init__(self, session: AsyncSession, mandant: str) -> None:
        self._session = session
        self._mandant = mandant

    def add(self, aufgabe: Aufgabe) -> None:
        """Insert the Aufgabe on commit."""
        self._session.add(aufgabe)

    async def get(self, aufgabe_id: UUID, scope: AccessScope) -> Aufgabe | None:
        """Load the Aufgabe if the scope may read it."""
        return (await self._session.scalars(self._select(aufgabe_id, scope))).one_or_none()

    async def get_for_update(self, aufgabe_id: UUID, scope: AccessScope) -> Aufgabe | None:
        """Load it and hold its row."""
        return (await self._session.scalars(self._select(aufgabe_id, scope).with_for_update())).one_or_none()

    async def page(
        self,
        scope: AccessScope,
        filters: AufgabeFilter,
        paging: Paging,
        *,
        zustaendigkeiten: frozenset[UUID] | None,
    ) -> Sequence[Aufgabe]:
        """Read one row more than the page holds: it tells whether there is a next one."""
        statement = page_statement(self._mandant, scope, filters, paging, zustaendigkeiten=zustaendigkeiten)
        return (await self._session.scalars(statement)).all()

    async def exists_for(self, vorgang_id: UUID) -> bool:
        """Look for any Aufgabe of the Vorgang."""
        found = await self._session.execute(select(exists().where(self._belongs_to(vorgang_id))))
        return bool(found.scalar_one())

    async def apply_vorgang(self, vorgang: VorgangFacts) -> Sequence[UUID]:
        """
        Update the copied facts where they are older.

        The row version grows only when an answer would look different: a status that went to the Vorgang and came back
        must not make the ETag stale that its cause has just given out.
        """
        facts: dict[str, Any] = {
            "aktenzeichen": vorgang.aktenzeichen,
            "zustaendigkeit_id": vorgang.zustaendigkeit_id,
            "rang": vorgang.rang,
            "abgeschirmt": vorgang.abgeschirmt,
        }
        older = and_(self._belongs_to(vorgang.id), table.c.vorgang_version < vorgang.version)
        # Held first, so that what is compared is what will be overwritten.
        before = (await self._session.execute(select(table).where(older).with_for_update())).mappings().all()
        changed = [row["id"] for row in before if any(row[name] != value for name, value in facts.items())]
        await self._session.execute(
            update(table)
            .where(older)
            .values(
                **facts,
                vorgang_version=vorgang.version,
                version=table.c.version + case((table.c.id.in_(changed), 1), else_=0),
            )
        )
        return changed

    def _select(self, aufgabe_id: UUID, scope: AccessScope) -> Select[Aufgabe]:
        return select(Aufgabe).where(table.c.mandant == self._mandant, table.c.id == aufgabe_id, _may_read(scope))

    def _belongs_to(self, vorgang_id: UUID) -> ColumnElement[bool]:
        return and_(table.c.mandant == self._mandant, table.c.vorgang_id == vorgang_id)


def page_statement(
    mandant: str,
    scope: AccessScope,
    filters: AufgabeFilter,
    paging: Paging,
    *,
    zustaendigkeiten: frozenset[UUID] | None = None,
) -> Select[Aufgabe]:
    """Return the query of a page."""
    statement = select(Aufgabe).where(table.c.mandant == mandant, _may_read(scope))
    if filters.status is not None:
        statement = statement.where(table.c.status == filters.status)
    if filters.vorgang_id is not None:
        statement = statement.where(table.c.vorgang_id == filters.vorgang_id)
    if zustaendigkeiten is not None:
        narrowed = any_(literal(sorted(zustaendigkeiten), ARRAY(Uuid)))
        statement = statement.where(table.c.zustaendigkeit_id == narrowed)
    place = tuple_(table.c.faellig_am, table.c.id)
    if paging.after is not None:
        after = tuple_(*paging.after)
        statement = statement.where(place < after if paging.descending else place > after)
    order = [table.c.faellig_am, table.c.id]
    statement = statement.order_by(*(column.desc() for column in order) if paging.descending else order)
    return statement.limit(paging.limit + 1)


def _may_read(scope: AccessScope) -> ColumnElement[bool]:
    return compile_sql(
        scope,
        READ,
        mandant=table.c.mandant,
        responsibility_id=table.c.zustaendigkeit_id,
        rank=table.c.rang,
        shielded=table.c.abgeschirmt,
    )
