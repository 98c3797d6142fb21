"""Akten."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query, Response

from dms_kit.web.pagination import CursorParam, Limit, Page
from dms_kit.web.routing import Router
from dms_records.api.dependencies import AccessDep, SchriftgutReader
from dms_records.api.lists import page_of, paging_of
from dms_records.api.schemas.akte import Akte
from dms_records.use_cases.get_akte import get_akte
from dms_records.use_cases.list_akten import list_akten
from dms_records.use_cases.queries import AkteFilter

router = Router(tags=["Akten"])
Sort = Literal["-erstellt_am", "erstellt_am", "titel", "-titel", "aktenzeichen", "-aktenzeichen"]
Key = Annotated[str | None, Query(max_length=60, description="Schlüssel.")]


@router.get("/api/v1/akten", summary="Akten auflisten")
async def list_akten_endpoint(
    actor: SchriftgutReader,
    access: AccessDep,
    *,
    federfuehrende_oe: Key = None,
    aktenplaneinheit: Key = None,
    aktenzeichen: Annotated[str | None, Query(max_length=300, description="Ganzes Aktenzeichen.")] = None,
    sort: Annotated[Sort, Query(description="Feld, mit `-` absteigend.")] = "-erstellt_am",
    limit: Limit = 50,
    cursor: CursorParam = None,
) -> Page[Akte]:
    """Listet die Akten auf, die Sie lesen dürfen."""
    rows = await list_akten(
        AkteFilter(aktenplaneinheit=aktenplaneinheit, aktenzeichen=aktenzeichen),
        paging_of(sort, limit, cursor),
        federfuehrende_oe=federfuehrende_oe,
        actor=actor,
        scopes=access.scopes,
        unit_of_work=access.units.for_actor(actor),
    )
    keys = (await access.scopes.directory(actor.mandant)).unit_keys()
    return page_of(rows, lambda row: Akte.of(row, keys), sort)


@router.get("/api/v1/akten/{akte_id}", summary="Akte lesen")
async def get_akte_endpoint(akte_id: UUID, actor: SchriftgutReader, access: AccessDep, response: Response) -> Akte:
    """Liest eine Akte; das Lesen wird protokolliert."""
    row = await get_akte(akte_id, actor=actor, scopes=access.scopes, unit_of_work=access.units.for_actor(actor))
    keys = (await access.scopes.directory(actor.mandant)).unit_keys()
    akte = Akte.of(row, keys)
    response.headers["ETag"] = akte.etag
    return akte
