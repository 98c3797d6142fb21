"""Import an Aktenplan."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from dms_kit.core.clock import BERLIN, Clock
from dms_kit.core.errors import FieldError, PreconditionFailedError
from dms_kit.core.ids import new_id
from dms_records.domain.aktenplan_errors import AktenplanImportError
from dms_records.domain.aktenplan_import import NEU, AktenplanImport, AktenplanZeile
from dms_records.use_cases.aktenplan_grundlage import akten_still_fit, read_grundlage, still_holds
from dms_records.use_cases.ports import OpenUnitOfWork, UnitOfWork

# As many faults as a person reads; the text says how many there are.
_MOST_FAULTS = 1000
_ATTEMPTS = 3


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
    the Protokoll counts everything; each unit's history has its Stand. Seconds of pure work for a large plan are done
    while nobody waits for the plan; when it was changed meanwhile they are done again, and at last refused (412).
    """
    today = clock.now().astimezone(BERLIN).date()
    for _ in range(_ATTEMPTS):
        async with unit_of_work() as uow:
            grundlage = await read_grundlage(uow, today)
        result = await asyncio.to_thread(AktenplanImport, command.zeilen, grundlage.bestand, today)
        async with unit_of_work() as uow:
            await uow.aktenplan.lock()
            if not await still_holds(uow, grundlage):
                continue
            if result.fehler:
                raise import_error(result, command.pointer)
            if not command.probelauf and result.unterschiede:
                await _save(uow, command, result, clock)
                if not await akten_still_fit(uow, grundlage, result):
                    continue
            await uow.commit(result)
        return result
    raise PreconditionFailedError


def import_error(result: AktenplanImport, pointer: str) -> AktenplanImportError:
    """Return the refusal of a file: its first faults in the order of rows, and how many there are."""
    faults = sorted(result.fehler, key=lambda fault: fault.zeile)
    errors = [
        FieldError(f"{pointer}/{fault.zeile}/{fault.feld}", f"Zeile {fault.zeile}: {fault.detail}")
        for fault in faults[:_MOST_FAULTS]
    ]
    return AktenplanImportError(f"{len(faults)} Angaben sind falsch; nichts wurde gespeichert.", errors=errors)


async def _save(uow: UnitOfWork, command: ImportAktenplan, result: AktenplanImport, clock: Clock) -> None:
    changed = [row.einheit for row in result.unterschiede if row.art != NEU]
    await uow.aktenplan.save_all([row.einheit for row in result.unterschiede if row.art == NEU], changed)
    ids, moment = [row.einheit.id for row in result.unterschiede], clock.now()
    today = moment.astimezone(BERLIN).date()
    await uow.aktenplan.note_staende(ids, anlass="importiert", moment=moment, wirksam_ab=today, grund=command.grund)
    counts = {"zeilen": len(command.zeilen), "neu": len(ids) - len(changed), "geaendert": len(changed)}
    uow.audit("aktenplan.imported", "aktenplan", new_id(), counts)
