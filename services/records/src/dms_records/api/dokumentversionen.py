"""The versions of a Dokument."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query

from dms_kit.web.pagination import CursorParam, Limit, Page
from dms_kit.web.routing import Router
from dms_records.api.dependencies import AccessDep, SchriftgutReader
from dms_records.api.dokumente import Number
from dms_records.api.lists import page_of, paging_of
from dms_records.api.schemas.dokument import Dokumentversion
from dms_records.use_cases.get_dokumentversion import get_dokumentversion
from dms_records.use_cases.list_dokumentversionen import list_dokumentversionen

router = Router(tags=["Dokumente"])
Sort = Literal["-nummer", "nummer"]
_PATH = "/api/v1/dokumente/{dokument_id}/versionen"


@router.get(_PATH, summary="Versionen eines Dokuments auflisten")
async def list_versionen(
    dokument_id: UUID,
    actor: SchriftgutReader,
    access: AccessDep,
    *,
    sort: Annotated[Sort, Query(description="Feld, mit `-` absteigend.")] = "-nummer",
    limit: Limit = 50,
    cursor: CursorParam = None,
) -> Page[Dokumentversion]:
    """Listet alle Versionen auf, die neueste zuerst; keine geht je verloren."""
    rows = await list_dokumentversionen(
        dokument_id,
        paging_of(sort, limit, cursor),
        actor=actor,
        scopes=access.scopes,
        unit_of_work=access.units.for_actor(actor),
    )
    return page_of(rows, Dokumentversion.of, sort)


@router.get(f"{_PATH}/{{nummer}}", summary="Version lesen")
async def get_version(dokument_id: UUID, nummer: Number, actor: SchriftgutReader, access: AccessDep) -> Dokumentversion:
    """Liest die Angaben einer Version; ihre Datei steht unter `…/inhalt`."""
    row = await get_dokumentversion(
        dokument_id, nummer, actor=actor, scopes=access.scopes, unit_of_work=access.units.for_actor(actor)
    )
    return Dokumentversion.of(row)
