"""Record what the virus scan said of a file."""

from datetime import datetime

from dms_kit.core.clock import Clock
from dms_records.domain.dokument import Dokumentversion
from dms_records.domain.eingang import EingangAnlage
from dms_records.domain.events import DokumentChanged
from dms_records.domain.virenpruefung import Virenpruefung
from dms_records.use_cases.ports import OpenUnitOfWork, UnitOfWork


async def record_virenpruefung(
    objekt_key: str, pruefung: Virenpruefung, *, unit_of_work: OpenUnitOfWork, clock: Clock
) -> None:
    """
    Give the result to the version or the waiting file whose object was scanned, and to both when it was just filed.

    Source: API contract, `pruefstatus`. Whoever else may read the file hears of it; a result is never replaced.
    """
    async with unit_of_work() as uow:
        await _record_inhalt(uow, objekt_key, pruefung, clock.now())
        anlage = await uow.virenpruefungen.anlage(objekt_key)
        if anlage is not None and pruefung.record_on(anlage, clock.now()):
            uow.audit("anlage.scanned", "anlage", anlage.id, _values(anlage))
            await uow.virenpruefungen.set_posteingang(anlage.antrag_id)
        await uow.commit()


async def _record_inhalt(uow: UnitOfWork, objekt_key: str, pruefung: Virenpruefung, moment: datetime) -> None:
    found = await uow.virenpruefungen.inhalt(objekt_key)
    if found is None:
        return
    dokument, inhalt = found
    if pruefung.record_on(inhalt, moment):
        uow.audit("dokument.scanned", "dokument", dokument.id, _values(inhalt))
        if inhalt.nummer == dokument.aktuelle_version:
            uow.virenpruefungen.set_dokument(dokument)
            await uow.flush()
            uow.record(DokumentChanged(dokument, inhalt))


def _values(datei: Dokumentversion | EingangAnlage) -> dict[str, str | int | None]:
    return {"datei": str(datei.id), "pruefstatus": datei.pruefstatus, "befund": datei.befund}
