"""Settings that every service has, read from the environment (`DMS_…`); only bootstrap and main read them."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator
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
    bus: Literal["postgres", "kafka"] = Field("postgres", description="Event bus.")
    bus_database_url: str = Field("", description="PostgreSQL URL of the bus `postgres` (role `dms_bus`).")
    kafka_bootstrap_servers: str = Field("localhost:9092", description="Brokers of Kafka, separated by commas.")
    kafka_security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = Field(
        "PLAINTEXT", description="How the brokers are spoken to."
    )
    kafka_sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = Field(
        "SCRAM-SHA-512", description="How one logs in where the protocol is a SASL one."
    )
    kafka_sasl_username: str = Field("", description="User name for SASL.")
    kafka_sasl_password: SecretStr = Field(SecretStr(""), description="Password for SASL.")
    kafka_ca_file: Path | None = Field(None, description="PEM file of the authority behind the brokers' certificates.")
    kafka_partitions: int = Field(
        6, gt=0, description="Partitions of a topic that is made; more consumers of a service than that are idle."
    )
    kafka_replication: int = Field(1, gt=0, description="Copies of a topic that is made; 3 where there are 3 brokers.")
    kafka_retention_days: int = Field(14, gt=0, description="Days for which a topic that is made keeps its messages.")
    kafka_instance: str = Field(
        "",
        description="Name of this process, unique and the same after a restart: a restart within 10 s then moves no "
        "partition. Without it consumers leave their group when they end.",
    )
    store: Literal["filesystem", "s3"] = Field("filesystem", description="Object store.")
    store_path: Path | None = Field(
        None, description="Folder of the object store; by default `objects` below the data."
    )
    s3_endpoint: str = Field("127.0.0.1:18333", description="Host and port of the S3 store.")
    s3_bucket: str = Field("registratur", min_length=3, description="Bucket of all objects.")
    s3_access_key: str = Field("", description="Access key of a service without one of its own.")
    s3_secret_key: str = Field("", repr=False, description="Secret key of a service without one of its own.")
    s3_secure: bool = Field(default=True, description="Reach the S3 store over TLS.")
    s3_region: str = Field("us-east-1", description="Region that requests to the S3 store are signed for.")
    s3_copies: Literal["server", "client"] = Field(
        "server",
        description="Who copies objects: `client` for an S3 store that does not sync its own copies (SeaweedFS).",
    )
    audit_s3_access_key: str = Field(
        "", description="Access key that may write below `<mandant>/audit/`; without one the service's own is used."
    )
    audit_s3_secret_key: str = Field("", repr=False, description="Secret key that belongs to it.")
    audit_key: Path | None = Field(
        None, description="File of the key that signs checkpoints; by default `audit-key.pem` below the data."
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

    @property
    def audit_key_file(self) -> Path:
        """Return the file of the key that signs checkpoints of the audit trail."""
        return self.audit_key or self.data / "audit-key.pem"


class ScrubSettings(KitSettings):
    """What services that own objects read besides."""

    scrub_full_hours: float = Field(
        720.0, ge=0, description="Hours from the beginning of one reading of all objects to that of the next; 0: none."
    )
    scrub_sample_hours: float = Field(
        24.0, ge=0, description="Hours from the beginning of one reading of a sample to that of the next; 0: none."
    )
    scrub_sample_percent: float = Field(1.0, gt=0, le=100, description="Percent of the objects that a sample reads.")
    scrub_mib_per_second: float = Field(
        10.0, ge=0, description="Most MiB in a second that a process reads for it; 0: no limit."
    )
