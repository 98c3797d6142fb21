"""Carry out a reorganisation, or say what it would do."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from dms_kit.core.clock import BERLIN, Clock
from dms_records.domain.organisationseinheit import check_wirksam_ab
from dms_records.domain.reorganisation import Reorganisation, ReorganisationSchritt, check_named_once
from dms_records.use_cases.ports import OpenUnitOfWork
from dms_records.use_cases.reorganisation_ergebnis import ergebnis_of
from dms_records.use_cases.reorganisation_saving import hold_stand, save_stand


@dataclass(frozen=True, kw_only=True)
class Reorganise:
    """What is ordered, from which day on (today by default) and why; a `probelauf` changes nothing."""

    schritte: Sequence[ReorganisationSchritt]
    grund: str
    wirksam_ab: date | None
    probelauf: bool


async def reorganise(command: Reorganise, *, unit_of_work: OpenUnitOfWork, clock: Clock) -> Reorganisation:
    """
    Give offices and what they are responsible for a new order, all of it or nothing.

    Source: rights model and domain rules. Only Zuständigkeiten get another office, so rights follow in every service,
    while no Akte and no Aktenzeichen changes; one entry of the Protokoll lists and counts all of it.
    """
    today = clock.now().astimezone(BERLIN).date()
    check_wirksam_ab(command.wirksam_ab or today, today)
    check_named_once(command.schritte)
    async with unit_of_work() as uow:
        stand = await hold_stand(uow, command.wirksam_ab or today)
        for schritt in command.schritte:
            stand.carry_out(schritt)
        stand.check()
        stand.check_units(await uow.aktenplan.seit([unit.id for unit in stand.changed_units()]))
        ergebnis = await ergebnis_of(stand, uow.organisation)
        reorganisation = Reorganisation(
            mandant=uow.mandant,
            id=stand.reorganisation_id,
            wirksam_ab=stand.wirksam_ab,
            grund=command.grund,
            durchgefuehrt_am=clock.now(),
            schritte=json.dumps([{"art": row.art, **asdict(row)} for row in command.schritte], ensure_ascii=False),
            ergebnis=json.dumps(ergebnis, ensure_ascii=False),
        )
        if not command.probelauf:
            await save_stand(uow, stand, reorganisation)
            listed = {"schritte": reorganisation.schritte, "ergebnis": reorganisation.ergebnis, "grund": command.grund}
            values = {**listed, **ergebnis["anzahl"], "wirksam_ab": stand.wirksam_ab.isoformat()}
            uow.audit("reorganisation.performed", "reorganisation", reorganisation.id, values)
            await uow.commit(reorganisation)
    return reorganisation
