"""Vorgänge and their Dokumente."""

from typing import Annotated, Literal
from uuid import UUID

import orjson
from fastapi import Query, Response

from dms_kit.web.pagination import CursorParam, Limit, Page
from dms_kit.web.routing import Router
from dms_records.api.dependencies import AccessDep, SchriftgutReader
from dms_records.api.lists import page_of, paging_of
from dms_records.api.schemas.dokument import Dokument
from dms_records.api.schemas.vorgang import Vorgang, VorgangMitEingang
from dms_records.use_cases.get_vorgang import get_vorgang
from dms_records.use_cases.list_dokumente import list_dokumente
from dms_records.use_cases.list_vorgaenge import list_vorgaenge
from dms_records.use_cases.queries import VorgangFilter

router = Router(tags=["Vorgänge"])
Sort = Literal["-erstellt_am", "erstellt_am", "betreff", "-betreff", "aktenzeichen", "-aktenzeichen"]
Status = Literal["offen", "in_bearbeitung", "zda"]


@router.get("/api/v1/vorgaenge", summary="Vorgänge auflisten")
async def list_vorgaenge_endpoint(
    actor: SchriftgutReader,
    access: AccessDep,
    *,
    status: Annotated[Status | None, Query(description="Bearbeitungsstand.")] = None,
    federfuehrende_oe: Annotated[str | None, Query(max_length=60, description="Schlüssel.")] = None,
    akte_id: Annotated[UUID | None, Query(description="Nur Vorgänge dieser Akte.")] = None,
    aktenzeichen: Annotated[str | None, Query(max_length=300, description="Ganzes Aktenzeichen.")] = None,
    sort: Annotated[Sort, Query(description="Feld, mit `-` absteigend.")] = "-erstellt_am",
    limit: Limit = 50,
    cursor: CursorParam = None,
) -> Page[Vorgang]:
    """Listet die Vorgänge auf, die Sie lesen dürfen; Formulardaten stehen nur beim einzelnen Vorgang."""
    rows = await list_vorgaenge(
        VorgangFilter(status=status, akte_id=akte_id, aktenzeichen=aktenzeichen),
        paging_of(sort, limit, cursor),
        federfuehrende_oe=federfuehrende_oe,
        actor=actor,
        scopes=access.scopes,
        unit_of_work=access.units.for_actor(actor),
    )
    keys = (await access.scopes.directory(actor.mandant)).unit_keys()
    return page_of(rows, lambda row: Vorgang.of(row, keys), sort)


@router.get("/api/v1/vorgaenge/{vorgang_id}", summary="Vorgang lesen", response_model=VorgangMitEingang)
async def get_vorgang_endpoint(vorgang_id: UUID, actor: SchriftgutReader, access: AccessDep) -> Response:
    """Liest einen Vorgang mit seinen Formulardaten; das Lesen wird protokolliert."""
    row = await get_vorgang(
        vorgang_id,
        actor=actor,
        scopes=access.scopes,
        unit_of_work=access.units.for_actor(actor),
        regel=access.regel,
    )
    keys = (await access.scopes.directory(actor.mandant)).unit_keys()
    vorgang = VorgangMitEingang.of(row, keys)
    document = vorgang.model_dump(mode="json")
    if document["eingang"] is not None and row.formulardaten is not None:
        # The text as it was sent: parsing and writing it again would change numbers.
        document["eingang"]["formulardaten"] = orjson.Fragment(row.formulardaten)
    return Response(orjson.dumps(document), media_type="application/json", headers={"ETag": vorgang.etag})


@router.get("/api/v1/vorgaenge/{vorgang_id}/dokumente", summary="Dokumente eines Vorgangs auflisten")
async def list_dokumente_endpoint(
    vorgang_id: UUID,
    actor: SchriftgutReader,
    access: AccessDep,
    *,
    limit: Limit = 50,
    cursor: CursorParam = None,
) -> Page[Dokument]:
    """Listet die Dokumente eines Vorgangs in ihrer Reihenfolge auf; das erste sind die Formulardaten."""
    rows = await list_dokumente(
        vorgang_id,
        paging_of("nummer", limit, cursor),
        actor=actor,
        scopes=access.scopes,
        unit_of_work=access.units.for_actor(actor),
    )
    return page_of(rows, lambda row: Dokument.of(row, access.clock.now()), "nummer")
