"""Settings of search."""

from pathlib import Path

from pydantic import AliasChoices, Field, SecretStr

from dms_kit.settings import KitSettings


class Settings(KitSettings):
    """What search reads from the environment besides the common part."""

    database_url: str = Field(
        "", validation_alias="DMS_SEARCH_DATABASE_URL", description="PostgreSQL URL of the role `dms_search`."
    )
    system_database_url: str = Field(
        "",
        validation_alias="DMS_SEARCH_SYSTEM_DATABASE_URL",
        description="PostgreSQL URL of the role `dms_search_system` (migrations, relay, dead letters, index runs).",
    )
    s3_access_key: str = Field(
        "",
        validation_alias=AliasChoices("DMS_SEARCH_S3_ACCESS_KEY", "DMS_S3_ACCESS_KEY"),
        description="Access key whose holder writes and deletes below the prefix of search alone.",
    )
    s3_secret_key: str = Field(
        "",
        repr=False,
        validation_alias=AliasChoices("DMS_SEARCH_S3_SECRET_KEY", "DMS_S3_SECRET_KEY"),
        description="Secret key that belongs to it.",
    )
    index_path: Path | None = Field(None, description="Folder of the search index; by default `index` below the data.")
    opensearch_url: str = Field(
        "http://localhost:9200", description="URL of OpenSearch; used when the index is `opensearch`."
    )
    opensearch_user: str = Field("", description="User at OpenSearch; none by default.")
    opensearch_password: SecretStr = Field(SecretStr(""), description="Password at OpenSearch.")
    opensearch_ca_file: Path | None = Field(None, description="CA of the certificate of OpenSearch, as a PEM file.")
    opensearch_prefix: str = Field(
        "registratur",
        pattern=r"^[a-z][a-z0-9-]*$",
        description="How the names of our indexes at OpenSearch begin; another installation needs another one.",
    )
    opensearch_patterns: str = Field(
        "analysis/de_DE.xml",
        description="German hyphenation patterns, below the configuration folder of every node of OpenSearch.",
    )
    opensearch_seconds: float = Field(
        10.0,
        gt=0,
        le=120,
        description="Seconds after which a search at OpenSearch is given up; writing has three times as many.",
    )
    extraction_workers: int = Field(2, ge=1, le=16, description="Processes that read the text of files.")
    extraction_memory_mib: int = Field(
        1024, ge=256, description="Address space in MiB of a process that reads the text of files."
    )
    extraction_seconds: float = Field(
        10.0, gt=0, le=60, description="Seconds after which the reading of one file is ended."
    )

    @property
    def index_folder(self) -> Path:
        """Return the folder of the search index."""
        return self.index_path or self.data / "index"
