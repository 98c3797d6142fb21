"""The objects of a store, read where they lie: files of a folder, or of a bucket."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Protocol

from minio import Minio
from minio.error import MinioException
from urllib3.exceptions import HTTPError

from dms_verify.errors import CannotVerifyError


class Objects(Protocol):
    """What lies below `<mandant>/<service>/` of every Mandant."""

    def keys(self, service: str) -> list[str]:
        """Return the keys, in order."""
        ...

    def read(self, key: str) -> bytes:
        """Return the bytes."""
        ...


class FolderObjects:
    """Files below a folder."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def keys(self, service: str) -> list[str]:
        """Walk the folders; a file that was never finished is no object."""
        files = self._root.glob(f"*/{service}/[0-9a-f][0-9a-f]/*")
        return sorted(f"{path.parts[-4]}/{service}/{path.name}" for path in files if path.suffix != ".part")

    def read(self, key: str) -> bytes:
        """Read the file."""
        mandant, service, name = key.split("/")
        try:
            return (self._root / mandant / service / name[-2:] / name).read_bytes()
        except OSError as error:
            raise CannotVerifyError(f"{key} ist nicht lesbar: {error.strerror}") from error


class BucketObjects:
    """Objects of a bucket."""

    def __init__(self, settings: Mapping[str, str]) -> None:
        self._bucket = settings.get("DMS_S3_BUCKET", "registratur")
        self._client = Minio(
            settings.get("DMS_S3_ENDPOINT", "127.0.0.1:18333"),
            access_key=settings.get("DMS_AUDIT_S3_ACCESS_KEY") or settings.get("DMS_S3_ACCESS_KEY"),
            secret_key=settings.get("DMS_AUDIT_S3_SECRET_KEY") or settings.get("DMS_S3_SECRET_KEY"),
            secure=settings.get("DMS_S3_SECURE", "true").lower() not in {"false", "0", "no", "off"},
            region=settings.get("DMS_S3_REGION", "us-east-1"),
        )

    def keys(self, service: str) -> list[str]:
        """List the folders of the Mandanten, then what is in them."""
        try:
            return sorted(self._keys(service))
        except (MinioException, HTTPError) as error:
            raise CannotVerifyError(f"Der Objektspeicher antwortet nicht ({type(error).__name__}).") from error

    def read(self, key: str) -> bytes:
        """Download the object."""
        try:
            answer = self._client.get_object(self._bucket, key)
            try:
                return bytes(answer.read())
            finally:
                answer.close()
                answer.release_conn()
        except (MinioException, HTTPError) as error:
            raise CannotVerifyError(f"{key} ist nicht lesbar ({type(error).__name__}).") from error

    def _keys(self, service: str) -> Iterator[str]:
        for folder in self._client.list_objects(self._bucket):
            if folder.is_dir:
                prefix = f"{folder.object_name}{service}/"
                for entry in self._client.list_objects(self._bucket, prefix=prefix, recursive=True):
                    yield str(entry.object_name)
