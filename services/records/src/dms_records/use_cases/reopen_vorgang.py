"""Lift the zdA of a Vorgang."""

from uuid import UUID

from dms_kit.core.actor import Actor
from dms_records.domain.events import VorgangChanged
from dms_records.domain.schriftgut import check_writable
from dms_records.use_cases.acting import REGISTER, hold_vorgang
from dms_records.use_cases.ports import CheckVersion, OpenUnitOfWork, Scopes
from dms_records.use_cases.queries import VorgangRow


async def reopen_vorgang(
    vorgang_id: UUID,
    grund: str,
    *,
    actor: Actor,
    check_version: CheckVersion,
    scopes: Scopes,
    unit_of_work: OpenUnitOfWork,
) -> VorgangRow:
    """
    Let a Vorgang be worked on again; the reason is in the Protokoll alone (life cycle: zdA).

    Not while what it lies in is zdA: that is reopened first.
    """
    scope = await scopes.scope(actor)
    async with unit_of_work() as uow:
        vorgang = await hold_vorgang(vorgang_id, uow=uow, scope=scope, right=REGISTER, check_version=check_version)
        vorgang.reopen(await uow.schriftgut.aufgaben(vorgang.id))
        if vorgang.uebergeordnet_id is not None:
            parent = await uow.schriftgut.vorgang_above(vorgang.uebergeordnet_id)
            assert parent is not None
            check_writable(parent)
        akte = await uow.schriftgut.akte_above(vorgang.akte_id)
        assert akte is not None
        check_writable(akte)
        await uow.flush()
        row = await uow.queries.written_vorgang(vorgang.id)
        uow.record(VorgangChanged(vorgang))
        uow.audit("vorgang.reopened", "vorgang", vorgang.id, {"grund": grund})
        await uow.commit(row)
    return row
