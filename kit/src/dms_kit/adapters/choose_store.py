"""The choice of the object store by the settings of a process."""

from pathlib import Path
from typing import Literal, Protocol, runtime_checkable

from dms_kit.adapters.filesystem_store import FilesystemStore
from dms_kit.ports.object_store import ObjectStore


@runtime_checkable
class OwnedStore(ObjectStore, Protocol):
    """An object store with threads of its own; who chose it closes it."""

    async def close(self) -> None:
        """End the threads after their running work, and what they reach."""
        ...


class StoreSettings(Protocol):
    """The settings that the choice depends on; see `dms_kit.settings.KitSettings`."""

    @property
    def store(self) -> Literal["filesystem", "s3"]: ...

    @property
    def objects(self) -> Path: ...

    @property
    def s3_endpoint(self) -> str: ...

    @property
    def s3_bucket(self) -> str: ...

    @property
    def s3_access_key(self) -> str: ...

    @property
    def s3_secret_key(self) -> str: ...

    @property
    def s3_secure(self) -> bool: ...

    @property
    def s3_region(self) -> str: ...

    @property
    def s3_copies(self) -> Literal["server", "client"]: ...


class AuditStoreSettings(StoreSettings, Protocol):
    """The same with the credentials of the audit trail's checkpoints."""

    @property
    def audit_s3_access_key(self) -> str: ...

    @property
    def audit_s3_secret_key(self) -> str: ...


def choose_store(settings: StoreSettings, service: str) -> OwnedStore:
    """Return the store of `DMS_STORE`; on S3 it is reached with the credentials of the service."""
    return _store(settings, service, settings.s3_access_key, settings.s3_secret_key)


def choose_audit_store(settings: AuditStoreSettings) -> OwnedStore:
    """Return the same store for checkpoints; on S3 it is reached with the credentials of the audit trail."""
    access_key, secret_key = settings.audit_s3_access_key, settings.audit_s3_secret_key
    if not access_key:
        access_key, secret_key = settings.s3_access_key, settings.s3_secret_key
    return _store(settings, "audit", access_key, secret_key)


def _store(settings: StoreSettings, service: str, access_key: str, secret_key: str) -> OwnedStore:
    if settings.store == "filesystem":
        return FilesystemStore(settings.objects)
    # Here, so that a process without S3 does not load its client at every start.
    from dms_kit.adapters.s3_store import S3Bucket, S3Store  # noqa: PLC0415

    bucket = S3Bucket(
        endpoint=settings.s3_endpoint,
        bucket=settings.s3_bucket,
        access_key=access_key,
        secret_key=secret_key,
        secure=settings.s3_secure,
        region=settings.s3_region,
        copies=settings.s3_copies,
    )
    return S3Store(bucket, service)
