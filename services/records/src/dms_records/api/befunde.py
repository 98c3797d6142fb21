"""What the virus scan found, for operations."""

from typing import Annotated, Literal

from fastapi import Query

from dms_kit.web.pagination import CursorParam, Limit, Page
from dms_kit.web.routing import Router
from dms_records.api.dependencies import AccessDep, Operator
from dms_records.api.lists import page_of, paging_of
from dms_records.api.schemas.dokument import Befund
from dms_records.api.schriftgut_filter import First, Last, begin_of, end_of
from dms_records.use_cases.list_befunde import list_befunde
from dms_records.use_cases.queries import BefundFilter

router = Router(tags=["Betrieb"])
Sort = Literal["-geprueft_am", "geprueft_am"]


@router.get("/api/v1/betrieb/records/befunde", summary="Befunde der Virenprüfung")
async def list_befunde_endpoint(
    actor: Operator,
    access: AccessDep,
    *,
    pruefstatus: Annotated[
        Literal["befallen", "nicht_geprueft"],
        Query(description="Befallene Dateien, oder solche, die nicht geprüft werden konnten."),
    ] = "befallen",
    geprueft_ab: First = None,
    geprueft_bis: Last = None,
    sort: Annotated[Sort, Query(description="Feld, mit `-` absteigend.")] = "-geprueft_am",
    limit: Limit = 50,
    cursor: CursorParam = None,
) -> Page[Befund]:
    """Zeigt Kennung, Art und Größe, was gefunden wurde und wann; nie einen Inhalt, nie einen Titel."""
    filters = BefundFilter(
        pruefstatus=pruefstatus,
        geprueft_ab=None if geprueft_ab is None else begin_of(geprueft_ab),
        geprueft_vor=None if geprueft_bis is None else end_of(geprueft_bis),
    )
    rows = await list_befunde(filters, paging_of(sort, limit, cursor), unit_of_work=access.units.for_actor(actor))
    return page_of(rows, Befund.of, sort)
