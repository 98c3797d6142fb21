"""Routes of the Aufgaben."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Path, Query, Response

from dms_kit.core.actor import Actor
from dms_kit.web.conditional import IfMatch, etag_of
from dms_kit.web.idempotency import IdempotencyKey
from dms_kit.web.pagination import CursorParam, Limit, Page, decode_cursor, encode_cursor
from dms_kit.web.problems import problem_responses
from dms_kit.web.routing import Router
from dms_kit.web.security import requires
from dms_workflow.api.dependencies import Render, Service, Workflow, idempotency_of, version_check
from dms_workflow.api.schemas import AufgabeAnswer, AufgabeItem, CompleteBody, Status, answer_of, item_of
from dms_workflow.domain.aufgabe import Aufgabe
from dms_workflow.use_cases.claim_aufgabe import claim_aufgabe
from dms_workflow.use_cases.complete_aufgabe import CompleteAufgabe, complete_aufgabe
from dms_workflow.use_cases.get_aufgabe import get_aufgabe
from dms_workflow.use_cases.list_aufgaben import list_aufgaben
from dms_workflow.use_cases.ports import READ, WORK
from dms_workflow.use_cases.queries import AufgabeFilter, Paging
from dms_workflow.use_cases.release_aufgabe import release_aufgabe

router = Router(prefix="/api/v1/aufgaben", tags=["Aufgaben"])

Reader = Annotated[Actor, requires(READ)]
Worker = Annotated[Actor, requires(WORK)]
AufgabeId = Annotated[UUID, Path(alias="id", description="Kennung der Aufgabe.")]

_PLACE: dict[str, type] = {"faellig_am": date, "id": UUID}
_ETAG_HEADER = {"ETag": {"description": "Der Stand der Aufgabe.", "schema": {"type": "string"}}}
_ACT_PROBLEMS = ("nicht-gefunden", "if-match-fehlt", "etag-veraltet", "aufgabe-erledigt", "zwilling-laeuft")


@router.get(
    "",
    summary="Aufgaben auflisten",
    description="Was die angemeldete Person sehen darf, nach Fälligkeit geordnet.",
    operation_id="list_aufgaben",
    responses=problem_responses("eingabe-ungueltig"),
)
async def list_(
    *,
    actor: Reader,
    service: Service,
    status: Annotated[Status | None, Query(description="Nur Aufgaben in diesem Stand.")] = None,
    vorgang_id: Annotated[UUID | None, Query(description="Nur Aufgaben dieses Vorgangs.")] = None,
    organisationseinheit: Annotated[
        str | None, Query(max_length=64, description="Nur Aufgaben der OE mit diesem Schlüssel.", examples=["32"])
    ] = None,
    sort: Annotated[
        Literal["faellig_am", "-faellig_am"], Query(description="Reihenfolge; mit `-` das Späteste zuerst.")
    ] = "faellig_am",
    limit: Limit = 50,
    cursor: CursorParam = None,
) -> Page[AufgabeItem]:
    place = decode_cursor(cursor, _PLACE) if cursor is not None else None
    page = await list_aufgaben(
        AufgabeFilter(status=status, vorgang_id=vorgang_id, organisationseinheit=organisationseinheit),
        Paging(
            limit=limit,
            descending=sort.startswith("-"),
            after=(place["faellig_am"], place["id"]) if place else None,
        ),
        actor=actor,
        scopes=service.scopes,
        unit_of_work=service.unit_of_work(actor),
    )
    unit_keys = (await service.scopes.directory(actor.mandant)).unit_keys()
    following = encode_cursor({"faellig_am": page.next[0], "id": page.next[1]}) if page.next else None
    return Page(items=[item_of(aufgabe, unit_keys) for aufgabe in page.items], next=following)


@router.get(
    "/{id}",
    summary="Aufgabe lesen",
    description="Eine Aufgabe mit ihrem Stand und, wenn sie erledigt ist, ihrem Ergebnis.",
    operation_id="get_aufgabe",
    response_model=AufgabeAnswer,
    responses={200: {"headers": _ETAG_HEADER}, **problem_responses("nicht-gefunden")},
)
async def get(actor: Reader, service: Service, aufgabe_id: AufgabeId) -> Response:
    aufgabe = await get_aufgabe(
        aufgabe_id, actor=actor, scopes=service.scopes, unit_of_work=service.unit_of_work(actor)
    )
    return _respond(aufgabe, await _renderer(service, actor))


@router.post(
    "/{id}/claim",
    summary="Aufgabe übernehmen",
    description="Von vielen, die es gleichzeitig versuchen, gelingt es einer Person; der Vorgang wird dann bearbeitet."
    " Wiederholt sie die Anfrage, ist die Antwort wieder 200.",
    operation_id="claim_aufgabe",
    response_model=AufgabeAnswer,
    responses={200: {"headers": _ETAG_HEADER}, **problem_responses(*_ACT_PROBLEMS, "aufgabe-vergeben")},
)
async def claim(
    *,
    actor: Worker,
    service: Service,
    aufgabe_id: AufgabeId,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    render = await _renderer(service, actor)
    key = idempotency_of(idempotency_key, actor, "claim_aufgabe", aufgabe_id, render=render)
    aufgabe = await claim_aufgabe(
        aufgabe_id,
        actor=actor,
        check_version=version_check(if_match),
        scopes=service.scopes,
        unit_of_work=service.unit_of_work(actor, key),
        clock=service.clock,
    )
    return _respond(aufgabe, render)


@router.post(
    "/{id}/release",
    summary="Aufgabe zurückgeben",
    description="Die Aufgabe ist wieder offen. Zurückgeben kann sie, wer sie bearbeitet, und die Leitung der OE.",
    operation_id="release_aufgabe",
    response_model=AufgabeAnswer,
    responses={
        200: {"headers": _ETAG_HEADER},
        **problem_responses(*_ACT_PROBLEMS, "aufgabe-nicht-uebernommen", "aufgabe-anderer-bearbeiter"),
    },
)
async def release(
    *,
    actor: Worker,
    service: Service,
    aufgabe_id: AufgabeId,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    render = await _renderer(service, actor)
    key = idempotency_of(idempotency_key, actor, "release_aufgabe", aufgabe_id, render=render)
    aufgabe = await release_aufgabe(
        aufgabe_id,
        actor=actor,
        check_version=version_check(if_match),
        scopes=service.scopes,
        unit_of_work=service.unit_of_work(actor, key),
        clock=service.clock,
    )
    return _respond(aufgabe, render)


@router.post(
    "/{id}/complete",
    summary="Aufgabe erledigen",
    description="Hält das Ergebnis fest. Der Vorgang bleibt, wie er ist: Ihn zu schließen ist ein eigener Schritt.",
    operation_id="complete_aufgabe",
    response_model=AufgabeAnswer,
    responses={
        200: {"headers": _ETAG_HEADER},
        **problem_responses(*_ACT_PROBLEMS, "aufgabe-nicht-uebernommen", "aufgabe-anderer-bearbeiter"),
    },
)
async def complete(
    *,
    actor: Worker,
    service: Service,
    aufgabe_id: AufgabeId,
    body: CompleteBody,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    render = await _renderer(service, actor)
    key = idempotency_of(idempotency_key, actor, "complete_aufgabe", aufgabe_id, body=body.model_dump(), render=render)
    aufgabe = await complete_aufgabe(
        CompleteAufgabe(aufgabe_id=aufgabe_id, ergebnis=body.ergebnis, bemerkung=body.bemerkung),
        actor=actor,
        check_version=version_check(if_match),
        scopes=service.scopes,
        unit_of_work=service.unit_of_work(actor, key),
        clock=service.clock,
    )
    return _respond(aufgabe, render)


async def _renderer(service: Workflow, actor: Actor) -> Render:
    unit_keys = (await service.scopes.directory(actor.mandant)).unit_keys()
    return lambda aufgabe: answer_of(aufgabe, unit_keys).model_dump_json().encode()


def _respond(aufgabe: Aufgabe, render: Render) -> Response:
    headers = {"ETag": etag_of(aufgabe.version)}
    return Response(render(aufgabe), media_type="application/json", headers=headers)
