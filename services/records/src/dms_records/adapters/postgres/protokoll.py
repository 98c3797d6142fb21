"""Reads of the audit entries of one object."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from dms_records.adapters.postgres.tables import metadata
from dms_records.domain.protokoll import aenderungen_of
from dms_records.use_cases.ports import ProtokollFrage, ProtokollObjekt, ProtokollPlatz, ProtokollRow, ProtokollRows

_ENTRY = metadata.tables["records.audit_entry"]
_VALUE = metadata.tables["records.audit_value"]
_LEAF = metadata.tables["records.audit_leaf"]


class ProtokollReads:
    """Carries out `use_cases.ports.ProtokollQueries`."""

    def __init__(self, session: AsyncSession, mandant: str) -> None:
        self._session = session
        self._mandant = mandant

    async def knows(self, objekt: ProtokollObjekt) -> bool:
        """Say whether there is an entry."""
        found = await self._session.execute(select(_ENTRY.c.id).where(*self._of(objekt)).limit(1))
        return found.first() is not None

    async def protokoll(self, objekt: ProtokollObjekt, frage: ProtokollFrage) -> ProtokollRows:
        """Walk the index of the object; an entry is as many rows as it has fields, at least one."""
        entry = _ENTRY.c
        conditions = self._of(objekt)
        if frage.aktion is not None:
            conditions.append(entry.action == frage.aktion)
        if frage.akteur is not None:
            conditions.append(entry.actor == frage.akteur)
        if frage.ab is not None:
            conditions.append(entry.occurred_at >= frage.ab)
        if frage.vor is not None:
            conditions.append(entry.occurred_at < frage.vor)
        if not frage.lesen:
            conditions.append(entry.action.not_like("%read"))
        if frage.after is not None:
            # The entry of the place itself may have fields that were not shown yet.
            place = frage.after.eintrag
            conditions.append(entry.id <= place if frage.descending else entry.id >= place)
        statement = (
            select(entry.id, entry.occurred_at, entry.actor, entry.action, entry.values_digest, _VALUE.c.value)
            .add_columns(_LEAF.c.number)
            .outerjoin(_VALUE, (_VALUE.c.mandant == entry.mandant) & (_VALUE.c.entry_id == entry.id))
            .outerjoin(_LEAF, (_LEAF.c.mandant == entry.mandant) & (_LEAF.c.entry_id == entry.id))
            .where(*conditions)
            .order_by(entry.id.desc() if frage.descending else entry.id)
            .limit(frage.limit + 2)
        )
        found = (await self._session.execute(statement)).all()
        return _page([row for entry_row in found for row in _rows(entry_row)], frage)

    def _of(self, objekt: ProtokollObjekt) -> list[Any]:
        entry = _ENTRY.c
        return [entry.mandant == self._mandant, entry.object_id == objekt.id, entry.object_type == objekt.art]


def _rows(entry: Row[Any]) -> Iterator[ProtokollRow]:
    values = {} if entry.value is None else json.loads(entry.value)
    for stelle, aenderung in enumerate(aenderungen_of(values), start=1):
        yield ProtokollRow(
            eintrag=entry.id,
            stelle=stelle,
            nummer=entry.number,
            datum_uhrzeit=entry.occurred_at,
            akteur=entry.actor,
            aktion=entry.action,
            aenderung=aenderung,
            geloescht=entry.value is None and entry.values_digest is not None,
        )


def _page(rows: Sequence[ProtokollRow], frage: ProtokollFrage) -> ProtokollRows:
    after = frage.after
    left = [row for row in rows if after is None or row.eintrag != after.eintrag or row.stelle > after.stelle]
    if len(left) <= frage.limit:
        return ProtokollRows(left, None)
    last = left[frage.limit - 1]
    return ProtokollRows(left[: frage.limit], ProtokollPlatz(eintrag=last.eintrag, stelle=last.stelle))
