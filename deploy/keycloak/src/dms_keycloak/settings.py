"""Settings of the realm tool; everything else is said on its command line."""

from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """The password does not belong on a command line, where every user of the machine could read it."""

    model_config = SettingsConfigDict(env_prefix="DMS_", extra="ignore", frozen=True)

    environment: Literal["development", "production"] = Field(
        "development", description="`production` refuses `--demo`."
    )
    keycloak_url: str | None = Field(None, description="Address of Keycloak where `--url` names none.")
    keycloak_admin: str | None = Field(None, description="Keycloak's administrator where `--admin` names none.")
    keycloak_password: SecretStr | None = Field(
        None, description="Password of Keycloak's administrator; asked for on a terminal when it is not set."
    )
