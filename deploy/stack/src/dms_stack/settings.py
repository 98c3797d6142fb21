"""Settings of the stack; the folder of its data is that of the product."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AliasChoices, Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class Settings(BaseSettings):
    """What an operator may choose; each server's further ports follow from the one that is named here."""

    model_config = SettingsConfigDict(env_prefix="DMS_STACK_", extra="ignore", frozen=True, populate_by_name=True)

    data: Path = Field(
        Path("run"), validation_alias=AliasChoices("DMS_DATA"), description="The servers live in `stack` below it."
    )
    cache: Path | None = Field(
        None, description="Folder of downloads and builds; by default `registratur` in the user's cache."
    )
    s3: Literal["seaweedfs", "minio"] = Field(
        "seaweedfs", validation_alias=AliasChoices("DMS_STACK_S3", "S3"), description="S3 server; `S3=minio` will do."
    )
    postgres: Literal["auto", "debian", "wheel"] = Field(
        "auto", description="PostgreSQL of the system's packages or of the wheel; `auto` prefers the system's."
    )
    java_home: Path | None = Field(None, description="JDK for Kafka, OpenSearch and Keycloak; found by itself.")
    mandanten: Annotated[tuple[str, ...], NoDecode] = Field(
        ("dueren", "nachbarstadt"),
        description="Mandanten in whose prefixes the services' S3 keys may write, separated by commas; the realm of "
        "the first is the issuer that `env` names.",
    )
    kafka_port: int = Field(19092, ge=1024, le=32700, description="Port of Kafka; its controller takes the next one.")
    # The runner that starts the node refuses a port above 9299 and says so to nobody.
    opensearch_port: int = Field(
        9201, ge=1024, le=9299, description="Port of OpenSearch, at most 9299; transport 99 above."
    )
    keycloak_port: int = Field(8180, ge=1024, le=31800, description="Port of Keycloak; health and metrics 920 above.")
    s3_port: int = Field(18333, ge=1024, le=32700, description="Port of the S3 store; up to seven more above it.")
    postgres_port: int = Field(15432, ge=1024, le=32700, description="Port of PostgreSQL.")
    clamd_port: int = Field(13310, ge=1024, le=32700, description="Port of clamd.")

    @field_validator("mandanten", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(word.strip() for word in value.split(",") if word.strip())
        return value
