"""Register a Vorgang."""

from datetime import date
from uuid import UUID

from dms_kit.core.actor import Actor
from dms_kit.core.clock import BERLIN, Clock
from dms_records.domain.akte import Akte
from dms_records.domain.aktenplaneinheit import vorlage_of
from dms_records.domain.events import AkteChanged, VorgangCreated
from dms_records.domain.vorgang import Vorgang, teilvorgang_zeichen
from dms_records.use_cases.acting import WRITE, hold_vorgang
from dms_records.use_cases.ports import CheckVersion, OpenUnitOfWork, Scopes, UnitOfWork
from dms_records.use_cases.queries import VorgangRow


async def register_vorgang(
    vorgang_id: UUID,
    *,
    actor: Actor,
    check_version: CheckVersion,
    scopes: Scopes,
    unit_of_work: OpenUnitOfWork,
    clock: Clock,
) -> VorgangRow:
    """
    Give a draft its Aktenzeichen below that of its Akte, and tell everyone; the Akte is worked on from then on.

    Source: domain rules, two phases. The number is taken last: its row holds up those who register in the same Akte.
    """
    scope = await scopes.scope(actor)
    async with unit_of_work() as uow:
        vorgang = await hold_vorgang(vorgang_id, uow=uow, scope=scope, right=WRITE, check_version=check_version)
        above = None
        if vorgang.uebergeordnet_id is not None:
            above = await uow.schriftgut.vorgang_above(vorgang.uebergeordnet_id)
        vorgang.check_registrable(above)
        akte = await uow.schriftgut.akte_above(vorgang.akte_id)
        assert akte is not None
        if akte.take_up():
            [einheit, *_] = await uow.aktenplan.path(akte.aktenplaneinheit_id)
            uow.record(AkteChanged(akte, einheit.schluessel))
        vorgang.register(await next_aktenzeichen(uow, above, akte, clock.now().astimezone(BERLIN).date()))
        await uow.flush()
        uow.record(VorgangCreated(vorgang))
        uow.audit("vorgang.registered", "vorgang", vorgang.id, {"aktenzeichen": vorgang.aktenzeichen})
        row = await uow.queries.written_vorgang(vorgang.id)
        await uow.commit(row)
    return row


async def next_aktenzeichen(uow: UnitOfWork, above: Vorgang | None, akte: Akte, tag: date) -> str:
    """Return the next number of a Vorgang in an Akte, or of a Teilvorgang; taken last, its row is held to the end."""
    if above is not None:
        return teilvorgang_zeichen(above, await uow.schriftgut.next_number(above.id))
    vorlage = vorlage_of(await uow.aktenplan.path(akte.aktenplaneinheit_id))
    nummer = await uow.schriftgut.next_number(akte.id)
    return vorlage.for_vorgang(akte.given_zeichen, nummer=nummer, tag=tag)
