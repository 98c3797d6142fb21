"""Assign an item of the Posteingang by hand."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from dms_kit.core.clock import BERLIN, Clock
from dms_kit.core.errors import FieldError, InvalidInputError, NotFoundError
from dms_records.domain.aktenplaneinheit import Aktenplanstelle, resolve_stelle
from dms_records.domain.errors import PosteingangFiledError
from dms_records.domain.vorgang import Vorgang
from dms_records.use_cases.file_eingang import file_eingang
from dms_records.use_cases.filing_place import refuse_closed_sammelakte
from dms_records.use_cases.ports import OpenUnitOfWork, UnitOfWork


@dataclass(frozen=True, kw_only=True)
class AssignPosteingang:
    """Which item belongs to which office and plan unit, both by their keys."""

    posteingang_id: UUID
    organisationseinheit: str
    aktenplaneinheit: str


async def assign_posteingang(
    command: AssignPosteingang,
    *,
    check_version: Callable[[int], None],
    unit_of_work: OpenUnitOfWork,
    clock: Clock,
) -> Vorgang:
    """
    File an item where the Poststelle says; the filing itself is the system's act, the Protokoll names both.

    `check_version` raises when the caller's ETag is not that of the item.
    """
    async with unit_of_work() as uow:
        posteingang = await uow.eingaenge.posteingang(command.posteingang_id)
        if posteingang is None:
            raise NotFoundError
        check_version(posteingang.version)
        stelle = await _stelle(uow, command, clock)
        if posteingang.vorgang_id is not None:
            raise PosteingangFiledError
        eingang = await uow.eingaenge.get(posteingang.antrag_id)
        anlagen = await uow.eingaenge.anlagen(posteingang.antrag_id)
        vorgang = await file_eingang(uow, eingang, anlagen, stelle, clock=clock)
        posteingang.vorgang_id = vorgang.id
        posteingang.abgelegt_am = clock.now()
        values = {"organisationseinheit": command.organisationseinheit, "aktenplaneinheit": command.aktenplaneinheit}
        uow.audit("posteingang.assigned", "posteingang", posteingang.id, values)
        await uow.commit(vorgang)
    return vorgang


async def _stelle(uow: UnitOfWork, command: AssignPosteingang, clock: Clock) -> Aktenplanstelle:
    today = clock.now().astimezone(BERLIN).date()
    office = await uow.organisation.by_schluessel(command.organisationseinheit)
    einheit = await uow.aktenplan.by_schluessel(command.aktenplaneinheit)
    errors = []
    if office is None:
        errors.append(FieldError("/organisationseinheit", "Diese Organisationseinheit gibt es nicht."))
    elif not office.is_valid(today):
        gone = f"Die Organisationseinheit {office.schluessel} besteht nicht (mehr)."
        errors.append(FieldError("/organisationseinheit", gone))
    if einheit is None:
        errors.append(FieldError("/aktenplaneinheit", "Diese Aktenplaneinheit gibt es nicht."))
    if errors or office is None or einheit is None:
        raise InvalidInputError(errors=errors)
    path = await uow.aktenplan.path(einheit.id, hold=True)
    stelle = resolve_stelle(path, today, organisationseinheit_id=office.id)
    await refuse_closed_sammelakte(uow, stelle, clock)
    return stelle
