"""Dokumente and their content."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Path, Query, Response

from dms_kit.core.actor import Actor
from dms_kit.web.conditional import IfNoneMatch, matches_none
from dms_kit.web.pagination import CursorParam, Limit, Page
from dms_kit.web.problems import problem_responses
from dms_kit.web.routing import Router
from dms_records.api.content import (
    CONTENT_RESPONSES,
    Conditions,
    ConditionsDep,
    content_disposition,
    respond_with_content,
)
from dms_records.api.dependencies import Access, AccessDep, SchriftgutReader
from dms_records.api.lists import page_of, paging_of
from dms_records.api.schemas.dokument import Dokument
from dms_records.use_cases.get_dokument import get_dokument
from dms_records.use_cases.list_dokumente_by_pruefstatus import list_dokumente_by_pruefstatus
from dms_records.use_cases.read_inhalt import ReadInhalt, read_inhalt
from dms_records.use_cases.read_lesefassung import read_lesefassung

router = Router(tags=["Dokumente"])
Sort = Literal["-erstellt_am", "erstellt_am", "titel", "-titel"]
Number = Annotated[int, Path(ge=1, le=2**31 - 1, description="Nummer der Version.")]
_INHALT = "/api/v1/dokumente/{dokument_id}/inhalt"
_VERSION = "/api/v1/dokumente/{dokument_id}/versionen/{nummer}/inhalt"


@router.get("/api/v1/dokumente", summary="Befallene Dokumente auflisten")
async def list_dokumente_by_pruefstatus_endpoint(
    actor: SchriftgutReader,
    access: AccessDep,
    *,
    pruefstatus: Annotated[Literal["befallen"], Query(description="Welche Dokumente.")],
    sort: Annotated[Sort, Query(description="Feld, mit `-` absteigend.")] = "-erstellt_am",
    limit: Limit = 50,
    cursor: CursorParam = None,
) -> Page[Dokument]:
    """Listet die Dokumente auf, die Sie lesen dürfen und in deren aktueller Version Schadsoftware gefunden wurde."""
    rows = await list_dokumente_by_pruefstatus(
        pruefstatus,
        paging_of(sort, limit, cursor),
        actor=actor,
        scopes=access.scopes,
        unit_of_work=access.units.for_actor(actor),
    )
    return page_of(rows, lambda row: Dokument.of(row, access.clock.now()), sort)


@router.get("/api/v1/dokumente/{dokument_id}", summary="Dokument lesen")
async def get_dokument_endpoint(
    dokument_id: UUID, actor: SchriftgutReader, access: AccessDep, response: Response
) -> Dokument:
    """Liest die Angaben eines Dokuments und seiner aktuellen Version."""
    row = await get_dokument(dokument_id, actor=actor, scopes=access.scopes, unit_of_work=access.units.for_actor(actor))
    dokument = Dokument.of(row, access.clock.now())
    response.headers["ETag"] = dokument.etag
    return dokument


@router.head(_INHALT, include_in_schema=False)
@router.get(_INHALT, summary="Datei der aktuellen Version", response_class=Response, responses=CONTENT_RESPONSES)
async def get_inhalt(
    dokument_id: UUID, actor: SchriftgutReader, access: AccessDep, conditions: ConditionsDep
) -> Response:
    """Liefert die Datei der aktuellen Version Byte für Byte; das Lesen wird protokolliert."""
    return await _serve(dokument_id, None, actor, access, conditions)


@router.head(_VERSION, include_in_schema=False)
@router.get(_VERSION, summary="Datei einer Version", response_class=Response, responses=CONTENT_RESPONSES)
async def get_inhalt_of_version(
    dokument_id: UUID, nummer: Number, actor: SchriftgutReader, access: AccessDep, conditions: ConditionsDep
) -> Response:
    """Liefert die Datei einer bestimmten Version; das Lesen wird protokolliert."""
    return await _serve(dokument_id, nummer, actor, access, conditions)


@router.get(
    "/api/v1/dokumente/{dokument_id}/lesefassung",
    summary="Formulardaten als Text",
    response_class=Response,
    responses={
        200: {"description": "Der Text.", "content": {"text/plain": {"schema": {"type": "string"}}}},
        304: {"description": "Unverändert."},
        **problem_responses("keine-lesefassung", "inhalt-gesperrt", "inhalt-ungeprueft", "inhalt-beschaedigt"),
    },
)
async def get_lesefassung(
    dokument_id: UUID, actor: SchriftgutReader, access: AccessDep, if_none_match: IfNoneMatch = None
) -> Response:
    """Zeigt die Formulardaten eines Antrags als lesbaren Text; er entsteht beim Lesen."""
    text, digest = await read_lesefassung(
        dokument_id,
        actor=actor,
        scopes=access.scopes,
        unit_of_work=access.units.for_actor(actor),
        serving=access.serving,
        regel=access.regel,
    )
    headers = {
        "ETag": f'"{digest}"',
        "Cache-Control": "private, no-cache",
        "Content-Disposition": content_disposition("antrag.txt", "text/plain"),
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    if matches_none(if_none_match, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(text.encode(), media_type="text/plain; charset=utf-8", headers=headers)


async def _serve(
    dokument_id: UUID, nummer: int | None, actor: Actor, access: Access, conditions: Conditions
) -> Response:
    row = await read_inhalt(
        ReadInhalt(dokument_id=dokument_id, nummer=nummer, is_range=conditions.is_range, is_head=conditions.is_head),
        actor=actor,
        scopes=access.scopes,
        unit_of_work=access.units.for_actor(actor),
        clock=access.clock,
        regel=access.regel,
    )
    return await respond_with_content(conditions, row, access.serving)
