"""Record what the virus scan said of some files."""

from collections.abc import Mapping

from dms_kit.core.clock import Clock
from dms_kit.core.fixity import id_of_key
from dms_records.domain.dokument import Dokumentversion
from dms_records.domain.eingang import EingangAnlage
from dms_records.domain.events import DokumentChanged
from dms_records.domain.virenpruefung import Virenpruefung
from dms_records.use_cases.ports import OpenUnitOfWork, UnitOfWork
from dms_records.use_cases.quarantine_objekt import VIRUS_SCAN


async def record_virenpruefungen(
    results: Mapping[str, Virenpruefung], *, unit_of_work: OpenUnitOfWork, clock: Clock
) -> None:
    """
    Give the results, by the keys of the scanned objects, to the versions and the waiting files that name these.

    A file that was just filed is named by both. Source: API contract, `pruefstatus`. Whoever else may read a file hears
    of it; a result is never replaced. Bytes that are not those written are quarantined.
    """
    async with unit_of_work() as uow:
        await _record_inhalte(uow, results, clock)
        changed = set()
        for anlage in await uow.virenpruefungen.anlagen(list(results)):
            if results[anlage.objekt_key].record_on(anlage, clock.now()):
                uow.audit("anlage.scanned", "anlage", anlage.id, _values(anlage))
                changed.add(anlage.antrag_id)
        await uow.virenpruefungen.set_posteingaenge(changed)
        await _quarantine_damaged(uow, results, clock)
        await uow.commit()


async def _record_inhalte(uow: UnitOfWork, results: Mapping[str, Virenpruefung], clock: Clock) -> None:
    changed = []
    for dokument, inhalt in await uow.virenpruefungen.inhalte(list(results)):
        if results[inhalt.objekt_key].record_on(inhalt, clock.now()):
            uow.audit("dokument.scanned", "dokument", dokument.id, _values(inhalt))
            if inhalt.nummer == dokument.aktuelle_version:
                uow.virenpruefungen.set_dokument(dokument)
                changed.append(DokumentChanged(dokument, inhalt))
    await uow.flush()
    for event in changed:
        uow.record(event)


async def _quarantine_damaged(uow: UnitOfWork, results: Mapping[str, Virenpruefung], clock: Clock) -> None:
    for key, pruefung in results.items():
        if (schaden := pruefung.schaden) is not None and await uow.quarantine.add(
            key, schaden, gefunden_durch=VIRUS_SCAN, moment=clock.now()
        ):
            uow.audit("objekt.quarantined", "objekt", id_of_key(key), {"schaden": schaden.value})


def _values(datei: Dokumentversion | EingangAnlage) -> dict[str, str | int | None]:
    return {"datei": str(datei.id), "pruefstatus": datei.pruefstatus, "befund": datei.befund}
