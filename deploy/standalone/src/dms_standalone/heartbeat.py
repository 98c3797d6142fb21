"""How the process that accepts learns that the one that files is alive and listening."""

import asyncio
import contextlib
import json
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_BEAT_SECONDS = 0.5
_HASTY_SECONDS = 0.1
_FRESH_SECONDS = 10.0


async def beat(path: Path, built: Mapping[str, Any], stop: asyncio.Event) -> None:
    """Write this process's id, the time and whether each consumer has joined its group, until `stop` is set."""
    while not stop.is_set():
        joined = {service: container.consumer.state.joined for service, container in built.items()}
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps({"pid": os.getpid(), "time": time.time(), "joined": joined}), encoding="ascii")
        fresh.replace(path)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), _BEAT_SECONDS if all(joined.values()) else _HASTY_SECONDS)


def all_joined(path: Path, pid: int) -> bool:
    """Say whether the process `pid` wrote a moment ago that all of its consumers run."""
    try:
        heartbeat = json.loads(path.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return False
    fresh = time.time() - heartbeat["time"] < _FRESH_SECONDS
    return fresh and heartbeat["pid"] == pid and all(heartbeat["joined"].values())
