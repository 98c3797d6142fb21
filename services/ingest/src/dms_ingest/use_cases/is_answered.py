"""Look up an idempotency key before a body is read."""

from dms_ingest.use_cases.ports import OpenUnitOfWork


async def is_answered(*, client: str, operation: str, key: str, unit_of_work: OpenUnitOfWork) -> bool:
    """Say whether a request is a repetition: then its body is only hashed and leaves no objects (API contract)."""
    async with unit_of_work() as uow:
        return await uow.antraege.is_answered(client, operation, key)
