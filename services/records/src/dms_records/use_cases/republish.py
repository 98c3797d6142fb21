"""Publish everything living again, for one group that lost its state."""

from collections.abc import Mapping
from uuid import UUID

from dms_records.domain.events import RepublishCompleted
from dms_records.use_cases.ports import OpenUnitOfWork

NOUNS = ("organisationseinheit", "zustaendigkeit", "akte", "vorgang", "dokument")
_PAGE = 200


async def republish(*, lauf_id: str, gruppe: str, pages: OpenUnitOfWork) -> int:
    """
    Publish the current state of every living object of one Mandant, a transaction a page; return how many.

    Source: architecture, rebuild. A repeated run does no harm: consumers upsert by version.
    """
    anzahl = 0
    for noun in NOUNS:
        after: UUID | None = None
        while True:
            async with pages() as uow:
                page = await uow.bestand.page(noun, after, limit=_PAGE)
                for _, event in page:
                    uow.record_republished(event, group=gruppe, run=lauf_id)
                await uow.commit()
            anzahl += len(page)
            if len(page) < _PAGE:
                break
            after = page[-1][0]
    return anzahl


async def complete_republish(*, lauf_id: str, gruppe: str, anzahl: int, unit_of_work: OpenUnitOfWork) -> None:
    """Say that a run is over; the Protokoll keeps who asked for how much."""
    async with unit_of_work() as uow:
        uow.record(RepublishCompleted(lauf_id, gruppe, anzahl))
        values: Mapping[str, str | int | None] = {"gruppe": gruppe, "anzahl": anzahl}
        uow.audit("bestand.republished", "republish", UUID(lauf_id), values)
        await uow.commit()
