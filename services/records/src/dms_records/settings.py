"""Settings of records."""

from pydantic import Field

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
