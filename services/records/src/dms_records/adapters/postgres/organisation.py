"""Offices and Zuständigkeiten in PostgreSQL."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Boolean, Column, Date, Table, Uuid, any_, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from dms_kit.access.projection import read_state
from dms_kit.core.access import Directory, Responsibility, Unit
from dms_kit.core.ids import new_id
from dms_kit.database import set_mandant
from dms_records.adapters.postgres import tables
from dms_records.adapters.postgres.lock_order import take_turn
from dms_records.domain.akte import Akte
from dms_records.domain.dokument import Dokument, Dokumentversion
from dms_records.domain.organisation_errors import OrganisationseinheitClosedError
from dms_records.domain.organisationseinheit import (
    Organisationseinheit,
    OrganisationseinheitBelegung,
)
from dms_records.domain.vorgang import Vorgang
from dms_records.domain.zustaendigkeit import Zustaendigkeit
from dms_records.use_cases.ports import OrganisationRow

_Given = TypeVar("_Given", Akte, Vorgang, Dokument)


class OrganisationRepository:
    """Carries out `use_cases.ports.Organisation`."""

    def __init__(self, session: AsyncSession, mandant: str) -> None:
        self._session = session
        self._mandant = mandant

    async def lock(self) -> None:
        """Take the lock of the organisation for this transaction alone."""
        await take_turn(self._session, self._mandant)
        await self._session.execute(select(func.pg_advisory_xact_lock(self._lock_id())))

    async def all(self) -> Sequence[Organisationseinheit]:
        """Return every office of the Mandant."""
        table = tables.organisationseinheit
        statement = select(Organisationseinheit).where(table.c.mandant == self._mandant)
        return (await self._session.scalars(statement)).all()

    async def by_schluessel(self, schluessel: str) -> Organisationseinheit | None:
        """Return the office with this key."""
        table = tables.organisationseinheit
        statement = select(Organisationseinheit).where(
            table.c.mandant == self._mandant, table.c.schluessel == schluessel
        )
        return (await self._session.scalars(statement)).one_or_none()

    async def get(self, organisationseinheit_id: UUID) -> Organisationseinheit:
        """Return an office that is known to exist."""
        return await self._session.get_one(Organisationseinheit, (self._mandant, organisationseinheit_id))

    async def find(self, organisationseinheit_id: UUID) -> Organisationseinheit | None:
        """Return an office."""
        return await self._session.get(Organisationseinheit, (self._mandant, organisationseinheit_id))

    async def belegung(self, organisationseinheit_id: UUID) -> OrganisationseinheitBelegung:
        """Count what hangs on an office, in one statement."""
        offices, rows = tables.organisationseinheit.c, tables.zustaendigkeit.c
        plan, rules = tables.aktenplaneinheit.c, tables.ablageregel.c
        counted = {
            "organisationseinheiten": (offices, [offices.uebergeordnet_id, offices.gueltig_bis]),
            "zustaendigkeiten": (rows, [rows.organisationseinheit_id, rows.gueltig_bis]),
            "aktenplaneinheiten": (plan, [plan.organisationseinheit_id, plan.gueltig_bis]),
            "ablageregeln": (rules, [rules.organisationseinheit_id]),
        }
        numbers = []
        for label, (columns, (office_id, *ends)) in counted.items():
            conditions = [columns.mandant == self._mandant, office_id == organisationseinheit_id]
            conditions += [end.is_(None) for end in ends]
            numbers.append(select(func.count()).where(*conditions).scalar_subquery().label(label))
        found = (await self._session.execute(select(*numbers))).one()
        return OrganisationseinheitBelegung(**found._mapping)  # noqa: SLF001 - SQLAlchemy's documented name

    async def obtain_zustaendigkeit(
        self, aktenplaneinheit_id: UUID, organisationseinheit_id: UUID, *, today: date
    ) -> tuple[Zustaendigkeit, bool]:
        """Return the open row of the pair; a twin that creates it at the same time is waited for."""
        found = await self._find(aktenplaneinheit_id, organisationseinheit_id)
        if found is not None:
            return found, False
        await self._check_office(organisationseinheit_id, today)
        table = tables.zustaendigkeit
        statement = (
            insert(table)
            .values(
                mandant=self._mandant,
                id=new_id(),
                version=1,
                aktenplaneinheit_id=aktenplaneinheit_id,
                organisationseinheit_id=organisationseinheit_id,
                gueltig_von=today,
            )
            .on_conflict_do_nothing()
            .returning(table.c.id)
        )
        created = (await self._session.execute(statement)).scalar_one_or_none()
        found = await self._find(aktenplaneinheit_id, organisationseinheit_id)
        if found is None:
            raise LookupError("a Zuständigkeit vanished while it was created")
        return found, created is not None

    async def is_reorganised(self) -> bool:
        """Say whether there was a reorganisation."""
        columns = tables.reorganisation.c
        statement = select(columns.id).where(columns.mandant == self._mandant).limit(1)
        return (await self._session.execute(statement)).first() is not None

    async def open_zustaendigkeiten(self) -> Sequence[Zustaendigkeit]:
        """Return every open row, unknown to the session: a flush would save them one by one."""
        table = tables.zustaendigkeit
        statement = select(table).where(table.c.mandant == self._mandant, table.c.gueltig_bis.is_(None))
        found = await self._session.execute(statement.order_by(table.c.id))
        return [Zustaendigkeit(**row._mapping) for row in found]  # noqa: SLF001 - SQLAlchemy's documented name

    async def save_zustaendigkeiten(self, rows: Sequence[Zustaendigkeit]) -> None:
        """Save rows by two statements: two that change places must not meet in the unique index."""
        table = tables.zustaendigkeit
        fresh = _fresh(rows)
        own = (table.c.mandant == self._mandant) & (table.c.id == fresh.c.id)
        await self._session.execute(update(table).where(own).values(aufnehmend=False))
        values = {name: fresh.c[name] for name in ("organisationseinheit_id", "gueltig_von", "aufnehmend")}
        statement = (
            update(table)
            .where(own, table.c.version == fresh.c.version)
            .values(version=table.c.version + 1, **values)
            .returning(table.c.id)
        )
        saved = (await self._session.execute(statement)).scalars().all()
        if len(saved) != len(rows):
            raise LookupError("a Zuständigkeit changed under the lock of the organisation")
        for row in rows:
            row.version += 1

    async def hand_over(
        self, akte: Akte, zustaendigkeit_id: UUID
    ) -> tuple[Sequence[Akte], Sequence[Vorgang], Sequence[tuple[Dokument, Dokumentversion]]]:
        """Write each table by one statement, Akten by one for each level of Teilakten."""
        akte.zustaendigkeit_id = zustaendigkeit_id
        parts: list[Akte] = []
        level = [akte.id]
        while level:
            below = await self._give(Akte, tables.akte, tables.akte.c.uebergeordnet_id, level, zustaendigkeit_id)
            parts += below
            level = [part.id for part in below]
        inside = [akte.id, *(part.id for part in parts)]
        vorgaenge = await self._give(Vorgang, tables.vorgang, tables.vorgang.c.akte_id, inside, zustaendigkeit_id)
        dokumente = await self._give(Dokument, tables.dokument, tables.dokument.c.akte_id, inside, zustaendigkeit_id)
        by_id = {dokument.id: dokument for dokument in dokumente}
        inhalt = tables.dokumentversion.c
        statement = select(Dokumentversion).where(
            inhalt.mandant == self._mandant, inhalt.dokument_id == any_(literal(list(by_id), ARRAY(Uuid)))
        )
        inhalte = await self._session.scalars(statement.order_by(inhalt.dokument_id, inhalt.nummer))
        current = [row for row in inhalte if row.nummer == by_id[row.dokument_id].aktuelle_version]
        return parts, vorgaenge, [(by_id[row.dokument_id], row) for row in current]

    async def count_schriftgut(self, zustaendigkeiten: Collection[UUID]) -> Mapping[UUID, Mapping[str, int]]:
        """Count by the three tables, in one statement each."""
        counts: dict[UUID, dict[str, int]] = {}
        ids = any_(literal(sorted(zustaendigkeiten), ARRAY(Uuid)))
        for noun, table in (("akten", tables.akte), ("vorgaenge", tables.vorgang), ("dokumente", tables.dokument)):
            owner = table.c.zustaendigkeit_id
            counted = select(owner, func.count()).where(table.c.mandant == self._mandant, owner == ids).group_by(owner)
            for zustaendigkeit_id, number in await self._session.execute(counted):
                known = counts.setdefault(zustaendigkeit_id, {"akten": 0, "vorgaenge": 0, "dokumente": 0})
                known[noun] = number
        return counts

    def add(self, *rows: OrganisationRow) -> None:
        """Add what is new."""
        self._session.add_all(rows)

    async def _give(
        self, kind: type[_Given], table: Table, owner: Any, owners: Sequence[UUID], zustaendigkeit_id: UUID
    ) -> Sequence[_Given]:
        own = (table.c.mandant == self._mandant) & (owner == any_(literal(owners, ARRAY(Uuid))))
        values = {"zustaendigkeit_id": zustaendigkeit_id, "version": table.c.version + 1}
        given = update(table).where(own).values(values).returning(table)
        return (await self._session.scalars(select(kind).from_statement(given))).all()

    async def _check_office(self, organisationseinheit_id: UUID, today: date) -> None:
        await take_turn(self._session, self._mandant)
        # A reorganisation that runs now must not end without the row that is about to be created.
        await self._session.execute(select(func.pg_advisory_xact_lock_shared(self._lock_id())))
        columns = tables.organisationseinheit.c
        statement = select(columns.schluessel, columns.gueltig_von, columns.gueltig_bis).where(
            columns.mandant == self._mandant, columns.id == organisationseinheit_id
        )
        office = (await self._session.execute(statement)).one_or_none()
        if office is not None and (today < office.gueltig_von or office.gueltig_bis is not None):
            raise OrganisationseinheitClosedError.of(office.schluessel)

    def _lock_id(self) -> Any:
        return func.hashtextextended(f"organisation:{self._mandant}", 0)

    async def _find(self, aktenplaneinheit_id: UUID, organisationseinheit_id: UUID) -> Zustaendigkeit | None:
        table = tables.zustaendigkeit
        statement = select(Zustaendigkeit).where(
            table.c.mandant == self._mandant,
            table.c.aktenplaneinheit_id == aktenplaneinheit_id,
            table.c.organisationseinheit_id == organisationseinheit_id,
            table.c.gueltig_bis.is_(None),
            table.c.aufnehmend,
        )
        return (await self._session.scalars(statement)).one_or_none()


def _fresh(rows: Sequence[Zustaendigkeit]) -> Any:
    kinds: dict[str, Any] = {
        "id": Uuid,
        "version": BigInteger,
        "organisationseinheit_id": Uuid,
        "gueltig_von": Date,
        "aufnehmend": Boolean,
    }
    arrays = [literal([getattr(row, name) for row in rows], ARRAY(kind)) for name, kind in kinds.items()]
    columns = [Column(name, kind) for name, kind in kinds.items()]
    return func.unnest(*arrays).table_valued(*columns).render_derived("fresh")


async def load_directory(engine: AsyncEngine, mandant: str, known: Directory | None = None) -> Directory:
    """Read all that rights are resolved by, from records' own tables; the known one comes back when nothing changed."""
    units = tables.organisationseinheit.c
    rows = tables.zustaendigkeit.c
    async with engine.connect() as connection:
        await set_mandant(connection, mandant)
        state = await read_state(connection, mandant, (tables.organisationseinheit, tables.zustaendigkeit))
        if known is not None and known.state == state:
            return known
        found_units = await connection.execute(
            select(units.id, units.schluessel, units.uebergeordnet_id, units.gueltig_von, units.gueltig_bis).where(
                units.mandant == mandant
            )
        )
        found_rows = await connection.execute(
            select(rows.id, rows.organisationseinheit_id, rows.gueltig_von, rows.gueltig_bis).where(
                rows.mandant == mandant
            )
        )
        return Directory(
            units=tuple(Unit(*unit) for unit in found_units),
            responsibilities=tuple(Responsibility(*row) for row in found_rows),
            state=state,
        )
