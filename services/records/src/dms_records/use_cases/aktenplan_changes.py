"""What creating, changing and closing a unit of the plan share."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from dms_kit.core.clock import BERLIN
from dms_kit.core.errors import FieldError
from dms_records.domain.aktenplan import AktenplanNachbarn
from dms_records.domain.aktenplan_errors import AktenplaneinheitParentError
from dms_records.domain.aktenplaneinheit import Aktenplaneinheit
from dms_records.domain.organisation_errors import OrganisationseinheitUnknownError
from dms_records.use_cases.ports import UnitOfWork


async def resolve_angaben(uow: UnitOfWork, angaben: Mapping[str, Any], today: date) -> dict[str, Any]:
    """Return what was said of a unit with the keys of the unit above and of the office as ids."""
    facts = dict(angaben)
    if "uebergeordnet" in facts:
        above = facts.pop("uebergeordnet")
        facts["uebergeordnet_id"] = None if above is None else (await _parent(uow, above)).id
    if "organisationseinheit" in facts:
        key = facts.pop("organisationseinheit")
        office = None if key is None else await uow.organisation.by_schluessel(key)
        if key is not None and (office is None or not office.is_valid(today)):
            message = f"Die Organisationseinheit {key} gibt es nicht."
            raise OrganisationseinheitUnknownError(message, errors=[FieldError("/organisationseinheit", message)])
        facts["organisationseinheit_id"] = None if office is None else office.id
    return facts


async def nachbarn_of(uow: UnitOfWork, einheit: Aktenplaneinheit, *, is_new: bool = False) -> AktenplanNachbarn:
    """Return what stands around a unit as it is about to be saved."""
    above = [] if einheit.uebergeordnet_id is None else await uow.aktenplan.path(einheit.uebergeordnet_id)
    if is_new:
        return AktenplanNachbarn(above=above)
    unterbaum = await uow.aktenplan.unterbaum(einheit.id)
    moments = (await uow.aktenplan.akten_between([einheit.id])).get(einheit.id)
    first, last = (None, None) if moments is None else (moment.astimezone(BERLIN).date() for moment in moments)
    return AktenplanNachbarn(above=above, unterbaum=unterbaum, erste_akte=first, letzte_akte=last)


async def _parent(uow: UnitOfWork, schluessel: str) -> Aktenplaneinheit:
    above = await uow.aktenplan.by_schluessel(schluessel)
    if above is None:
        message = f"Die Aktenplaneinheit {schluessel} gibt es nicht."
        raise AktenplaneinheitParentError(message, errors=[FieldError("/uebergeordnet", message)])
    return above
