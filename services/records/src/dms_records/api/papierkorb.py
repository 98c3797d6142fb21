"""The Papierkorb."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query, Response

from dms_kit.web.pagination import CursorParam, Limit, Page
from dms_kit.web.problems import problem_responses
from dms_kit.web.routing import Router
from dms_records.api.answers import DokumentActingDep
from dms_records.api.dependencies import AccessDep, SchriftgutReader, SchriftgutWriter
from dms_records.api.lists import page_of, paging_of
from dms_records.api.schemas.dokument import Dokument, GeloeschtesDokument
from dms_records.use_cases.get_papierkorb import get_papierkorb
from dms_records.use_cases.list_papierkorb import list_papierkorb
from dms_records.use_cases.recover_dokument import recover_dokument

router = Router(tags=["Papierkorb"])
Sort = Literal["-geloescht_am", "geloescht_am", "loeschen_am", "-loeschen_am", "titel", "-titel"]
_PATH = "/api/v1/papierkorb"


@router.get(_PATH, summary="Papierkorb auflisten")
async def list_papierkorb_endpoint(
    actor: SchriftgutReader,
    access: AccessDep,
    *,
    sort: Annotated[Sort, Query(description="Feld, mit `-` absteigend.")] = "-geloescht_am",
    limit: Limit = 50,
    cursor: CursorParam = None,
) -> Page[GeloeschtesDokument]:
    """Listet die gelöschten Entwürfe auf, die Sie lesen dürfen, mit dem Ende ihrer Frist."""
    rows = await list_papierkorb(
        paging_of(sort, limit, cursor),
        actor=actor,
        scopes=access.scopes,
        unit_of_work=access.units.for_actor(actor),
    )
    return page_of(rows, lambda row: GeloeschtesDokument.of(row, access.clock.now()), sort)


@router.get(f"{_PATH}/{{dokument_id}}", summary="Gelöschten Entwurf lesen")
async def get_papierkorb_endpoint(
    dokument_id: UUID, actor: SchriftgutReader, access: AccessDep, response: Response
) -> GeloeschtesDokument:
    """Liest die Angaben eines gelöschten Entwurfs; sein Inhalt ist erst wieder lesbar, wenn er zurückgeholt ist."""
    row = await get_papierkorb(
        dokument_id, actor=actor, scopes=access.scopes, unit_of_work=access.units.for_actor(actor)
    )
    dokument = GeloeschtesDokument.of(row, access.clock.now())
    response.headers["ETag"] = dokument.etag
    return dokument


@router.post(
    f"{_PATH}/{{dokument_id}}/restore",
    summary="Entwurf zurückholen",
    responses=problem_responses("if-match-fehlt", "etag-veraltet", "schriftgut-zda"),
)
async def restore(dokument_id: UUID, actor: SchriftgutWriter, acting: DokumentActingDep) -> Dokument:
    """Legt einen gelöschten Entwurf mit allen Versionen zurück in seinen Vorgang."""
    row = await recover_dokument(
        dokument_id,
        actor=actor,
        check_version=acting.check_version,
        scopes=acting.access.scopes,
        unit_of_work=acting.access.units.for_actor(actor),
    )
    return acting.answer(row)
