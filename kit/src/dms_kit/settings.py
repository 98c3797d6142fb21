"""Settings that every service has, read from the environment (`DMS_…`); only bootstrap and main read them."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class KitSettings(BaseSettings):
    """The common part; each service derives its own from it and adds its database and limits."""

    model_config = SettingsConfigDict(env_prefix="DMS_", extra="ignore", frozen=True, hide_input_in_errors=True)

    environment: Literal["development", "production"] = Field(
        "development", description="`production` refuses everything that is meant for development only."
    )
    data: Path = Field(Path("run"), description="Folder of everything that the embedded profile stores.")
    issuers: dict[str, str] = Field(
        default_factory=dict, description="JSON object: URL of an OIDC issuer → Mandant whose people it names."
    )
    audience: str = Field("registratur-api", description="What the `aud` claim of an access token must contain.")
    public_url: str = Field("http://localhost:8080", description="Origin at which clients reach the API.")
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Origins of browser clients, separated by commas; none by default."
    )
    bus: Literal["postgres"] = Field("postgres", description="Event bus.")
    bus_database_url: str = Field("", description="PostgreSQL URL of the bus (role `dms_bus`).")
    store: Literal["filesystem"] = Field("filesystem", description="Object store.")
    store_path: Path | None = Field(
        None, description="Folder of the object store; by default `objects` below the data."
    )
    index: Literal["tantivy", "opensearch"] = Field("tantivy", description="Search index.")
    metrics_port: int | None = Field(
        None, ge=1, le=65535, description="Port of /metrics on the loopback interface; none by default."
    )
    json_body_limit: int = Field(1024 * 1024, gt=0, description="Largest JSON body in bytes, except for an Antrag.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="Least level that is logged.")

    @field_validator("cors_origins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(origin.strip() for origin in value.split(",") if origin.strip())
        return value

    @property
    def objects(self) -> Path:
        """Return the folder of the object store."""
        return self.store_path or self.data / "objects"
