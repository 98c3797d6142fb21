"""What an operator chooses for the stack, without where it comes from."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

HOST = "127.0.0.1"


@dataclass(frozen=True, kw_only=True)
class Options:
    """`ports` has one port for each name of a server; the further ports of a server follow from it."""

    data: Path
    cache: Path
    s3: str
    postgres: str
    java_home: Path | None
    ports: Mapping[str, int]
