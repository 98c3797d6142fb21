"""The object stores of an installation, seen from behind: which objects there are and what each of them holds."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from minio import Minio
from minio.error import S3Error


class Objects(Protocol):
    """All objects of one installation."""

    def keys(self) -> set[str]:
        """Return the keys of all objects, and of parts that were never finished."""
        ...

    def measured(self, key: str) -> tuple[int, str] | None:
        """Return size and SHA-256 of an object, None when it is missing."""
        ...


def objects_of(settings: Mapping[str, str], data: Path) -> Objects:
    """Return the objects of the installation with these settings and this data folder."""
    return BucketObjects(settings) if settings.get("DMS_STORE") == "s3" else FolderObjects(data / "objects")


class FolderObjects:
    """Files below a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keys(self) -> set[str]:
        """Return them with what a crash left half written."""
        files = [path.relative_to(self._folder) for path in self._folder.rglob("*") if path.is_file()]
        return {f"{path.parts[0]}/{path.parts[1]}/{path.name}" for path in files}

    def measured(self, key: str) -> tuple[int, str] | None:
        """Read the file."""
        mandant, service, name = key.split("/")
        path = self._folder / mandant / service / name[-2:] / name
        if not path.is_file():
            return None
        with path.open("rb") as file:
            return path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()


class BucketObjects:
    """Objects of a bucket, reached with the administrator's key."""

    def __init__(self, settings: Mapping[str, str]) -> None:
        self._bucket = settings["DMS_S3_BUCKET"]
        self._client = Minio(
            settings["DMS_S3_ENDPOINT"],
            access_key=settings["DMS_S3_ACCESS_KEY"],
            secret_key=settings["DMS_S3_SECRET_KEY"],
            secure=settings["DMS_S3_SECURE"] == "true",
            region=settings["DMS_S3_REGION"],
        )

    def keys(self) -> set[str]:
        """List the whole bucket but the objects of health checks, with uploads that were never completed."""
        objects = self._client.list_objects(self._bucket, recursive=True)
        names = {str(entry.object_name) for entry in objects if not entry.is_dir}
        uploads = {str(upload.object_name) for upload in self._client._list_multipart_uploads(self._bucket).uploads}
        return {name for name in names | uploads if not name.startswith("_probe/")}

    def forget(self, service: str) -> None:
        """Remove what is below the prefix of a service in each Mandant."""
        for key in self.keys():
            if key.split("/")[1] == service:
                self._client.remove_object(self._bucket, key)

    def measured(self, key: str) -> tuple[int, str] | None:
        """Download the object."""
        try:
            answer = self._client.get_object(self._bucket, key)
        except S3Error as error:
            if error.code == "NoSuchKey":
                return None
            raise
        try:
            content = answer.read()
        finally:
            answer.close()
            answer.release_conn()
        return len(content), hashlib.sha256(content).hexdigest()
