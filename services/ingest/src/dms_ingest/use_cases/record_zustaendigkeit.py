"""Keep ingest's copy of a Zuständigkeit current."""

from dms_ingest.use_cases.ports import OpenUnitOfWork
from dms_kit.core.access import Responsibility


async def record_zustaendigkeit(row: Responsibility, *, version: int, unit_of_work: OpenUnitOfWork) -> None:
    """Upsert a Zuständigkeit by version (rights model: scopes come from a service's own projection)."""
    async with unit_of_work() as uow:
        await uow.organisation.apply_responsibility(row, version=version)
        await uow.commit()
