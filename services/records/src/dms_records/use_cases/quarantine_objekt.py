"""Quarantine an object that is not what was written."""

from dms_kit.core.clock import Clock
from dms_kit.core.fixity import Schaden, id_of_key
from dms_records.use_cases.ports import OpenUnitOfWork

READING = "lesen"
VIRUS_SCAN = "virenpruefung"


async def quarantine_objekt(
    objekt_key: str, schaden: Schaden, *, gefunden_durch: str, unit_of_work: OpenUnitOfWork, clock: Clock
) -> None:
    """
    Keep an object from being served until an operator releases it; what is quarantined already stays as it is.

    Source: issue of fixity. Every reader is told the same from then on, without a further look at the store.
    """
    async with unit_of_work() as uow:
        is_new = await uow.quarantine.add(objekt_key, schaden, gefunden_durch=gefunden_durch, moment=clock.now())
        if is_new:
            values = {"schaden": schaden.value, "gefunden_durch": gefunden_durch}
            uow.audit("objekt.quarantined", "objekt", id_of_key(objekt_key), values)
            await uow.commit()
