"""Settings of ingest."""

from pathlib import Path

from pydantic import AliasChoices, Field

from dms_kit.settings import ScrubSettings

_MIB = 1024 * 1024
_REPOSITORY = Path(__file__).parents[4]


class Settings(ScrubSettings):
    """What ingest reads from the environment besides the common part."""

    database_url: str = Field(
        "", validation_alias="DMS_INGEST_DATABASE_URL", description="PostgreSQL URL of the role `dms_ingest`."
    )
    system_database_url: str = Field(
        "",
        validation_alias="DMS_INGEST_SYSTEM_DATABASE_URL",
        description="PostgreSQL URL of the role `dms_ingest_system` (migrations, relay, dead letters, reaper).",
    )
    s3_access_key: str = Field(
        "",
        validation_alias=AliasChoices("DMS_INGEST_S3_ACCESS_KEY", "DMS_S3_ACCESS_KEY"),
        description="Access key whose holder writes and deletes below the prefix of ingest alone.",
    )
    s3_secret_key: str = Field(
        "",
        repr=False,
        validation_alias=AliasChoices("DMS_INGEST_S3_SECRET_KEY", "DMS_S3_SECRET_KEY"),
        description="Secret key that belongs to it.",
    )
    max_file_bytes: int = Field(500 * _MIB, gt=0, description="Largest file of an Antrag in bytes.")
    max_total_bytes: int = Field(2048 * _MIB, gt=0, description="Largest sum of the files of an Antrag in bytes.")
    max_files: int = Field(100, ge=0, description="Most files of an Antrag.")
    max_antrag_bytes: int = Field(5 * _MIB, gt=0, description="Largest part `antrag` (JSON) in bytes.")
    max_upload_seconds: int = Field(3600, gt=0, description="Longest time in seconds that an upload may take.")
    quittung_key: Path | None = Field(
        None, description="File of the key that signs receipts; by default `quittung-key.pem` below the data."
    )
    repository: Path = Field(
        _REPOSITORY, description="Folder with `docs/problems` and the services' `openapi.yaml`, which ingest serves."
    )

    @property
    def quittung_key_file(self) -> Path:
        """Return the file of the key that signs receipts."""
        return self.quittung_key or self.data / "quittung-key.pem"
