"""Follow the organisation."""

from dms_kit.core.access import Responsibility, Unit
from dms_workflow.use_cases.ports import OpenUnitOfWork


async def apply_organisationseinheit(unit: Unit, *, name: str, version: int, unit_of_work: OpenUnitOfWork) -> None:
    """Keep an Organisationseinheit for resolving rights (rights model: each service has its own projection)."""
    async with unit_of_work() as uow:
        await uow.organisation.apply_unit(unit, name=name, version=version)
        await uow.commit()


async def apply_zustaendigkeit(row: Responsibility, *, version: int, unit_of_work: OpenUnitOfWork) -> None:
    """Keep a Zuständigkeit for resolving rights (rights model: each service has its own projection)."""
    async with unit_of_work() as uow:
        await uow.organisation.apply_responsibility(row, version=version)
        await uow.commit()
