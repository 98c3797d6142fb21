"""Settings of the embedded profile's process; those of the services are read by the services."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator
from pydantic_settings import NoDecode

from dms_kit.settings import KitSettings

DEMO_FILE = Path(__file__).parents[3] / "demo" / "dueren.yaml"


class Settings(KitSettings):
    """The common part, and what only the one-process installation needs."""

    port: int = Field(8080, ge=0, le=65535, description="Port of the API; 0 takes a free one.")
    postgres_url: str = Field(
        "",
        repr=False,
        description="PostgreSQL URL of a superuser (`postgresql://…`); without it an embedded server is started.",
    )
    workers: Literal["together", "apart"] = Field(
        "together",
        description="Relays and consumers in one child process, or each in a process of its own.",
    )
    demo: Annotated[tuple[Path, ...], NoDecode] = Field(
        (DEMO_FILE,),
        description="Files of municipalities to apply at the start, separated by commas; none in production.",
    )
    token_seconds: int = Field(300, gt=0, le=86_400, description="Life of the development issuer's tokens in seconds.")

    @field_validator("demo", mode="before")
    @classmethod
    def _split_paths(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(Path(part.strip()) for part in value.split(",") if part.strip())
        return value
