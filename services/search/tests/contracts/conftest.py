"""A real OpenSearch, when one is named, with index names of the test's own."""

from collections.abc import AsyncIterator, Callable
from uuid import uuid4

import pytest
from opensearchpy import AsyncOpenSearch

from dms_kit.testing.real import real_server
from dms_search.adapters.opensearch_client import OpenSearchAccess
from dms_search.adapters.opensearch_index import OpenSearchIndex
from dms_search.adapters.opensearch_schema import SCHEMA_VERSION


@pytest.fixture
def access() -> OpenSearchAccess:
    # Patient: a test machine has other things to do.
    return OpenSearchAccess(url=real_server("opensearch"), seconds=60.0, write_seconds=90.0)


@pytest.fixture
async def server(access: OpenSearchAccess) -> AsyncIterator[AsyncOpenSearch]:
    client = access.connect()
    yield client
    await client.close()


@pytest.fixture
async def prefix(server: AsyncOpenSearch) -> AsyncIterator[str]:
    name = f"test-{uuid4().hex}"
    yield name
    await server.indices.delete(index=f"{name}-*")
    await server.indices.delete_index_template(name=f"{name}-v{SCHEMA_VERSION}", ignore=404)


@pytest.fixture
async def connect(
    access: OpenSearchAccess, prefix: str, now: list[float]
) -> AsyncIterator[Callable[..., OpenSearchIndex]]:
    """Return what gives one more process's view of the same index."""
    opened: list[OpenSearchIndex] = []

    def one(**options) -> OpenSearchIndex:
        opened.append(OpenSearchIndex(access, prefix=prefix, now=lambda: now[-1], **options))
        return opened[-1]

    yield one
    for index in opened:
        await index.close()
