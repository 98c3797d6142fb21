"""The plan and its rules, as a part of applying a municipality."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

from dms_kit.core.clock import BERLIN, Clock
from dms_kit.core.ids import new_id
from dms_records.domain.ablageregel import Ablageregel
from dms_records.domain.aktenplaneinheit import Aktenplaneinheit
from dms_records.domain.gemeinde import Gemeinde
from dms_records.use_cases.changes import take
from dms_records.use_cases.ports import UnitOfWork

Ids = Mapping[str, UUID]


async def apply_aktenplan(uow: UnitOfWork, gemeinde: Gemeinde, offices: Ids, *, clock: Clock) -> tuple[Ids, int]:
    """Create and change the units of the plan; return the ids by key and the number of changes."""
    await uow.aktenplan.lock()
    today = clock.now().astimezone(BERLIN).date()
    known = {unit.schluessel: unit for unit in await uow.aktenplan.all()}
    ids = {row.schluessel: new_id() for row in gemeinde.aktenplan}
    ids |= {schluessel: unit.id for schluessel, unit in known.items()}
    changed: list[UUID] = []
    for row in gemeinde.aktenplan:
        facts = asdict(row)
        above, office = facts.pop("uebergeordnet"), facts.pop("organisationseinheit")
        facts["uebergeordnet_id"] = ids[above] if above else None
        facts["organisationseinheit_id"] = offices[office] if office else None
        unit = known.get(row.schluessel)
        if unit is None:
            unit = Aktenplaneinheit(mandant=uow.mandant, id=ids[row.schluessel], gueltig_von=today, **facts)
            uow.aktenplan.add(unit)
        elif not take(unit, facts):
            continue
        changed.append(unit.id)
        uow.audit("aktenplaneinheit.applied", "aktenplaneinheit", unit.id, {"schluessel": unit.schluessel})
    if changed:
        await uow.flush()
        await uow.aktenplan.note_staende(changed, anlass="angewendet", moment=clock.now(), wirksam_ab=today)
    return ids, len(changed)


async def apply_ablageregeln(uow: UnitOfWork, gemeinde: Gemeinde, units: Ids, offices: Ids) -> int:
    """Create, change and remove rules; return the number of changes."""
    known = {(regel.leistung, regel.region): regel for regel in await uow.aktenplan.regeln()}
    changes = 0
    for row in gemeinde.ablageregeln:
        office = row.organisationseinheit
        facts: dict[str, Any] = {
            "aktenplaneinheit_id": units[row.aktenplaneinheit],
            "organisationseinheit_id": offices[office] if office else None,
        }
        regel = known.pop((row.leistung, row.region), None)
        if regel is None:
            regel = Ablageregel(mandant=uow.mandant, id=new_id(), leistung=row.leistung, region=row.region, **facts)
            uow.aktenplan.add(regel)
        elif not take(regel, facts):
            continue
        changes += 1
        uow.audit("ablageregel.applied", "ablageregel", regel.id, {"leistung": row.leistung, "region": row.region})
    for regel in known.values():
        await uow.aktenplan.remove(regel)
        uow.audit("ablageregel.removed", "ablageregel", regel.id, {"leistung": regel.leistung})
    return changes + len(known)
