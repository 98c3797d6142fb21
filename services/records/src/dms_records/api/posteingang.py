"""The Posteingang."""

import hashlib
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query, Response

from dms_kit.core.idempotency import Idempotency
from dms_kit.web.conditional import IfMatch, check_if_match, etag_of
from dms_kit.web.idempotency import IdempotencyKey
from dms_kit.web.pagination import CursorParam, Limit, Page
from dms_kit.web.problems import problem_responses
from dms_kit.web.routing import Router
from dms_records.api.content import CONTENT_RESPONSES, ConditionsDep, respond_with_content
from dms_records.api.dependencies import AccessDep, PosteingangAssigner, PosteingangReader
from dms_records.api.lists import page_of, paging_of
from dms_records.api.schemas.posteingang import Posteingang, Zugeordnet, Zuordnung
from dms_records.api.schriftgut_filter import First, Last, Part, begin_of, end_of
from dms_records.domain.vorgang import Vorgang
from dms_records.use_cases.assign_posteingang import AssignPosteingang, assign_posteingang
from dms_records.use_cases.get_posteingang import get_posteingang
from dms_records.use_cases.list_posteingang import list_posteingang
from dms_records.use_cases.queries import PosteingangFilter
from dms_records.use_cases.read_anlage import read_anlage

router = Router(tags=["Posteingang"])
Sort = Literal["eingegangen_am", "-eingegangen_am", "betreff", "-betreff"]
_INHALT = "/api/v1/posteingang/{posteingang_id}/anlagen/{anlage_id}/inhalt"


@router.get("/api/v1/posteingang", summary="Posteingang auflisten")
async def list_posteingang_endpoint(
    actor: PosteingangReader,
    access: AccessDep,
    *,
    leistung: Annotated[str | None, Query(max_length=60, description="Schlüssel der Leistung.")] = None,
    region: Annotated[str | None, Query(max_length=12, description="Amtlicher Regionalschlüssel.")] = None,
    eingangsnummer: Annotated[str | None, Query(max_length=60, description="Ganze Eingangsnummer.")] = None,
    betreff: Part = None,
    eingegangen_ab: First = None,
    eingegangen_bis: Last = None,
    sort: Annotated[Sort, Query(description="Feld, mit `-` absteigend.")] = "eingegangen_am",
    limit: Limit = 50,
    cursor: CursorParam = None,
) -> Page[Posteingang]:
    """Listet auf, was auf die Poststelle wartet, das Älteste zuerst."""
    filters = PosteingangFilter(
        leistung=leistung,
        region=region,
        eingangsnummer=eingangsnummer,
        stichwort=betreff,
        eingegangen_ab=None if eingegangen_ab is None else begin_of(eingegangen_ab),
        eingegangen_vor=None if eingegangen_bis is None else end_of(eingegangen_bis),
    )
    rows = await list_posteingang(filters, paging_of(sort, limit, cursor), unit_of_work=access.units.for_actor(actor))
    return page_of(rows, Posteingang.of, sort)


@router.get("/api/v1/posteingang/{posteingang_id}", summary="Posteingang lesen")
async def get_posteingang_endpoint(
    posteingang_id: UUID, actor: PosteingangReader, access: AccessDep, response: Response
) -> Posteingang:
    """Liest einen wartenden Posteingang; ist er abgelegt, gibt es ihn hier nicht mehr."""
    posteingang = Posteingang.of(await get_posteingang(posteingang_id, unit_of_work=access.units.for_actor(actor)))
    response.headers["ETag"] = posteingang.etag
    return posteingang


@router.head(_INHALT, include_in_schema=False)
@router.get(_INHALT, summary="Datei im Posteingang", response_class=Response, responses=CONTENT_RESPONSES)
async def get_anlage_inhalt(
    posteingang_id: UUID,
    anlage_id: UUID,
    actor: PosteingangReader,
    access: AccessDep,
    conditions: ConditionsDep,
) -> Response:
    """Liefert eine Datei eines wartenden Posteingangs; das Lesen wird protokolliert."""
    row = await read_anlage(
        posteingang_id,
        anlage_id,
        is_range=conditions.is_range,
        actor=actor,
        unit_of_work=access.units.for_actor(actor),
        clock=access.clock,
        regel=access.regel,
    )
    return await respond_with_content(conditions, row, access.serving)


@router.post(
    "/api/v1/posteingang/{posteingang_id}/assign",
    summary="Posteingang zuordnen",
    responses=problem_responses(
        "if-match-fehlt", "etag-veraltet", "bereits-abgelegt", "idempotenz-konflikt", "zwilling-laeuft"
    ),
)
async def assign_posteingang_endpoint(
    posteingang_id: UUID,
    zuordnung: Zuordnung,
    actor: PosteingangAssigner,
    access: AccessDep,
    *,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> Zugeordnet:
    """Legt einen Posteingang unter einer Aktenplaneinheit für eine Organisationseinheit ab."""
    idempotency = None
    if idempotency_key is not None:
        said = f"{actor.sub}\n{posteingang_id}\n{zuordnung.model_dump_json()}"
        idempotency = Idempotency(
            client=actor.client,
            operation="assign_posteingang",
            key=idempotency_key,
            fingerprint=hashlib.sha256(said.encode()).hexdigest(),
            status=200,
            render=lambda vorgang: _answer(vorgang).model_dump_json().encode(),
        )
    vorgang = await assign_posteingang(
        AssignPosteingang(
            posteingang_id=posteingang_id,
            organisationseinheit=zuordnung.organisationseinheit,
            aktenplaneinheit=zuordnung.aktenplaneinheit,
        ),
        check_version=lambda version: check_if_match(if_match, etag_of(version)),
        unit_of_work=access.units.for_actor(actor, idempotency=idempotency),
        clock=access.clock,
    )
    return _answer(vorgang)


def _answer(vorgang: Vorgang) -> Zugeordnet:
    return Zugeordnet(vorgang_id=vorgang.id, aktenzeichen=vorgang.aktenzeichen)
