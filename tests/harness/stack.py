"""The servers of the real profile, started for tests, and what the product's settings and the tests call them."""

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from dms_stack.main import _options
from dms_stack.settings import Settings
from tests.harness.children import run_child

# Where the running tests find the stack's folder.
VARIABLE = "DMS_TEST_STACK"


@dataclass(frozen=True)
class TestStack:
    """A stack with its data below `data`, with its own ports (name → port) and one of the two S3 servers."""

    __test__ = False
    data: Path
    ports: Mapping[str, int]
    s3: str = "seaweedfs"

    def call(self, verb: str, *names: str, quiet: bool = False) -> int:
        """Run a verb of the tool as an operator does, from a runner (`become_runner`); returns its exit code."""
        ports = {f"DMS_STACK_{name.upper()}_PORT": str(port) for name, port in self.ports.items()}
        command = [sys.executable, "-m", "dms_stack", verb, *names]
        environment = {**os.environ, **ports, "DMS_DATA": str(self.data), "DMS_STACK_S3": self.s3}
        return run_child(command, environment, quiet=quiet, patience=30.0)

    def endpoints(self) -> dict[str, dict[str, str]]:
        """Return what clients need to reach each server."""
        known: dict[str, dict[str, str]] = json.loads((self.data / "stack/endpoints.json").read_text(encoding="utf-8"))
        return known


def addresses(endpoints: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Return the environment by which tests marked `real` find these servers."""
    s3, keycloak = endpoints["s3"], endpoints["keycloak"]
    return {
        VARIABLE: json.dumps(endpoints),
        "DMS_TEST_KAFKA": endpoints["kafka"]["bootstrap"],
        "DMS_TEST_OPENSEARCH": endpoints["opensearch"]["url"],
        "DMS_TEST_KEYCLOAK": with_user(keycloak["url"], keycloak["admin"], keycloak["admin_password"]),
        "DMS_TEST_S3": with_user(s3["url"], s3["access_key"], s3["secret_key"]),
        "DMS_TEST_CLAMD": endpoints["clamd"]["address"],
    }


def with_user(url: str, user: str, password: str) -> str:
    """Put a user's name and password into a URL."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{user}:{password}@{parts.netloc}"


def is_cached(server: str) -> bool:
    """Say whether that server was built or fetched before."""
    return any(_options(Settings()).cache.glob(f"{server}-*"))
