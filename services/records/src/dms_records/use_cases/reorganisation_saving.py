"""What a reorganisation starts from, held until it ends, and how its outcome is saved."""

from datetime import date

from dms_kit.core.ids import new_id
from dms_records.domain.events import OrganisationseinheitChanged, ZustaendigkeitChanged
from dms_records.domain.reorganisation import Reorganisation
from dms_records.domain.reorganisation_stand import ReorganisationStand
from dms_records.use_cases.ports import UnitOfWork

ANLASS = "reorganisiert"


async def hold_stand(uow: UnitOfWork, wirksam_ab: date) -> ReorganisationStand:
    """Return everything that a reorganisation may touch; until the end nobody else changes it, and nothing is filed."""
    # In the order in which filing takes its locks: first the plan, then the organisation.
    await uow.aktenplan.lock()
    aktenplan = await uow.aktenplan.all(hold=True)
    await uow.organisation.lock()
    return ReorganisationStand(
        mandant=uow.mandant,
        reorganisation_id=new_id(),
        wirksam_ab=wirksam_ab,
        organisationseinheiten=await uow.organisation.all(),
        aktenplan=aktenplan,
        regeln=await uow.aktenplan.regeln(),
        zustaendigkeiten=await uow.organisation.open_zustaendigkeiten(),
    )


async def save_stand(uow: UnitOfWork, stand: ReorganisationStand, reorganisation: Reorganisation) -> None:
    """Save what became of it, with its history and the facts that others must hear."""
    offices, rows = stand.touched(), stand.changed_zustaendigkeiten()
    units = [unit.id for unit in stand.changed_units()]
    uow.organisation.add(reorganisation, *offices, *stand.historie)
    await uow.flush()
    await uow.organisation.save_zustaendigkeiten(rows)
    if units:
        await uow.aktenplan.note_staende(
            units,
            anlass=ANLASS,
            moment=reorganisation.durchgefuehrt_am,
            wirksam_ab=stand.wirksam_ab,
            grund=reorganisation.grund,
        )
    for office in offices:
        uow.record(OrganisationseinheitChanged(office))
    for row in rows:
        uow.record(ZustaendigkeitChanged(row))
