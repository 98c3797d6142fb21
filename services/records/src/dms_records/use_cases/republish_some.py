"""Publish some objects again, for one group that has them wrong."""

from collections.abc import Collection
from uuid import UUID

from dms_records.use_cases.ports import OpenUnitOfWork


async def republish_some(
    noun: str, ids: Collection[UUID], *, lauf_id: str, gruppe: str, unit_of_work: OpenUnitOfWork
) -> int:
    """
    Publish the current state of these objects of one noun; return how many there still are.

    Source: architecture, rebuild, for what a check of the index found to differ. The Protokoll keeps how much it was.
    """
    async with unit_of_work() as uow:
        found = await uow.bestand.find(noun, ids)
        for event in found:
            uow.record_republished(event, group=gruppe, run=lauf_id)
        if found:
            uow.audit("bestand.republished", "republish", UUID(lauf_id), {"gruppe": gruppe, "anzahl": len(found)})
            await uow.commit()
    return len(found)
