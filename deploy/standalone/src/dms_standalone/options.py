"""What an operator chooses for the one-process installation, read from the environment in `main`."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

HOST = "127.0.0.1"


@dataclass(frozen=True, kw_only=True)
class Options:
    """
    The choices, without where they come from.

    `public_url` is None when it follows from the port; `port` 0 takes a free one; `postgres_url` is None for the
    embedded server; `demo` are files of municipalities.
    """

    environment: str
    data: Path
    port: int
    public_url: str | None
    postgres_url: str | None
    bus: str
    workers_apart: bool
    metrics_port: int | None
    issuers: Mapping[str, str]
    demo: tuple[Path, ...]
    token_seconds: int
    log_level: str

    @property
    def is_production(self) -> bool:
        """Say whether everything meant for development stays away."""
        return self.environment == "production"

    def url(self, port: int) -> str:
        """Return the URL at which clients reach a server on that port."""
        return self.public_url or f"http://{HOST}:{port}"
