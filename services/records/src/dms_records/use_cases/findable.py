"""List what search has to find."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

from dms_records.use_cases.ports import OpenUnitOfWork

FINDABLE = ("akte", "vorgang", "dokument")
_PAGE = 500


@dataclass(frozen=True)
class Findable:
    """An object that search has to find: what it is, and the version of its row."""

    noun: str
    id: UUID
    version: int


async def findable(pages: OpenUnitOfWork) -> AsyncIterator[Findable]:
    """
    Yield everything of one Mandant that is published again for search, a transaction a page.

    Source: architecture, invariant 6 (search = database). The same rows are published by `republish`.
    """
    for noun in FINDABLE:
        after: UUID | None = None
        while True:
            async with pages() as uow:
                page = await uow.bestand.page(noun, after, limit=_PAGE)
            for object_id, event in page:
                yield Findable(noun, object_id, getattr(event, noun).version)
            if len(page) < _PAGE:
                break
            after = page[-1][0]
