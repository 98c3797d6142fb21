"""Filters that name an office or a unit of the plan, as the Zuständigkeiten by which lists are walked."""

from dataclasses import replace
from typing import TypeVar

from dms_records.use_cases.ports import Scopes, UnitOfWork
from dms_records.use_cases.queries import SchriftgutFilter

_Filter = TypeVar("_Filter", bound=SchriftgutFilter)


async def narrowed(uow: UnitOfWork, filters: _Filter, federfuehrende_oe: str | None, scopes: Scopes) -> _Filter:
    """
    Return the filters with the Zuständigkeiten that they leave.

    What lies under a unit has one of its Zuständigkeiten, and these alone have indexes in every order.
    """
    found = filters.zustaendigkeiten
    if federfuehrende_oe is not None:
        directory = await scopes.directory(uow.mandant)
        found = directory.responsibilities_of([federfuehrende_oe])
    if filters.aktenplaneinheit is not None:
        below = filters.unterbaum
        under = await uow.organisation_queries.zustaendigkeiten_under(filters.aktenplaneinheit, unterbaum=below)
        found = under if found is None else found & under
    return replace(filters, zustaendigkeiten=found)
