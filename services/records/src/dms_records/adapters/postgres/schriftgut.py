"""Akten, Vorgänge and Dokumente in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Table, Uuid, any_, delete, false, func, literal, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.util import identity_key

from dms_records.adapters.postgres import tables
from dms_records.adapters.postgres.lock_order import take_turn, take_turn_alone
from dms_records.domain.akte import Akte
from dms_records.domain.dokument import Dokument, Dokumentversion
from dms_records.domain.geschaeftszeichen import suchform
from dms_records.domain.schriftgut import ENTWURF, REGISTRIERT, ZDA
from dms_records.domain.vorgang import Vorgang, VorgangAufgabe
from dms_records.use_cases.ports import Geschwister

_COUNTS_ONCE = timedelta(minutes=5)
_Held = TypeVar("_Held", Akte, Vorgang)


class SchriftgutRepository:
    """Carries out `use_cases.ports.Schriftgut`."""

    def __init__(self, session: AsyncSession, mandant: str) -> None:
        self._session = session
        self._mandant = mandant
        self._holds: set[UUID] = set()

    async def hold_all(self) -> None:
        """Take the turn alone."""
        await take_turn_alone(self._session, self._mandant)

    async def sammelakte(self, aktenplaneinheit_id: UUID, zustaendigkeit_id: UUID, jahr: int) -> Akte | None:
        """Return the Sammelakte of a year; looked for again under a lock before a caller may create it."""
        found = await self._sammelakte(aktenplaneinheit_id, zustaendigkeit_id, jahr)
        if found is None:
            name = f"sammelakte:{self._mandant}:{aktenplaneinheit_id}:{zustaendigkeit_id}:{jahr}"
            await self._session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))
            found = await self._sammelakte(aktenplaneinheit_id, zustaendigkeit_id, jahr)
        return found

    async def akte_to_change(self, akte_id: UUID) -> Akte | None:
        """Return an Akte, held."""
        return await self._held(Akte, akte_id)

    async def akte_above(self, akte_id: UUID, *, alone: bool = False) -> Akte | None:
        """Return an Akte, shared with others that do something in it; the one that takes it up holds it alone."""
        columns = tables.akte.c
        status = select(columns.status).where(columns.mandant == self._mandant, columns.id == akte_id)
        # A share that becomes an update would deadlock with its like, so the lock is chosen by what was seen: an Akte
        # that is worked on is never again one that has to be taken up.
        if alone or (await self._session.execute(status)).scalar_one_or_none() in {ENTWURF, REGISTRIERT}:
            return await self._held(Akte, akte_id)
        return await self._held(Akte, akte_id, shared=True)

    async def vorgang_to_change(self, vorgang_id: UUID) -> Vorgang | None:
        """Return a Vorgang, held."""
        return await self._held(Vorgang, vorgang_id)

    async def vorgang_above(self, vorgang_id: UUID, *, alone: bool = False) -> Vorgang | None:
        """Return a Vorgang, shared with others that do something below it unless `alone`."""
        return await self._held(Vorgang, vorgang_id, shared=not alone)

    async def open_below(self, objekt: Akte | Vorgang) -> int:
        """Count what is directly below and not zdA."""
        akte, vorgang = tables.akte.c, tables.vorgang.c
        if isinstance(objekt, Vorgang):
            below = [(vorgang.mandant, vorgang.uebergeordnet_id, vorgang.status)]
        else:
            below = [
                (akte.mandant, akte.uebergeordnet_id, akte.status),
                (vorgang.mandant, vorgang.akte_id, vorgang.status),
            ]
        found = 0
        for mandant, above, status in below:
            statement = select(func.count()).where(mandant == self._mandant, above == objekt.id, status != ZDA)
            found += (await self._session.execute(statement)).scalar_one()
        return found

    async def siblings(self, objekt: Akte | Vorgang, position: int | None) -> Geschwister:
        """Ask an index for each: whether the number is taken, and whether anyone has a number, or none."""
        table, among = _siblings(objekt)
        others = select(table.c.id).where(table.c.mandant == self._mandant, table.c.id != objekt.id, *among)
        number = table.c.position
        statement = select(
            false() if position is None else others.where(number == position).exists(),
            others.where(number.is_not(None)).exists(),
            others.where(number.is_(None)).exists(),
        )
        taken, numbered, unnumbered = (await self._session.execute(statement)).one()
        return Geschwister(taken=taken, numbered=numbered, unnumbered=unnumbered)

    async def vorgang(self, vorgang_id: UUID) -> Vorgang | None:
        """Return a Vorgang."""
        return await self._session.get(Vorgang, (self._mandant, vorgang_id))

    async def below(self, objekt: Akte | Vorgang) -> Sequence[Akte | Vorgang]:
        """Return everything below, level by level, held."""
        if isinstance(objekt, Vorgang):
            return await self._levels_below(Vorgang, objekt.id)
        parts = await self._levels_below(Akte, objekt.id)
        inside = tables.vorgang.c.akte_id == any_(literal([objekt.id, *(part.id for part in parts)], ARRAY(Uuid)))
        return [*parts, *await self._all_held(Vorgang, inside)]

    async def dokumente_in(self, vorgaenge: Sequence[Vorgang]) -> Sequence[tuple[Dokument, Dokumentversion]]:
        """Return Dokumente with their current versions, the Dokumente held."""
        dokument, inhalt = tables.dokument.c, tables.dokumentversion.c
        statement = (
            select(Dokument, Dokumentversion)
            .join(
                tables.dokumentversion,
                (inhalt.mandant == dokument.mandant)
                & (inhalt.dokument_id == dokument.id)
                & (inhalt.nummer == dokument.aktuelle_version),
            )
            .where(
                dokument.mandant == self._mandant,
                dokument.vorgang_id == any_(literal([vorgang.id for vorgang in vorgaenge], ARRAY(Uuid))),
            )
            .order_by(dokument.id)
            .with_for_update(key_share=True, of=tables.dokument)
        )
        return [(row[0], row[1]) for row in await self._session.execute(statement)]

    async def set_geschaeftszeichen(self, objekt_id: UUID, zeichen: Sequence[str]) -> None:
        """Replace the numbers by which an object is found."""
        table = tables.geschaeftszeichen
        await self._session.execute(
            delete(table).where(table.c.mandant == self._mandant, table.c.objekt_id == objekt_id)
        )
        await self.add_geschaeftszeichen([(objekt_id, one) for one in zeichen])

    async def add_geschaeftszeichen(self, zeichen: Sequence[tuple[UUID, str]]) -> None:
        """Add numbers in one statement; what is there stays."""
        rows = [{"mandant": self._mandant, "suche": suchform(one), "objekt_id": objekt} for objekt, one in zeichen]
        if rows:
            await self._session.execute(insert(tables.geschaeftszeichen).on_conflict_do_nothing(), rows)

    async def aufgabe(self, aufgabe_id: UUID, vorgang_id: UUID) -> VorgangAufgabe:
        """Return what is known of an Aufgabe, locked."""
        statement = insert(tables.vorgang_aufgabe).values(
            mandant=self._mandant, id=aufgabe_id, vorgang_id=vorgang_id, aufgabe_version=0, uebernommen=False
        )
        await self._session.execute(statement.on_conflict_do_nothing())
        return await self._session.get_one(VorgangAufgabe, (self._mandant, aufgabe_id), with_for_update=True)

    async def aufgaben(self, vorgang_id: UUID) -> Sequence[VorgangAufgabe]:
        """Return the known Aufgaben of a Vorgang."""
        columns = tables.vorgang_aufgabe.c
        statement = select(VorgangAufgabe).where(columns.mandant == self._mandant, columns.vorgang_id == vorgang_id)
        return (await self._session.scalars(statement)).all()

    def add(self, *rows: Akte | Vorgang | Dokument | Dokumentversion) -> None:
        """Add new objects."""
        self._session.add_all(rows)

    async def delete_akte(self, akte: Akte) -> None:
        """Delete an Akte with its Beteiligte and the numbers that others gave it."""
        await self.set_geschaeftszeichen(akte.id, ())
        # For the key too: a Verweis to it that somebody is adding is waited for, so that it goes with the others.
        columns = tables.akte.c
        held = select(columns.id).where(columns.mandant == self._mandant, columns.id == akte.id).with_for_update()
        await self._session.execute(held)
        beteiligter = tables.beteiligter.c
        own = (beteiligter.mandant == self._mandant, beteiligter.akte_id == akte.id)
        await self._session.execute(delete(tables.beteiligter).where(*own))
        ends = [column == akte.id for column in tables.verweis.c if column.name.endswith("_akte_id")]
        await self._session.execute(delete(tables.verweis).where(tables.verweis.c.mandant == self._mandant, or_(*ends)))
        await self._session.delete(akte)

    async def next_number(self, bereich_id: UUID, jahr: int = 0, *, count: int = 1) -> int:
        """Take running numbers: one upsert, whose row lock orders those who count at the same time."""
        table = tables.aktenzeichen_zaehler
        statement = insert(table).values(mandant=self._mandant, bereich_id=bereich_id, jahr=jahr, wert=count)
        upsert = statement.on_conflict_do_update(
            index_elements=["mandant", "bereich_id", "jahr"], set_={"wert": table.c.wert + count}
        ).returning(table.c.wert)
        return int((await self._session.execute(upsert)).scalar_one())

    async def is_given(self, aktenzeichen: str) -> bool:
        """Ask the unique index, and the numbers that were given up; one that others gave is passed over too."""
        akte, known = tables.akte.c, tables.geschaeftszeichen.c
        given = select(akte.id).where(akte.mandant == self._mandant, akte.aktenzeichen == aktenzeichen)
        given_up = select(known.objekt_id).where(known.mandant == self._mandant, known.suche == suchform(aktenzeichen))
        statement = select(given.exists() | given_up.exists())
        return bool((await self._session.execute(statement)).scalar_one())

    async def note_access(self, dokumentversion_id: UUID, sub: str, *, moment: datetime) -> bool:
        """Note a read of a file unless the same actor's last noted one is younger than five minutes."""
        table = tables.dokumentversion_zugriff
        statement = insert(table).values(
            mandant=self._mandant, objekt_id=dokumentversion_id, sub=sub, gelesen_am=moment
        )
        upsert = statement.on_conflict_do_update(
            index_elements=["mandant", "objekt_id", "sub"],
            set_={"gelesen_am": moment},
            where=table.c.gelesen_am <= moment - _COUNTS_ONCE,
        ).returning(table.c.gelesen_am)
        return (await self._session.execute(upsert)).first() is not None

    async def _levels_below(self, kind: type[_Held], row_id: UUID) -> list[_Held]:
        table = tables.akte if kind is Akte else tables.vorgang
        found: list[_Held] = []
        level = [row_id]
        while level:
            below = await self._all_held(kind, table.c.uebergeordnet_id == any_(literal(level, ARRAY(Uuid))))
            found += below
            level = [row.id for row in below]
        return found

    async def _all_held(self, kind: type[_Held], condition: ColumnElement[bool]) -> Sequence[_Held]:
        table = tables.akte if kind is Akte else tables.vorgang
        statement = select(kind).where(table.c.mandant == self._mandant, condition).order_by(table.c.id)
        return (await self._session.scalars(statement.with_for_update(key_share=True))).all()

    async def _held(self, kind: type[_Held], row_id: UUID, *, shared: bool = False) -> _Held | None:
        await take_turn(self._session, self._mandant)
        known = self._session.identity_map.get(identity_key(kind, (self._mandant, row_id)))
        if known is not None and row_id not in self._holds:
            # What was read before its row was held may be old.
            self._session.expunge(known)
        self._holds.add(row_id)
        # Not for the key: rows that refer to this one may come meanwhile.
        lock: Any = {"read": True} if shared else {"key_share": True}
        return await self._session.get(kind, (self._mandant, row_id), with_for_update=lock, populate_existing=True)

    async def _sammelakte(self, aktenplaneinheit_id: UUID, zustaendigkeit_id: UUID, jahr: int) -> Akte | None:
        columns = tables.akte.c
        statement = select(Akte).where(
            columns.mandant == self._mandant,
            columns.aktenplaneinheit_id == aktenplaneinheit_id,
            columns.zustaendigkeit_id == zustaendigkeit_id,
            columns.jahr == jahr,
        )
        return (await self._session.scalars(statement)).one_or_none()


def _siblings(objekt: Akte | Vorgang) -> tuple[Table, list[ColumnElement[bool]]]:
    table = tables.akte if isinstance(objekt, Akte) else tables.vorgang
    if objekt.uebergeordnet_id is not None or isinstance(objekt, Akte):
        return table, [table.c.uebergeordnet_id == objekt.uebergeordnet_id]
    return table, [table.c.akte_id == objekt.akte_id, table.c.uebergeordnet_id.is_(None)]
