"""Change, move or close a unit of the plan."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from dms_kit.core.clock import BERLIN, Clock
from dms_kit.core.errors import NotFoundError
from dms_records.domain.aktenplan import check_einheit, check_open, check_parent, check_wirksam_ab
from dms_records.use_cases.aktenplan_changes import nachbarn_of, resolve_angaben
from dms_records.use_cases.changes import take
from dms_records.use_cases.ports import OpenUnitOfWork
from dms_records.use_cases.queries import AktenplanRow

GEAENDERT = "geaendert"
GESCHLOSSEN = "geschlossen"


@dataclass(frozen=True, kw_only=True)
class ChangeAktenplaneinheit:
    """What becomes different of a unit, by which `anlass`, and from when on (today when it is not said)."""

    aktenplaneinheit_id: UUID
    angaben: Mapping[str, Any]
    anlass: str = GEAENDERT
    wirksam_ab: date | None = None
    grund: str | None = None


async def change_aktenplaneinheit(
    command: ChangeAktenplaneinheit,
    *,
    check_version: Callable[[int], None],
    unit_of_work: OpenUnitOfWork,
    clock: Clock,
) -> Sequence[AktenplanRow]:
    """
    Give a unit another Stand, the ones before stay in its history; return it and all above it.

    Its key and the numbers given under it never change (rule of the trade). What is closed is closed for ever.
    `check_version` raises when the caller's ETag is not that of the unit.
    """
    today = clock.now().astimezone(BERLIN).date()
    async with unit_of_work() as uow:
        await uow.aktenplan.lock()
        einheit = await uow.aktenplan.get(command.aktenplaneinheit_id)
        if einheit is None:
            raise NotFoundError
        check_version(einheit.version)
        check_open(einheit, today)
        before = einheit.uebergeordnet_id
        wirksam_ab = command.wirksam_ab or today
        if take(einheit, await resolve_angaben(uow, command.angaben, today)):
            if command.wirksam_ab is not None:
                check_wirksam_ab(
                    wirksam_ab, (await uow.aktenplan.seit([einheit.id])).get(einheit.id, wirksam_ab), today
                )
            nachbarn = await nachbarn_of(uow, einheit)
            if einheit.uebergeordnet_id != before:
                check_parent(nachbarn.above, today)
            check_einheit(einheit, nachbarn)
            await uow.flush()
            await uow.aktenplan.note_staende(
                [einheit.id], anlass=command.anlass, moment=clock.now(), wirksam_ab=wirksam_ab, grund=command.grund
            )
            uow.audit("aktenplaneinheit.changed", "aktenplaneinheit", einheit.id, {"anlass": command.anlass})
        rows = await uow.aktenplan.path_rows(einheit.id)
        await uow.commit(rows)
    return rows
