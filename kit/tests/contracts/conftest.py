"""The real servers that contract suites run on, named by the environment."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn
from urllib.parse import urlsplit

import pytest
import urllib3
from minio import Minio
from minio.commonconfig import ENABLED
from minio.versioningconfig import VersioningConfig

from dms_kit.adapters.s3_store import S3Bucket

PLAIN, VERSIONED = "registratur-test", "registratur-test-versions"


def missing(what: str) -> NoReturn:
    """Skip, or fail where a missing server must not go unnoticed."""
    if os.environ.get("DMS_REQUIRE_REAL") == "1":
        pytest.fail(what)
    pytest.skip(what)


@dataclass(frozen=True)
class S3Server:
    """A running S3 server, and its administrator's key."""

    endpoint: str
    access_key: str
    secret_key: str

    def client(self) -> Minio:
        """Return a client of the administrator."""
        connections = urllib3.PoolManager(timeout=urllib3.Timeout(10.0), retries=False)
        return Minio(
            self.endpoint,
            access_key=self.access_key,
            secret_key=self.secret_key,
            secure=False,
            region="us-east-1",
            http_client=connections,
        )

    def bucket(self, name: str) -> S3Bucket:
        """Return one of its buckets, as the administrator reaches it."""
        keys = {"access_key": self.access_key, "secret_key": self.secret_key}
        return S3Bucket(endpoint=self.endpoint, bucket=name, secure=False, **keys)

    def empty(self, name: str) -> S3Bucket:
        """Return the bucket without objects, versions and uploads."""
        client = self.client()
        for found in list(client.list_objects(name, recursive=True, include_version=True)):
            client.remove_object(name, found.object_name, found.version_id)
        for upload in client._list_multipart_uploads(name).uploads:
            client._abort_multipart_upload(name, upload.object_name, upload.upload_id)
        return self.bucket(name)


@pytest.fixture(scope="session")
def s3_server() -> Iterator[S3Server]:
    """Return the server of DMS_TEST_S3, which looks like http://access:secret@127.0.0.1:18333."""
    url = urlsplit(os.environ.get("DMS_TEST_S3", ""))
    if not url.hostname:
        missing("DMS_TEST_S3 names no S3 server (http://access:secret@host:port)")
    server = S3Server(f"{url.hostname}:{url.port}", url.username or "", url.password or "")
    client = server.client()
    for name in (PLAIN, VERSIONED):
        if not client.bucket_exists(name):
            client.make_bucket(name)
    client.set_bucket_versioning(VERSIONED, VersioningConfig(ENABLED))
    yield server
    client._http.clear()
