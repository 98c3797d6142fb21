"""Hand over one Akte to another office."""

from dataclasses import dataclass
from uuid import UUID

from dms_kit.core.access import AccessObject, AccessScope, Rank
from dms_kit.core.actor import Actor
from dms_kit.core.clock import BERLIN, Clock
from dms_kit.core.errors import ForbiddenError, NotFoundError
from dms_records.domain.akte import Akte
from dms_records.domain.events import AkteCreated, DokumentChanged, VorgangChanged, ZustaendigkeitChanged
from dms_records.domain.organisation_errors import OrganisationseinheitUnknownError, SammelakteExistsError
from dms_records.use_cases.ports import READ, CheckVersion, OpenUnitOfWork, Scopes, UnitOfWork

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
        akte = await uow.schriftgut.akte(command.akte_id)
        _check_reach(scope, akte)
        assert akte is not None
        check_version(akte.version)
        before = keys.get(akte.zustaendigkeit_id)
        if before != command.organisationseinheit:
            await _give(uow, akte, command, clock)
            values = {"organisationseinheit_alt": before, "organisationseinheit": command.organisationseinheit}
            uow.audit("akte.handed_over", "akte", akte.id, {**values, "grund": command.grund})
        await uow.commit(akte)
    return akte


def _check_reach(scope: AccessScope, akte: Akte | None) -> None:
    if akte is None:
        raise NotFoundError
    target = AccessObject(akte.mandant, akte.zustaendigkeit_id, Rank(akte.rang), akte.abgeschirmt)
    if not scope.permits(HAND_OVER, target):
        raise ForbiddenError if scope.permits(READ, target) else NotFoundError


async def _give(uow: UnitOfWork, akte: Akte, command: HandOverAkte, clock: Clock) -> None:
    office = await uow.organisation.by_schluessel(command.organisationseinheit)
    if office is None:
        raise OrganisationseinheitUnknownError.of(command.organisationseinheit)
    today = clock.now().astimezone(BERLIN).date()
    unit = (await uow.aktenplan.path(akte.aktenplaneinheit_id, hold=True))[0]
    row, is_new = await uow.organisation.obtain_zustaendigkeit(unit.id, office.id, today=today)
    if akte.jahr is not None and await uow.schriftgut.sammelakte(unit.id, row.id, akte.jahr) is not None:
        raise SammelakteExistsError
    vorgaenge, dokumente = await uow.schriftgut.hand_over(akte, row.id)
    await uow.flush()
    for event in (
        *([ZustaendigkeitChanged(row)] if is_new else []),
        AkteCreated(akte, unit.schluessel),
        *map(VorgangChanged, vorgaenge),
        *(DokumentChanged(*one) for one in dokumente),
    ):
        uow.record(event)
