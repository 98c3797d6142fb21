"""The whole service with its index at OpenSearch: a lost index comes back by itself, several processes share one."""

import asyncio
from uuid import uuid4

import pytest

from dms_kit.testing.real import real_server
from dms_search.adapters.opensearch_client import OpenSearchAccess
from dms_search.adapters.opensearch_schema import SCHEMA_VERSION

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]


@pytest.fixture
async def at_opensearch():
    url, prefix = real_server("opensearch"), f"test-{uuid4().hex}"
    yield {
        "index": "opensearch",
        "opensearch_url": url,
        "opensearch_prefix": prefix,
        "opensearch_seconds": 40.0,
    }
    client = OpenSearchAccess(url=url, write_seconds=60.0).connect()
    await client.indices.delete(index=f"{prefix}-*")
    await client.indices.delete_index_template(name=f"{prefix}-v{SCHEMA_VERSION}", ignore=404)
    await client.close()


async def until(holds, *, seconds: float = 120) -> None:
    async with asyncio.timeout(seconds):
        while not await holds():
            await asyncio.sleep(0.2)


async def test_a_deleted_index_is_built_again_by_itself(start_service, at_opensearch) -> None:
    async with start_service(**at_opensearch) as service, service.with_records(), service.running():
        await service.facts.organisation()
        row = await service.facts.dokument("Abwassergebührenbescheid für die Bäckerei".encode())

        async def is_found() -> bool:
            answer = await service.get("/api/v1/suche", q="gebühr bäckerei")
            return answer.status_code == 200 and [item["id"] for item in answer.json()["items"]] == [str(row)]

        await until(is_found)
        assert not service.container.settings.index_folder.exists()
        index = service.container.index
        lost = (await index.state()).current
        await index._client.indices.delete(index=f"{at_opensearch['opensearch_prefix']}-v{SCHEMA_VERSION}-{lost}")
        assert (await service.get("/api/v1/suche", q="bäckerei")).status_code == 503
        await until(is_found)
        assert (await index.state()).current != lost


async def test_another_process_finds_without_a_shared_folder(start_service, at_opensearch, tmp_path) -> None:
    async with (
        start_service(**at_opensearch) as service,
        start_service(**at_opensearch, data=tmp_path / "andere") as reader,
        service.with_records(),
        service.running(),
    ):
        await service.facts.organisation()
        row = await service.facts.vorgang("Bernstein")

        async def is_found() -> bool:
            answer = await reader.get("/api/v1/suche", q="bernstein")
            return answer.status_code == 200 and [item["id"] for item in answer.json()["items"]] == [str(row)]

        await until(is_found)
