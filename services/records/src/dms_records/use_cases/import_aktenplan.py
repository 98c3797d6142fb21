"""Import an Aktenplan."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from dms_kit.core.clock import BERLIN, Clock
from dms_kit.core.errors import FieldError
from dms_kit.core.ids import new_id
from dms_records.domain.aktenplan_errors import AktenplanImportError
from dms_records.domain.aktenplan_import import NEU, AktenplanBestand, AktenplanImport, AktenplanZeile
from dms_records.use_cases.ports import OpenUnitOfWork, UnitOfWork

# As many faults as a person reads; the text says how many there are.
_MOST_FAULTS = 1000


@dataclass(frozen=True, kw_only=True)
class ImportAktenplan:
    """The rows of a file; `pointer` is where its rows begin. A trial run (`probelauf`) saves nothing."""

    zeilen: Sequence[AktenplanZeile]
    pointer: str
    probelauf: bool = False
    grund: str | None = None


async def import_aktenplan(command: ImportAktenplan, *, unit_of_work: OpenUnitOfWork, clock: Clock) -> AktenplanImport:
    """
    Create and change the units that a file names, all or nothing; units that it does not name stay as they are.

    A trial run answers exactly what the real one would do. Importing what was exported changes nothing. One entry in
    the Protokoll counts everything; each unit's history has its Stand.
    """
    today = clock.now().astimezone(BERLIN).date()
    async with unit_of_work() as uow:
        await uow.aktenplan.lock()
        bestand = await _bestand(uow, clock)
        # Seconds of pure work for a large plan: not in the way of everyone else.
        result = await asyncio.to_thread(AktenplanImport, command.zeilen, bestand, today)
        if result.fehler:
            raise import_error(result, command.pointer)
        if not command.probelauf and result.unterschiede:
            changed = [row.einheit for row in result.unterschiede if row.art != NEU]
            await uow.aktenplan.save_all([row.einheit for row in result.unterschiede if row.art == NEU], changed)
            ids = [row.einheit.id for row in result.unterschiede]
            await uow.aktenplan.note_staende(
                ids, anlass="importiert", moment=clock.now(), wirksam_ab=today, grund=command.grund
            )
            counts = {"zeilen": len(command.zeilen), "neu": len(ids) - len(changed), "geaendert": len(changed)}
            uow.audit("aktenplan.imported", "aktenplan", new_id(), counts)
        await uow.commit(result)
    return result


def import_error(result: AktenplanImport, pointer: str) -> AktenplanImportError:
    """Return the refusal of a file: its first faults in the order of rows, and how many there are."""
    faults = sorted(result.fehler, key=lambda fault: fault.zeile)
    errors = [
        FieldError(f"{pointer}/{fault.zeile}/{fault.feld}", f"Zeile {fault.zeile}: {fault.detail}")
        for fault in faults[:_MOST_FAULTS]
    ]
    return AktenplanImportError(f"{len(faults)} Angaben sind falsch; nichts wurde gespeichert.", errors=errors)


async def _bestand(uow: UnitOfWork, clock: Clock) -> AktenplanBestand:
    today = clock.now().astimezone(BERLIN).date()
    offices = {office.schluessel: office.id for office in await uow.organisation.all() if office.is_valid(today)}
    einheiten = await uow.aktenplan.copies()
    moments = await uow.aktenplan.akten_between([einheit.id for einheit in einheiten])
    days = {
        unit: (first.astimezone(BERLIN).date(), last.astimezone(BERLIN).date())
        for unit, (first, last) in moments.items()
    }
    return AktenplanBestand(einheiten=einheiten, organisationseinheiten=offices, akten=days)
