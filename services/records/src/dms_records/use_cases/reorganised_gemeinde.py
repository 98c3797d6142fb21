"""What a declared municipality means after a reorganisation."""

from dataclasses import replace
from uuid import UUID

from dms_records.domain.gemeinde import Gemeinde
from dms_records.use_cases.ports import UnitOfWork


async def as_reorganised(gemeinde: Gemeinde, uow: UnitOfWork) -> Gemeinde:
    """
    Return the municipality with the offices that its units and rules have now, once there was a reorganisation.

    The file is older than that act: who is responsible for what is known is no longer said by it, and what is new in it
    does not go to an office that ended.
    """
    if not await uow.organisation.is_reorganised():
        return gemeinde
    offices = {office.id: office for office in await uow.organisation.all()}
    ended = {office.schluessel for office in offices.values() if office.gueltig_bis is not None}

    def key_of(office_id: UUID | None) -> str | None:
        return offices[office_id].schluessel if office_id else None

    units = {unit.schluessel: key_of(unit.organisationseinheit_id) for unit in await uow.aktenplan.all()}
    regeln = {(row.leistung, row.region): key_of(row.organisationseinheit_id) for row in await uow.aktenplan.regeln()}

    def lasting(schluessel: str | None) -> str | None:
        return None if schluessel in ended else schluessel

    return replace(
        gemeinde,
        aktenplan=[
            replace(row, organisationseinheit=units.get(row.schluessel, lasting(row.organisationseinheit)))
            for row in gemeinde.aktenplan
        ],
        ablageregeln=[
            replace(
                row,
                organisationseinheit=regeln.get((row.leistung, row.region), lasting(row.organisationseinheit)),
            )
            for row in gemeinde.ablageregeln
        ],
    )
