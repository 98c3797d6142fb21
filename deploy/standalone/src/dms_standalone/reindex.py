"""`reindex`: has the search index built anew beside the old one, and shows how far it is."""

import time
from typing import Any

import httpx
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from dms_standalone.errors import OperatorError
from dms_standalone.options import Options
from dms_standalone.realm import DEMO_PASSWORD
from dms_standalone.running import running_server
from dms_standalone.tokens import demo_token

_POLL_SECONDS = 0.3
_RUNNING = frozenset({"wartet", "laeuft"})


def run(options: Options) -> None:
    """Start a run as user `betrieb` and follow its progress resource to the end."""
    with running_server(options) as url, httpx.Client(base_url=url, timeout=30.0, trust_env=False) as client:
        form = {"grant_type": "password", "client_id": "demo", "username": "betrieb", "password": DEMO_PASSWORD}
        client.headers["Authorization"] = f"Bearer {demo_token(options.issuers, url, **form)}"
        answer = client.post("/api/v1/betrieb/reindex")
        if not answer.is_success:
            raise OperatorError(f"The run was not started ({answer.status_code}): {answer.text[:300]}")
        location = answer.headers.get("location") or f"/api/v1/betrieb/reindex/{answer.json()['id']}"
        _follow(client, location)


def _follow(client: httpx.Client, location: str) -> None:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns) as bar:
        task = bar.add_task("Index", total=None)
        while True:
            run_state: dict[str, Any] = client.get(location).raise_for_status().json()
            bar.update(
                task,
                description=str(run_state["status"]),
                total=run_state["erwartet"],
                completed=run_state["anzahl"],
            )
            if run_state["status"] == "gescheitert":
                raise OperatorError("The run failed; the old index goes on answering. See the logs of the workers.")
            if run_state["status"] not in _RUNNING:
                return
            time.sleep(_POLL_SECONDS)
