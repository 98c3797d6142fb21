"""Settings of records."""

from pydantic import AliasChoices, Field

from dms_kit.settings import KitSettings


class Settings(KitSettings):
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
