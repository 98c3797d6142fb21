"""Where something is filed by hand: a place in the plan, or below another object."""

from datetime import date
from uuid import UUID

from dms_kit.core.errors import FieldError, NotFoundError
from dms_records.domain.akte import Akte
from dms_records.domain.aktenplaneinheit import Aktenplanstelle, resolve_stelle
from dms_records.domain.errors import AblageRefusedError, SchriftgutPositionError
from dms_records.domain.schriftgut import check_position
from dms_records.domain.vorgang import Vorgang
from dms_records.use_cases.ports import UnitOfWork


async def find_stelle(
    uow: UnitOfWork, aktenplaneinheit: str, organisationseinheit: str | None, today: date
) -> tuple[Aktenplanstelle, UUID]:
    """Return the place under a unit of the plan and the id of its office, the unit's own unless another is named."""
    einheit = await uow.aktenplan.by_schluessel(aktenplaneinheit)
    if einheit is None:
        raise NotFoundError(errors=[FieldError("/aktenplaneinheit", "Diese Aktenplaneinheit gibt es nicht.")])
    office = None
    if organisationseinheit is not None:
        office = await uow.organisation.by_schluessel(organisationseinheit)
        if office is None or not office.is_valid(today):
            fault = FieldError("/organisationseinheit", "Diese Organisationseinheit gibt es nicht.")
            raise NotFoundError(errors=[fault])
    path = await uow.aktenplan.path(einheit.id, hold=True)
    stelle = resolve_stelle(path, today, organisationseinheit_id=office.id if office is not None else None)
    office = office or await uow.organisation.get(stelle.organisationseinheit_id)
    if not office.is_valid(today):
        raise AblageRefusedError(f"Die Organisationseinheit {office.schluessel} besteht nicht mehr.")
    return stelle, office.id


async def number_among_siblings(uow: UnitOfWork, objekt: Akte | Vorgang, position: int | None) -> None:
    """Give an object its position number, or none, as its siblings have it; what lies above is held."""
    if isinstance(objekt, Akte) and objekt.uebergeordnet_id is None:
        if position is not None:
            raise SchriftgutPositionError("Nur Teilakten, Vorgänge und Teilvorgänge haben eine Position.")
        return
    siblings = await uow.schriftgut.siblings(objekt, position)
    check_position(
        position,
        taken=siblings.taken,
        siblings_numbered=siblings.numbered,
        siblings_unnumbered=siblings.unnumbered,
    )
    objekt.position = position
