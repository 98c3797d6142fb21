import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from dms_kit.adapters.s3_store import PART_SIZE, S3Store
from dms_kit.core.errors import UnavailableError
from dms_kit.ports.object_store import ObjectNotFoundError
from dms_kit.testing.contracts.object_store import ObjectStoreContract, broken_stream, content, keys, stream

pytestmark = pytest.mark.real


class TestS3Store(ObjectStoreContract):
    @pytest.fixture
    async def store(self, s3_server) -> AsyncIterator[S3Store]:
        store = S3Store(s3_server.empty("registratur-test"), "ingest")
        yield store
        await store.close()

    async def test_upload_that_a_crash_left_is_listed_and_can_be_deleted(self, store, s3_server, request) -> None:
        if s3_server.is_minio():
            gap = "MinIO lists uploads for a whole key only, and clears those of more than 24 hours by itself"
            request.applymarker(pytest.mark.xfail(strict=True, reason=gap))
        finished = await store.put("dueren", "ingest", stream(b"abc"))
        key = f"{finished.key[:-12]}000000000000"
        client = s3_server.client()
        upload = client._create_multipart_upload("registratur-test", key, {})
        client._upload_part("registratur-test", key, bytes(100), {}, upload, 1)
        infos = {info.key: info async for info in store.list("dueren", "ingest")}
        assert set(infos) == {finished.key, key}
        assert abs(datetime.now(UTC) - infos[key].modified) < timedelta(minutes=1)
        with pytest.raises(ObjectNotFoundError):
            await store.stat(key)
        await store.delete(key)
        assert await keys(store, "dueren", "ingest") == {finished.key}
        assert client._list_multipart_uploads("registratur-test").uploads == []

    @pytest.mark.parametrize("size", [10, 3 * PART_SIZE])
    async def test_broken_stream_leaves_no_upload(self, store, s3_server, size) -> None:
        with pytest.raises(ConnectionResetError):
            await store.put("dueren", "ingest", broken_stream(bytes(size)))
        assert s3_server.client()._list_multipart_uploads("registratur-test").uploads == []

    async def test_foreign_names_in_the_bucket_are_not_listed(self, store, s3_server) -> None:
        stored = await store.put("dueren", "ingest", stream(b"abc"))
        client = s3_server.client()
        for name in ("README", "dueren/ingest/README", "_probe/ingest/ping"):
            client._put_object("registratur-test", name, b"x", {})
        assert await keys(store, None, "ingest") == {stored.key}

    async def test_listing_goes_on_behind_the_first_page(self, store) -> None:
        async def some(count: int) -> list[str]:
            return [(await store.put("dueren", "ingest", stream(b"x"))).key for _number in range(count)]

        written = await asyncio.gather(*(some(131) for _client in range(8)))
        assert await keys(store, "dueren", "ingest") == {key for part in written for key in part}

    async def test_abandoned_reading_does_not_spoil_later_ones(self, store) -> None:
        data = os.urandom(5 * 1024 * 1024)
        stored = await store.put("dueren", "ingest", stream(data))
        for _time in range(40):
            reading = store.read(stored.key)
            assert await anext(reading) == data[: 1024 * 1024]
            await reading.aclose()
        assert await content(store, stored.key) == data

    async def test_ping_leaves_nothing_and_fails_for_a_wrong_key(self, store, s3_server) -> None:
        await store.ping()
        assert list(s3_server.client().list_objects("registratur-test", recursive=True)) == []
        other = S3Store(replace(s3_server.bucket("registratur-test"), secret_key="wrong-secret"), "ingest")
        with pytest.raises(UnavailableError):
            await other.ping()
        with pytest.raises(UnavailableError):
            await other.put("dueren", "ingest", stream(b"abc"))
        await other.close()


class TestS3StoreThatCopiesByItself(ObjectStoreContract):
    @pytest.fixture
    async def store(self, s3_server) -> AsyncIterator[S3Store]:
        store = S3Store(replace(s3_server.empty("registratur-test"), copies="client"), "ingest")
        yield store
        await store.close()

    @pytest.mark.xfail(strict=True, reason="it is for servers whose own copies are not durable")
    async def test_copy_is_made_where_the_object_is(self, store) -> None:
        await super().test_copy_is_made_where_the_object_is(store)


class TestS3StoreWithVersions(ObjectStoreContract):
    @pytest.fixture
    async def store(self, s3_server) -> AsyncIterator[S3Store]:
        store = S3Store(s3_server.empty("registratur-test-versions"), "ingest")
        yield store
        await store.close()

    @pytest.mark.parametrize("size", [10, 2 * PART_SIZE])
    async def test_delete_removes_the_version_instead_of_hiding_it(self, store, s3_server, size) -> None:
        stored = await store.put("dueren", "ingest", stream(bytes(size)))
        copied = await store.copy(stored.key, "dueren", "records")
        client = s3_server.client()
        found = list(client.list_objects("registratur-test-versions", recursive=True, include_version=True))
        assert {each.object_name for each in found} == {stored.key, copied}
        assert all(each.version_id not in {None, "null"} for each in found)
        await store.delete(stored.key)
        await store.delete(copied)
        await store.ping()
        assert list(client.list_objects("registratur-test-versions", recursive=True, include_version=True)) == []

    async def test_version_that_someone_hid_is_deleted_too(self, store, s3_server) -> None:
        stored = await store.put("dueren", "ingest", stream(b"abc"))
        client = s3_server.client()
        client.remove_object("registratur-test-versions", stored.key)
        with pytest.raises(ObjectNotFoundError):
            await store.stat(stored.key)
        await store.delete(stored.key)
        assert list(client.list_objects("registratur-test-versions", recursive=True, include_version=True)) == []
