"""Offices."""

from typing import Annotated, Literal

from fastapi import Query

from dms_kit.web.pagination import CursorParam, Limit, Page
from dms_kit.web.routing import Router
from dms_records.api.dependencies import AccessDep, PlanReader
from dms_records.api.lists import page_of, paging_of
from dms_records.api.schemas.organisation import Organisationseinheit
from dms_records.use_cases.list_organisationseinheiten import list_organisationseinheiten

router = Router(tags=["Organisation"])
Sort = Literal["schluessel", "-schluessel"]


@router.get("/api/v1/organisationseinheiten", summary="Organisationseinheiten auflisten")
async def list_organisationseinheiten_endpoint(
    actor: PlanReader,
    access: AccessDep,
    *,
    sort: Annotated[
        Literal["schluessel", "-schluessel"], Query(description="Feld, mit `-` absteigend.")
    ] = "schluessel",
    limit: Limit = 50,
    cursor: CursorParam = None,
) -> Page[Organisationseinheit]:
    """Listet die Organisationseinheiten des Mandanten auf."""
    paging = paging_of(sort, limit, cursor)
    rows = await list_organisationseinheiten(paging, unit_of_work=access.units.for_actor(actor))
    return page_of(rows, Organisationseinheit.of, sort)
