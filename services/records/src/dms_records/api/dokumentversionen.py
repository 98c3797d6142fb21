"""The versions of a Dokument."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query, Response

from dms_kit.web.conditional import IfMatch
from dms_kit.web.idempotency import IdempotencyKey
from dms_kit.web.pagination import CursorParam, Limit, Page
from dms_kit.web.problems import problem_responses
from dms_kit.web.routing import Router
from dms_records.api.acts import idempotency_of, version_check
from dms_records.api.answers import answered, rendered
from dms_records.api.dependencies import AccessDep, SchriftgutReader, SchriftgutWriter
from dms_records.api.dokumente import Number
from dms_records.api.lists import page_of, paging_of
from dms_records.api.schemas.dokument import Dokument, Dokumentversion, Vergleich
from dms_records.use_cases.compare_versionen import compare_versionen
from dms_records.use_cases.copy_version import OPERATION, CopyVersion, copy_version
from dms_records.use_cases.get_dokumentversion import get_dokumentversion
from dms_records.use_cases.list_dokumentversionen import list_dokumentversionen
from dms_records.use_cases.restore_version import RestoreVersion, restore_version

router = Router(tags=["Dokumente"])
Sort = Literal["-nummer", "nummer", "erstellt_am", "-erstellt_am"]
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


@router.get(f"{_PATH}/{{nummer}}/vergleich", summary="Zwei Versionen vergleichen")
async def compare(
    dokument_id: UUID,
    nummer: Number,
    actor: SchriftgutReader,
    access: AccessDep,
    *,
    mit: Annotated[int, Query(ge=1, le=2**31 - 1, description="Nummer der anderen Version.")],
) -> Vergleich:
    """Vergleicht die Angaben zweier Versionen; ob der Inhalt gleich ist, sagt die Prüfsumme."""
    found = await compare_versionen(
        dokument_id, nummer, mit, actor=actor, scopes=access.scopes, unit_of_work=access.units.for_actor(actor)
    )
    return Vergleich.of(found)


@router.post(
    f"{_PATH}/{{nummer}}/restore",
    summary="Alte Version wiederherstellen",
    responses=problem_responses(
        "if-match-fehlt",
        "etag-veraltet",
        "dokument-ausgecheckt",
        "inhalt-beschaedigt",
        "inhalt-gesperrt",
        "schriftgut-zda",
        "speicher-voll",
        "version-aktuell",
    ),
)
async def restore(
    dokument_id: UUID,
    nummer: Number,
    actor: SchriftgutWriter,
    access: AccessDep,
    response: Response,
    *,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> Dokument:
    """Legt den Inhalt einer alten Version als neue an; alle Versionen bleiben, auch die alte."""
    objekt_key = await copy_version(
        CopyVersion(dokument_id=dokument_id, nummer=nummer, key=idempotency_key),
        actor=actor,
        check_version=version_check(if_match),
        scopes=access.scopes,
        unit_of_work=access.units.for_actor(actor),
        store=access.serving.store,
        clock=access.clock,
    )
    key = idempotency_of(idempotency_key, actor, OPERATION, dokument_id, nummer, render=rendered(access))
    row = await restore_version(
        RestoreVersion(dokument_id=dokument_id, nummer=nummer, objekt_key=objekt_key),
        actor=actor,
        check_version=version_check(if_match),
        scopes=access.scopes,
        unit_of_work=access.units.for_actor(actor, idempotency=key),
        clock=access.clock,
    )
    return answered(row, access, response)
