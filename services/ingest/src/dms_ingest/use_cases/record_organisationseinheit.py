"""Keep ingest's copy of an Organisationseinheit current."""

from dms_ingest.use_cases.ports import OpenUnitOfWork
from dms_kit.core.access import Unit


async def record_organisationseinheit(unit: Unit, *, name: str, version: int, unit_of_work: OpenUnitOfWork) -> None:
    """Upsert an Organisationseinheit by version (rights model: scopes come from a service's own projection)."""
    async with unit_of_work() as uow:
        await uow.organisation.apply_unit(unit, name=name, version=version)
        await uow.commit()
