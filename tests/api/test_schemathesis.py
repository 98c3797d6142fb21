"""The merged OpenAPI document keeps its word: no 5xx, no undocumented answer, whoever asks."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.harness.client import PORTAL, Origin

CALLERS = (PORTAL, "sachbearbeitung-32", None)
CONFIGURATION = Path(__file__).with_name("schemathesis.toml")
EXAMPLES, SEED = "4", "20261125"
# Starts work on the whole index; tests/e2e/test_reindex.py looks after it.
LEFT_OUT = "^/api/v1/betrieb/reindex"


@pytest.mark.timeout(300)
@pytest.mark.parametrize("who", CALLERS, ids=str)
def test_no_operation_breaks_its_promise(origin: Origin, who: str | None, tmp_path: Path) -> None:
    command = [
        *(str(Path(sys.executable).parent / "schemathesis"), "--config-file", str(CONFIGURATION)),
        *("run", f"{origin.url}/api/v1/openapi.json"),
        *("--url", origin.url, "--exclude-path-regex", LEFT_OUT, "--request-timeout", "30"),
        *("--max-examples", EXAMPLES, "--seed", SEED, "--suppress-health-check", "all"),
        *("--warnings", "off", "--no-color"),
    ]
    if who is not None:
        command += ["--header", f"Authorization: Bearer {origin.token(who)}"]
    hooks = {"SCHEMATHESIS_HOOKS": "schemathesis_hooks", "PYTHONPATH": str(Path(__file__).parent)}
    run = subprocess.run(
        command, cwd=tmp_path, env={**os.environ, **hooks}, capture_output=True, text=True, timeout=280, check=False
    )
    assert run.returncode == 0, run.stdout[-20_000:] + run.stderr[-2_000:]


def test_the_document_names_every_part(origin: Origin) -> None:
    document = origin.http.get(f"{origin.url}/api/v1/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    nouns = ("antraege", "vorgaenge", "dokumente/{", "akten", "posteingang", "suche", "aufgaben/{", "ich", "info")
    for noun in nouns:
        assert any(path.startswith(f"/api/v1/{noun}") for path in document["paths"]), noun
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if method in {"get", "post", "put", "patch", "delete"}:
                assert operation["summary"], path
                assert operation["description"], f"{method} {path}"
