"""Writing many Indexeinträge at once, judged one by one."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import structlog
from opensearchpy import AsyncOpenSearch
from opensearchpy.helpers import async_streaming_bulk

from dms_kit.core.errors import StorageFullError, UnavailableError
from dms_search.adapters.opensearch_client import is_full, translated
from dms_search.adapters.opensearch_schema import document_of
from dms_search.domain.indexeintrag import Indexeintrag

_CHUNK_DOCUMENTS = 500
_CHUNK_BYTES = 8 * 1024 * 1024
# As short as the client's own patience: a shard that is not there shall not be waited for longer.
_SHARD_SECONDS = "5s"

log = structlog.get_logger()


class EintragRefusedError(Exception):
    """Raised when the server refuses some entries for what they are; all others of the batch are written."""


async def write(
    client: AsyncOpenSearch,
    indexes: Sequence[str],
    eintraege: Sequence[Indexeintrag],
    *,
    findable: str | None,
    seconds: float,
) -> None:
    """
    Write the entries to each index, and make `findable` show them at once.

    An older or equal version is a conflict, which is as it should be. What the server cannot take now is raised after
    everything else was written: `StorageFullError`, `UnavailableError`, else `EintragRefusedError`.
    """
    failed = []
    with translated("bulk"):
        for index in indexes:
            async for is_ok, item in async_streaming_bulk(
                client,
                _actions(index, eintraege),
                chunk_size=_CHUNK_DOCUMENTS,
                max_chunk_bytes=_CHUNK_BYTES,
                raise_on_error=False,
                max_retries=2,
                initial_backoff=0.2,
                refresh="true" if index == findable else "false",
                # Without the first, the client would take the second, the server's, for its own.
                params={"request_timeout": seconds, "timeout": _SHARD_SECONDS},
            ):
                (outcome,) = item.values()
                if not is_ok and not _is_settled(item, outcome):
                    failed.append(outcome)
    if failed:
        raise _judged(failed)


async def _actions(index: str, eintraege: Sequence[Indexeintrag]) -> AsyncIterator[dict[str, Any]]:
    for eintrag in eintraege:
        target = {
            "_index": index,
            "_id": eintrag.schluessel,
            "version": eintrag.version,
            "version_type": "external",
        }
        if eintrag.entfernt:
            yield {"_op_type": "delete", **target}
        else:
            yield {"_op_type": "index", **target, "_source": document_of(eintrag)}


def _is_settled(item: dict[str, Any], outcome: dict[str, Any]) -> bool:
    # A newer version is there, or what is to be removed is not: the index itself missing says so in an error.
    return outcome["status"] == 409 or ("delete" in item and outcome["status"] == 404 and "error" not in outcome)


def _judged(failed: Sequence[dict[str, Any]]) -> Exception:
    first = failed[0]
    kinds = sorted({str(item["error"].get("type")) for item in failed})
    log.warning("index.items_failed", count=len(failed), kinds=kinds, first=first["_id"])
    if any(is_full(item) for item in failed):
        return StorageFullError()
    # 404: the index was deleted since its alias was read; 429 and 5xx: overloaded, or its shard is not there.
    if any(item["status"] in {404, 429} or item["status"] >= 500 for item in failed):
        return UnavailableError("Der Suchindex nimmt gerade nichts an.")
    return EintragRefusedError(f"{len(failed)} entries refused: {', '.join(kinds)}")
