"""What is known of the objects of all Mandanten, read with the system role."""

from collections.abc import Sequence

from sqlalchemy import MetaData, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from dms_kit.fixity.quarantine import QuarantinedObject, object_of
from dms_kit.fixity.runs import Prueflaufart, Prueflaufstatus
from dms_kit.fixity.tables import prueflauf_of, quarantaene_of
from dms_kit.telemetry import OBJECTS_QUARANTINED, SCRUB_FINISHED, SCRUB_PROGRESS


class FixityReader:
    """Sets the gauges, and lists what is quarantined."""

    def __init__(self, system_engine: AsyncEngine, metadata: MetaData) -> None:
        self._engine = system_engine
        self._service = str(metadata.schema)
        self._quarantaene = quarantaene_of(metadata)
        self._prueflauf = prueflauf_of(metadata)

    async def quarantined(self) -> Sequence[QuarantinedObject]:
        """Return every quarantined object by key."""
        statement = select(self._quarantaene).order_by(self._quarantaene.c.objekt_key)
        async with self._engine.connect() as connection:
            return [object_of(row) for row in await connection.execute(statement)]

    async def measure(self) -> None:
        """Set the gauges of what is quarantined and of the runs."""
        columns = self._prueflauf.c
        is_open = columns.status == Prueflaufstatus.LAEUFT.value
        runs = select(
            columns.art,
            func.coalesce(func.sum(columns.anzahl).filter(is_open), 0).label("done"),
            func.coalesce(func.sum(columns.erwartet).filter(is_open), 0).label("wanted"),
            func.max(columns.beendet_am).label("ended"),
        ).group_by(columns.art)
        async with self._engine.connect() as connection:
            count = (await connection.execute(select(func.count()).select_from(self._quarantaene))).scalar_one()
            found = {row.art: row for row in await connection.execute(runs)}
        OBJECTS_QUARANTINED.labels(self._service).set(count)
        for art in Prueflaufart:
            row = found.get(art.value)
            share = min(1.0, float(row.done / row.wanted)) if row is not None and row.wanted else 1.0
            SCRUB_PROGRESS.labels(self._service, art.value).set(share)
            if row is not None and row.ended is not None:
                SCRUB_FINISHED.labels(self._service, art.value).set(row.ended.timestamp())
