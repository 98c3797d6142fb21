"""What has to hold once after a start before the origin calls itself ready."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg

from dms_standalone.child import Child
from dms_standalone.metrics import metrics_of
from dms_standalone.origin import Condition
from dms_standalone.services import main_of

# What records knows of offices and Zuständigkeiten has reached a service's own copy.
_BEHIND = """
SELECT EXISTS (SELECT FROM records.organisationseinheit AS owner
               LEFT JOIN {schema}.access_unit AS copy USING (mandant, id) WHERE copy.id IS NULL)
    OR EXISTS (SELECT FROM records.zustaendigkeit AS owner
               LEFT JOIN {schema}.access_responsibility AS copy USING (mandant, id) WHERE copy.id IS NULL)
"""
_JOINED = re.compile(r'^dms_consumer_joined\{group="([^"]+)"\} 1\.0$', re.MULTILINE)
_PROJECTIONS = ("ingest", "search", "workflow")


def start_conditions(built: Mapping[str, Any], children: Sequence[Child], superuser_url: str) -> dict[str, Condition]:
    """Return the conditions by name: each service ready, all consumers running, all projections filled."""

    def service_is_ready(service: str) -> Condition:
        readiness = main_of(service).readiness(built[service])

        async def ready() -> bool:
            status, _ = await readiness.report()
            return bool(status != 503)

        return ready

    async def consumers_run() -> bool:
        texts = await asyncio.gather(*(asyncio.to_thread(metrics_of, child) for child in children))
        return {group for text in texts for group in _JOINED.findall(text)} == set(built)

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
