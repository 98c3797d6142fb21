"""Settings of workflow."""

from pydantic import Field

from dms_kit.settings import KitSettings


class Settings(KitSettings):
    """What workflow reads from the environment besides the common part."""

    database_url: str = Field(
        "", validation_alias="DMS_WORKFLOW_DATABASE_URL", description="PostgreSQL URL of the role `dms_workflow`."
    )
    system_database_url: str = Field(
        "",
        validation_alias="DMS_WORKFLOW_SYSTEM_DATABASE_URL",
        description="PostgreSQL URL of the role `dms_workflow_system` (migrations, relay, dead letters).",
    )
