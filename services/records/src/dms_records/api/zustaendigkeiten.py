"""Who is responsible for what."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query

from dms_kit.web.pagination import CursorParam, Limit, Page
from dms_kit.web.routing import Router
from dms_records.api.dependencies import AccessDep, PlanReader
from dms_records.api.lists import page_of, paging_of
from dms_records.api.organisationseinheiten import StandSort
from dms_records.api.schemas.fields import Day
from dms_records.api.schemas.organisation import Zustaendigkeit, ZustaendigkeitHistorie
from dms_records.use_cases.list_zustaendigkeiten import list_zustaendigkeit_historie, list_zustaendigkeiten
from dms_records.use_cases.queries import ZustaendigkeitFilter

router = Router(tags=["Organisation"])
Key = Annotated[str | None, Query(max_length=60, description="Schlüssel.")]


@router.get("/api/v1/zustaendigkeiten", summary="Zuständigkeiten auflisten")
async def list_zustaendigkeiten_endpoint(
    actor: PlanReader,
    access: AccessDep,
    *,
    aktenplaneinheit: Key = None,
    organisationseinheit: Key = None,
    aufnehmend: Annotated[bool | None, Query(description="Ob hier neue Akten gebildet werden.")] = None,
    gueltig_am: Annotated[Day | None, Query(description="Nur die, die an diesem Tag gelten.")] = None,
    sort: Annotated[
        Literal["aktenplaneinheit", "-aktenplaneinheit", "organisationseinheit", "-organisationseinheit"],
        Query(description="Feld, mit `-` absteigend."),
    ] = "aktenplaneinheit",
    limit: Limit = 50,
    cursor: CursorParam = None,
) -> Page[Zustaendigkeit]:
    """Listet auf, welche Organisationseinheit für welche Aktenplaneinheit zuständig ist."""
    filters = ZustaendigkeitFilter(
        aktenplaneinheit=aktenplaneinheit,
        organisationseinheit=organisationseinheit,
        aufnehmend=aufnehmend,
        gueltig_am=gueltig_am,
    )
    units = access.units.for_actor(actor)
    rows = await list_zustaendigkeiten(filters, paging_of(sort, limit, cursor), unit_of_work=units)
    return page_of(rows, Zustaendigkeit.of, sort)


@router.get("/api/v1/zustaendigkeiten/{zustaendigkeit_id}/historie", summary="Historie einer Zuständigkeit")
async def list_zustaendigkeit_historie_endpoint(
    zustaendigkeit_id: UUID,
    actor: PlanReader,
    access: AccessDep,
    *,
    sort: StandSort = "-stand",
    limit: Limit = 50,
    cursor: CursorParam = None,
) -> Page[ZustaendigkeitHistorie]:
    """Listet auf, welche Organisationseinheit wann zuständig war, die heutige zuerst."""
    rows = await list_zustaendigkeit_historie(
        zustaendigkeit_id, paging_of(sort, limit, cursor), unit_of_work=access.units.for_actor(actor)
    )
    return page_of(rows, ZustaendigkeitHistorie.of, sort)
