"""Settings of records."""

from typing import Literal

from pydantic import AliasChoices, Field

from dms_kit.settings import ScrubSettings


class Settings(ScrubSettings):
    """What records needs besides the common settings."""

    database_url: str = Field(
        "", validation_alias="DMS_RECORDS_DATABASE_URL", description="PostgreSQL URL of records (role `dms_records`)."
    )
    system_database_url: str = Field(
        "",
        validation_alias="DMS_RECORDS_SYSTEM_DATABASE_URL",
        description="PostgreSQL URL of records' owner (role `dms_records_system`).",
    )
    s3_access_key: str = Field(
        "",
        validation_alias=AliasChoices("DMS_RECORDS_S3_ACCESS_KEY", "DMS_S3_ACCESS_KEY"),
        description="Access key whose holder writes and deletes below the prefix of records alone.",
    )
    s3_secret_key: str = Field(
        "",
        repr=False,
        validation_alias=AliasChoices("DMS_RECORDS_S3_SECRET_KEY", "DMS_S3_SECRET_KEY"),
        description="Secret key that belongs to it.",
    )
    virus_scanner: Literal["none", "clamd"] = Field(
        "none", description="Virus scanner; `clamd` has every file scanned before it is served."
    )
    virus_unscanned: Literal["withheld", "served"] = Field(
        "withheld", description="What happens to a file that is not scanned (yet), while there is a scanner."
    )
    checkout_minutes: int = Field(
        480, ge=1, le=10080, description="Minutes after which a check-out ends by itself, unless the request says it."
    )
    papierkorb_days: int = Field(
        30, ge=0, le=3650, description="Days for which a deleted draft can be taken out of the Papierkorb."
    )
    max_dokument_bytes: int = Field(
        2048 * 1024 * 1024, gt=0, description="Largest file of a version that is checked in, in bytes."
    )
    clamd_address: str = Field("127.0.0.1:3310", description="Host and port of clamd, or the path of its socket.")
    clamd_max_bytes: int = Field(
        25 * 1024 * 1024,
        gt=0,
        description="Largest file in bytes that is scanned; not above clamd's `StreamMaxLength`, `MaxFileSize` and "
        "`MaxScanSize` (the default is that of Debian's package).",
    )
    clamd_seconds: float = Field(
        150.0, gt=0, description="Seconds that clamd may take for a file; above its `MaxScanTime`."
    )
    max_ebenen: int = Field(
        5, ge=3, le=20, description="Most levels below the Aktenplan: Akte, Teilakte, Vorgang, Teilvorgang, Dokument."
    )
