"""The credentials of one service at work on a real server: its own prefix is open, those of others are read only."""

from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass

import pytest
from minio import Minio
from minio.commonconfig import CopySource, Tags
from minio.deleteobjects import DeleteObject
from minio.error import S3Error

from dms_kit.adapters.s3_store import PART_SIZE, S3Bucket, S3Store
from dms_kit.core.errors import UnavailableError
from dms_kit.testing.contracts.object_store import content, keys, stream

pytestmark = pytest.mark.real


@dataclass(frozen=True)
class Two:
    """Two services with credentials of their own; `raw` is the SDK with those of ingest."""

    ingest: S3Store
    records: S3Store
    bucket: S3Bucket
    raw: Minio


@pytest.fixture
async def two(own_seaweedfs) -> AsyncIterator[Two]:
    ingest = S3Store(own_seaweedfs.bucket_of("ingest"), "ingest")
    records = S3Store(own_seaweedfs.bucket_of("records"), "records")
    yield Two(ingest, records, own_seaweedfs.bucket_of("ingest"), ingest._client)
    await ingest.close()
    await records.close()


async def test_services_work_in_their_prefix_and_cannot_touch_that_of_another(two):
    await two.ingest.ping()
    await two.records.ping()
    ours = await two.ingest.put("dueren", "ingest", stream(b"abc"))
    large = await two.ingest.put("nachbarstadt", "ingest", stream(bytes(PART_SIZE + 1)))
    # Reading and copying from the other's prefix is how records gets its own copy.
    assert await content(two.records, ours.key) == b"abc"
    copied = await two.records.copy(ours.key, "dueren", "records")
    assert await keys(two.records, None, "ingest") == {ours.key, large.key}

    for attempt in (
        two.ingest.put("dueren", "records", stream(b"evil")),
        two.ingest.put("dueren", "records", stream(bytes(PART_SIZE + 1))),
        two.ingest.put("drittstadt", "ingest", stream(b"evil")),
        two.ingest.copy(ours.key, "dueren", "records"),
        two.ingest.delete(copied),
        two.records.delete(ours.key),
    ):
        with pytest.raises(UnavailableError):
            await attempt
    refused_by_sdk(two, copied)

    assert await content(two.ingest, copied) == b"abc"
    assert await keys(two.records, None, "records") == {copied}
    await two.ingest.delete(large.key)
    await two.ingest.delete(ours.key)
    assert await keys(two.records, None, "ingest") == set()


def refused_by_sdk(two: Two, foreign: str) -> None:
    """Try with the keys of ingest what the adapter would never do."""
    bucket, raw = two.bucket.bucket, two.raw
    attempts: dict[str, Callable[[], object]] = {
        "overwrite": lambda: raw._put_object(bucket, foreign, b"evil", {}),
        "beside": lambda: raw._put_object(bucket, "dueren/ingestx/a", b"evil", {}),
        "below a foreign prefix": lambda: raw._put_object(bucket, "dueren/records/ingest/a", b"evil", {}),
        "root": lambda: raw._put_object(bucket, "evil", b"evil", {}),
        "delete": lambda: raw.remove_object(bucket, foreign),
        "delete the version": lambda: raw.remove_object(bucket, foreign, "null"),
        "copy over": lambda: raw.copy_object(bucket, foreign, CopySource(bucket, foreign)),
        "begin": lambda: raw._create_multipart_upload(bucket, foreign, {}),
        "tag": lambda: raw.set_object_tags(bucket, foreign, tags()),
        "bucket policy": lambda: raw.delete_bucket_policy(bucket),
        "lifecycle": lambda: raw.delete_bucket_lifecycle(bucket),
        "remove the bucket": lambda: raw.remove_bucket(bucket),
        "another bucket": lambda: raw.make_bucket("registratur-evil"),
    }
    for name, attempt in attempts.items():
        with pytest.raises(S3Error) as refused:
            attempt()
        assert refused.value.code == "AccessDenied", name
    with suppress(S3Error):
        assert [error.code for error in raw.remove_objects(bucket, [DeleteObject(foreign)])] == ["AccessDenied"]


def tags() -> Tags:
    found = Tags.new_object_tags()
    found["a"] = "b"
    return found
