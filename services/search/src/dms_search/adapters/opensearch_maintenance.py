"""What checks and repairs of an index need: the versions of all entries, and their removal whatever those are."""

import asyncio
from collections.abc import AsyncIterator, Collection
from typing import Any

from opensearchpy import AsyncOpenSearch
from opensearchpy.helpers import async_scan, async_streaming_bulk

from dms_kit.core.errors import UnavailableError
from dms_search.adapters.opensearch_client import translated

_FORGET_SECONDS = 1.0
_PAGE = 2000
_MISSING = 404


async def read_versions(client: AsyncOpenSearch, index: str, mandant: str) -> dict[str, int]:
    """Return the version of every entry of a Mandant by its key."""
    found = {}
    query = {"query": {"term": {"mandant": mandant}}, "_source": False, "version": True}
    with translated("versions"):
        async for hit in async_scan(client, index=index, query=query, size=_PAGE):
            found[str(hit["_id"])] = int(hit["_version"])
    return found


async def remove(client: AsyncOpenSearch, index: str, schluessel: Collection[str], *, seconds: float) -> None:
    """
    Remove entries, and let any version of them be written again at once.

    A server remembers the version of what was deleted for a minute (`gc_deletes`) and refuses lower ones meanwhile; so
    it is told not to, and forgets at the refresh.
    """
    with translated("remove"):
        await client.indices.put_settings(index=index, body={"index": {"gc_deletes": "0s"}})
        try:
            failed = [
                item
                async for is_ok, item in async_streaming_bulk(
                    client,
                    _deletions(index, schluessel),
                    raise_on_error=False,
                    refresh="true",
                    params={"request_timeout": seconds},
                )
                if not is_ok and item["delete"]["status"] != _MISSING
            ]
            # Its clock for this moves in steps of 200 ms, and what is not older than nothing is not forgotten.
            await asyncio.sleep(_FORGET_SECONDS)
            await client.indices.refresh(index=index)
        finally:
            await client.indices.put_settings(index=index, body={"index": {"gc_deletes": None}})
    if failed:
        raise UnavailableError("Der Suchindex nimmt gerade nichts an.")


async def _deletions(index: str, schluessel: Collection[str]) -> AsyncIterator[dict[str, Any]]:
    for one in schluessel:
        yield {"_op_type": "delete", "_index": index, "_id": one}
