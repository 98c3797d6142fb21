"""The minio SDK with the steps of a multipart upload by name, and its errors in the words of the port."""

from collections.abc import Iterator
from contextlib import contextmanager

import urllib3
from minio import Minio
from minio.datatypes import Part, Upload
from minio.error import InvalidResponseError, MinioException, S3Error, ServerError

from dms_kit.core.errors import DmsError, StorageFullError, UnavailableError
from dms_kit.ports.object_store import ObjectNotFoundError

CONNECT_SECONDS = 3.0
BINARY = "application/octet-stream"
_INSUFFICIENT_STORAGE = 507
_MISSING = frozenset({"NoSuchKey", "NoSuchVersion"})
_FULL = frozenset({"XMinioStorageFull", "XMinioAdminBucketQuotaExceeded", "QuotaExceeded", "InsufficientStorage"})


class S3Client(Minio):
    """
    One connection pool to one bucket; every call blocks, so only threads of the adapter may make it.

    `put_object` of the SDK pulls its data from a blocking stream and would hold a thread for as long as a slow sender
    takes; the steps below are pushed instead, one visit to a thread for each part.
    """

    def __init__(
        self, endpoint: str, bucket: str, access_key: str, secret_key: str, *, secure: bool, region: str, timeout: float
    ) -> None:
        connections = urllib3.PoolManager(
            timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=timeout),
            maxsize=32,
            # A PUT is never sent twice: in a bucket with versions its repetition would be a second one.
            retries=urllib3.Retry(
                connect=1, read=1, redirect=0, status=0, other=0, allowed_methods=("GET", "HEAD"), backoff_factor=0.1
            ),
        )
        super().__init__(
            endpoint,
            access_key=access_key,
            secret_key=secret_key,
            secure=secure,
            region=region,
            http_client=connections,
        )
        self.connections = connections
        self.bucket = bucket

    def write(self, key: str, data: bytes) -> str | None:
        """Write an object in one request; return its version id, None where the bucket has no versions."""
        version: str | None = self._put_object(self.bucket, key, data, {"Content-Type": BINARY}).version_id
        return version

    def begin_upload(self, key: str) -> str:
        """Begin a multipart upload; return its id."""
        return self._create_multipart_upload(self.bucket, key, {"Content-Type": BINARY})

    def send_part(self, key: str, upload: str, number: int, data: bytes) -> Part:
        """Send a part of at least 5 MiB, unless it is the last; numbers begin with 1."""
        return Part(number, self._upload_part(self.bucket, key, data, None, upload, number))

    def complete_upload(self, key: str, upload: str, parts: list[Part]) -> None:
        """Make the object of its parts."""
        result = self._complete_multipart_upload(self.bucket, key, upload, parts)
        if not result.etag:
            # The status line may have left before the server failed; then the body of the 200 is an error.
            raise UnavailableError

    def abort_upload(self, key: str, upload: str) -> None:
        """Give up an upload; its parts vanish."""
        self._abort_multipart_upload(self.bucket, key, upload)

    def uploads(self, prefix: str) -> Iterator[Upload]:
        """List the uploads that are neither complete nor aborted."""
        marker: str | None = None
        while True:
            page = self._list_multipart_uploads(self.bucket, prefix=prefix, key_marker=marker)
            yield from page.uploads
            if not page.is_truncated or page.next_key_marker in {None, marker}:
                return
            marker = page.next_key_marker


@contextmanager
def translated_errors() -> Iterator[None]:
    """Turn what SDK and connection raise into ObjectNotFoundError, StorageFullError and UnavailableError."""
    try:
        yield
    except (MinioException, urllib3.exceptions.HTTPError, OSError) as error:
        if isinstance(error, S3Error) and error.code in _MISSING:
            raise ObjectNotFoundError(error.object_name or error.resource) from error
        failure: type[DmsError] = StorageFullError if _is_full(error) else UnavailableError
        raise failure from error
    except (SyntaxError, ValueError) as error:
        # The SDK cannot read the answer: cut off, or an error in the body although its status was 200.
        raise UnavailableError from error


def failure_of(status: int, code: str) -> DmsError:
    """Return what a refused write is in the words of the port."""
    is_full = code in _FULL or status == _INSUFFICIENT_STORAGE
    return StorageFullError() if is_full else UnavailableError()


def _is_full(error: Exception) -> bool:
    match error:
        case S3Error():
            return error.code in _FULL or error.response.status == _INSUFFICIENT_STORAGE
        case ServerError():
            return error.status_code == _INSUFFICIENT_STORAGE
        case InvalidResponseError():
            return f"Response code: {_INSUFFICIENT_STORAGE}," in str(error)
        case _:
            return False
