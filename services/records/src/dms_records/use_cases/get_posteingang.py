"""Read one item of the Posteingang."""

from uuid import UUID

from dms_kit.core.errors import NotFoundError
from dms_records.use_cases.ports import OpenUnitOfWork
from dms_records.use_cases.queries import PosteingangRow


async def get_posteingang(posteingang_id: UUID, *, unit_of_work: OpenUnitOfWork) -> PosteingangRow:
    """Return an item that still waits; once filed it is nothing to the Poststelle (rights model)."""
    async with unit_of_work() as uow:
        posteingang = await uow.queries.posteingang(posteingang_id)
        if posteingang is None:
            raise NotFoundError
        uow.audit("posteingang.read", "posteingang", posteingang.id)
        await uow.commit()
    return posteingang
