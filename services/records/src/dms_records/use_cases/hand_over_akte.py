"""Hand over one Akte to another office."""

from dataclasses import dataclass
from uuid import UUID

from dms_kit.core.actor import Actor
from dms_kit.core.clock import BERLIN, Clock
from dms_records.domain.akte import Akte
from dms_records.domain.events import AkteChanged, DokumentChanged, VorgangChanged, ZustaendigkeitChanged
from dms_records.domain.organisation_errors import OrganisationseinheitUnknownError, SammelakteExistsError
from dms_records.domain.schriftgut import ENTWURF
from dms_records.use_cases.acting import hold_akte
from dms_records.use_cases.ports import CheckVersion, OpenUnitOfWork, Scopes, UnitOfWork

HAND_OVER = "schriftgut:hand_over"


@dataclass(frozen=True, kw_only=True)
class HandOverAkte:
    """Which Akte, the key of the office that gets it, and why."""

    akte_id: UUID
    organisationseinheit: str
    grund: str


async def hand_over_akte(
    command: HandOverAkte,
    *,
    actor: Actor,
    check_version: CheckVersion,
    scopes: Scopes,
    unit_of_work: OpenUnitOfWork,
    clock: Clock,
) -> Akte:
    """
    Give an Akte and all that lies in it the Zuständigkeit of another office; number and protection stay (rights model).

    One for Leitung and Registratur, unlike a reorganisation, which touches no Akte. Done before, it changes nothing.
    """
    scope = await scopes.scope(actor)
    keys = (await scopes.directory(actor.mandant)).unit_keys()
    async with unit_of_work() as uow:
        await uow.schriftgut.hold_all()
        akte = await hold_akte(command.akte_id, uow=uow, scope=scope, right=HAND_OVER, check_version=check_version)
        before = keys.get(akte.zustaendigkeit_id)
        if before != command.organisationseinheit:
            await _give(uow, akte, command, clock)
            values = {"organisationseinheit_alt": before, "organisationseinheit": command.organisationseinheit}
            uow.audit("akte.handed_over", "akte", akte.id, {**values, "grund": command.grund})
        await uow.flush()
        await uow.commit(akte)
    return akte


async def _give(uow: UnitOfWork, akte: Akte, command: HandOverAkte, clock: Clock) -> None:
    office = await uow.organisation.by_schluessel(command.organisationseinheit)
    if office is None:
        raise OrganisationseinheitUnknownError.of(command.organisationseinheit)
    unit = (await uow.aktenplan.path(akte.aktenplaneinheit_id, hold=True))[0]
    today = clock.now().astimezone(BERLIN).date()
    row, is_new = await uow.organisation.obtain_zustaendigkeit(unit.id, office.id, today=today)
    if is_new:
        uow.record(ZustaendigkeitChanged(row))
    if akte.jahr is not None and await uow.schriftgut.sammelakte(unit.id, row.id, akte.jahr) is not None:
        raise SammelakteExistsError
    parts, vorgaenge, dokumente = await uow.organisation.hand_over(akte, row.id)
    # Others have never heard of a draft.
    for event in (
        *(AkteChanged(part, unit.schluessel) for part in (akte, *parts) if part.status != ENTWURF),
        *(VorgangChanged(vorgang) for vorgang in vorgaenge if vorgang.status != ENTWURF),
        *(DokumentChanged(*one) for one in dokumente),
    ):
        uow.record(event)
