"""What has to hold once after a start before the origin calls itself ready."""

from collections.abc import Mapping
from typing import Any

import asyncpg

from dms_standalone.data_folder import DataFolder
from dms_standalone.heartbeat import all_joined
from dms_standalone.origin import Condition
from dms_standalone.services import main_of
from dms_standalone.worker_child import WorkerChild

# What records knows of offices and Zuständigkeiten has reached a service's own copy.
_BEHIND = """
SELECT EXISTS (SELECT FROM records.organisationseinheit AS owner
               LEFT JOIN {schema}.access_unit AS copy USING (mandant, id) WHERE copy.id IS NULL)
    OR EXISTS (SELECT FROM records.zustaendigkeit AS owner
               LEFT JOIN {schema}.access_responsibility AS copy USING (mandant, id) WHERE copy.id IS NULL)
"""
_PROJECTIONS = ("ingest", "search", "workflow")


def start_conditions(
    built: Mapping[str, Any], folder: DataFolder, child: WorkerChild, superuser_url: str
) -> dict[str, Condition]:
    """Return the conditions by name: each service ready, all consumers running, all projections filled."""

    def service_is_ready(service: str) -> Condition:
        readiness = main_of(service).readiness(built[service])

        async def ready() -> bool:
            status, _ = await readiness.report()
            return bool(status != 503)

        return ready

    async def consumers_run() -> bool:
        return child.pid != 0 and all_joined(folder.heartbeat, child.pid)

    async def projections_are_filled() -> bool:
        connection = await asyncpg.connect(superuser_url.replace("+asyncpg", ""), timeout=5)
        try:
            for schema in _PROJECTIONS:
                if await connection.fetchval(_BEHIND.format(schema=schema)):
                    return False
        finally:
            await connection.close(timeout=1)
        return True

    return {
        **{service: service_is_ready(service) for service in built},
        "verbraucher": consumers_run,
        "projektionen": projections_are_filled,
    }
