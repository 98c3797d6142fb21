"""The process of all relays and consumers: `python -m dms_standalone workers`, a child of `run`."""

import asyncio
import json
import os
import signal
import sys
from contextlib import ExitStack

import uvloop

from dms_kit.process import run_until_signal, yield_processor
from dms_kit.telemetry import serve_metrics
from dms_standalone.child import NICENESS
from dms_standalone.data_folder import DataFolder
from dms_standalone.errors import OperatorError
from dms_standalone.housekeeping import keep_house
from dms_standalone.options import Options
from dms_standalone.processes import die_with
from dms_standalone.services import containers, load, log_to, run_workers
from dms_standalone.worker_child import PARENT


def run(options: Options) -> None:
    """Work until told to stop; accepting wins over filing, so this process yields the processor."""
    parent = os.environ.get(PARENT)
    if parent is None:
        raise OperatorError("`workers` is started by `run`, which gives it its settings: start that instead.")
    die_with(int(parent), signal.SIGKILL)
    load()
    yield_processor(NICENESS)
    given = sys.stdin.read()
    if not given:
        return
    os.environ.update(json.loads(given))
    metrics_port = int(os.environ["DMS_METRICS_PORT"])
    folder = DataFolder(options.data)
    log_to(folder.logs / "workers.jsonl", "workers", options.log_level)
    with ExitStack() as stack:
        stack.callback(serve_metrics(metrics_port))
        uvloop.run(run_until_signal(_work))


async def _work(stop: asyncio.Event) -> None:
    async with containers() as built, asyncio.TaskGroup() as group:
        group.create_task(run_workers(built, stop))
        group.create_task(keep_house(built, stop))
