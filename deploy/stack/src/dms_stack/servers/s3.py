"""What both S3 servers have in common: one administrator, and readiness that is a written and read object."""

import io
from collections.abc import Mapping

import urllib3
from minio import Minio
from minio.error import MinioException

from dms_stack.servers.base import NotReadyError, Server

ADMIN = "registratur-admin"
BUCKET = "registratur"
# Those that keep objects or read them, and the checkpoints of all of them.
SERVICES = ("audit", "ingest", "records", "search")
_PROBE_BUCKET = "dms-stack-probe"
_PROBE = b"written before it counts as ready"


class S3Server(Server):
    """An S3 store with one bucket for the product and one for our own probe."""

    name = "s3"
    # Who copies objects durably, as DMS_S3_COPIES names it.
    copies = "server"

    def check(self) -> None:
        """Write an object and read it back; the buckets are made when they are missing."""
        pool = urllib3.PoolManager(timeout=urllib3.Timeout(10.0), retries=False)
        client = Minio(
            self.address,
            access_key=ADMIN,
            secret_key=self.context.password("s3-admin"),
            secure=False,
            region="us-east-1",
            http_client=pool,
        )
        try:
            self._write_and_read(client)
        except (MinioException, urllib3.exceptions.HTTPError, OSError) as error:
            raise NotReadyError(repr(error)) from error
        finally:
            pool.clear()

    def endpoint(self) -> Mapping[str, str]:
        """Return its URL, the bucket and the administrator's key."""
        return {
            "url": f"http://{self.address}",
            "region": "us-east-1",
            "bucket": BUCKET,
            "access_key": ADMIN,
            "secret_key": self.context.password("s3-admin"),
            "copies": self.copies,
        }

    def _write_and_read(self, client: Minio) -> None:
        for bucket in (_PROBE_BUCKET, BUCKET):
            if not client.bucket_exists(bucket):
                client.make_bucket(bucket)
        client.put_object(_PROBE_BUCKET, "probe", io.BytesIO(_PROBE), len(_PROBE))
        answer = client.get_object(_PROBE_BUCKET, "probe")
        try:
            if answer.read() != _PROBE:
                raise NotReadyError("an object came back changed")
        finally:
            answer.close()
            answer.release_conn()
