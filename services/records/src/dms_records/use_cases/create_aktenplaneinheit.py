"""Create a unit of the plan."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from dms_kit.core.clock import BERLIN, Clock
from dms_kit.core.errors import FieldError
from dms_kit.core.ids import new_id
from dms_records.domain.aktenplan import check_einheit, check_parent
from dms_records.domain.aktenplan_errors import AktenplaneinheitExistsError
from dms_records.domain.aktenplaneinheit import Aktenplaneinheit
from dms_records.use_cases.aktenplan_changes import nachbarn_of, resolve_angaben
from dms_records.use_cases.ports import OpenUnitOfWork
from dms_records.use_cases.queries import AktenplanRow


@dataclass(frozen=True, kw_only=True)
class CreateAktenplaneinheit:
    """A new unit by its key; `angaben` are its fields, with the keys of the unit above and of the office."""

    schluessel: str
    gueltig_von: date | None
    angaben: Mapping[str, Any]
    grund: str | None = None


async def create_aktenplaneinheit(
    command: CreateAktenplaneinheit, *, unit_of_work: OpenUnitOfWork, clock: Clock
) -> Sequence[AktenplanRow]:
    """
    Add a unit to the plan, below an open unit or at the top; return it and all above it.

    A key is given once and for ever, because Aktenzeichen begin with it (rule of the trade).
    """
    today = clock.now().astimezone(BERLIN).date()
    async with unit_of_work() as uow:
        await uow.aktenplan.lock()
        if await uow.aktenplan.by_schluessel(command.schluessel) is not None:
            message = f"Die Aktenplaneinheit {command.schluessel} gibt es schon."
            raise AktenplaneinheitExistsError(message, errors=[FieldError("/schluessel", message)])
        einheit = Aktenplaneinheit(
            mandant=uow.mandant,
            id=new_id(),
            schluessel=command.schluessel,
            gueltig_von=command.gueltig_von or today,
            **await resolve_angaben(uow, command.angaben, today),
        )
        nachbarn = await nachbarn_of(uow, einheit, is_new=True)
        check_parent(nachbarn.above, today)
        check_einheit(einheit, nachbarn)
        uow.aktenplan.add(einheit)
        await uow.flush()
        await uow.aktenplan.note_staende(
            [einheit.id], anlass="angelegt", moment=clock.now(), wirksam_ab=today, grund=command.grund
        )
        uow.audit("aktenplaneinheit.created", "aktenplaneinheit", einheit.id, {"schluessel": einheit.schluessel})
        rows = await uow.aktenplan.path_rows(einheit.id)
        await uow.commit(rows)
    return rows
