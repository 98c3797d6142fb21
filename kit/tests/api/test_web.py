import errno
import json
import uuid
from collections.abc import AsyncIterator
from typing import Annotated

import httpx
import pytest
import structlog
from fastapi import APIRouter, HTTPException
from fastapi.responses import StreamingResponse
from prometheus_client import REGISTRY
from pydantic import BaseModel, Field
from pydantic_core import PydanticCustomError
from structlog.testing import capture_logs

from dms_kit.core.actor import Actor, Membership
from dms_kit.core.errors import NotFoundError, StorageFullError, UnavailableError
from dms_kit.core.idempotency import AlreadyAnsweredError, TwinRunningError
from dms_kit.core.trace import current_request_id, current_traceparent
from dms_kit.testing.fakes import StaticVerifier
from dms_kit.web.app import create_app
from dms_kit.web.conditional import IfMatch, check_if_match, etag_of
from dms_kit.web.idempotency import RequiredIdempotencyKey
from dms_kit.web.pagination import CursorParam, Limit, Page, decode_cursor
from dms_kit.web.problems import PROBLEMS, problem_responses
from dms_kit.web.routing import Router
from dms_kit.web.security import Caller, requires

CLERK = Actor(mandant="dueren", sub="1", memberships=frozenset({Membership("32", "sachbearbeitung")}))
AUTHORISED = {"Authorization": "Bearer clerk"}
FAILURES = {
    "boom": RuntimeError("Änne Müller"),
    "gone": ConnectionRefusedError(),
    "full": OSError(errno.ENOSPC, "full"),
    "quota": OSError(errno.EDQUOT, "quota"),
    "store-full": StorageFullError(),
    "store-away": UnavailableError(),
    "twin": TwinRunningError(),
    "hidden": NotFoundError(),
    "held": NotFoundError(members={"inhaber": {"sub": "2"}, "status": 200}),
    "too-many": HTTPException(429, headers={"Retry-After": "7"}),
    "answered": AlreadyAnsweredError(201, b'{"id":"7","etag":"\\"1\\""}'),
}


class Teil(BaseModel):
    name: str = Field(max_length=5)


class Ding(BaseModel):
    name: str
    zahl: int = 3
    teile: list[Teil] = []


router = Router(tags=["Dinge"])


@router.post("/api/v1/dinge", status_code=201, responses=problem_responses("idempotenz-konflikt"))
async def create_ding(body: Ding, _actor: Annotated[Actor, requires("aufgabe:work")]) -> Ding:
    return body


@router.get("/api/v1/dinge")
async def list_dinge(_actor: Caller, limit: Limit = 50, cursor: CursorParam = None) -> Page[Ding]:
    position = decode_cursor(cursor, {"n": int}) if cursor else {"n": 0}
    return Page(items=[Ding(name=str(limit), zahl=position["n"])], next=None)


@router.get("/api/v1/dinge/{id}")
async def get_ding(id: uuid.UUID, _actor: Caller) -> Ding:  # noqa: A002
    return Ding(name=str(id))


@router.post("/api/v1/dinge/{id}/turn")
async def turn_ding(id: uuid.UUID, _actor: Caller, if_match: IfMatch = None) -> dict[str, str]:  # noqa: A002
    check_if_match(if_match, etag_of(3))
    return {"request": current_request_id(), "trace": current_traceparent()}


@router.post("/api/v1/schluessel")
async def needs_key(_actor: Caller, key: RequiredIdempotencyKey) -> dict[str, str]:
    return {"key": key}


@router.get("/api/v1/betrieb")
async def operate(_actor: Annotated[Actor, requires("betrieb:operate")]) -> dict[str, str]:
    return {}


@router.post("/api/v1/fehler/{name}")
async def fail(name: str, _actor: Caller) -> dict[str, str]:
    raise FAILURES[name]


@router.get("/api/v1/strom")
async def break_off(_actor: Caller) -> StreamingResponse:
    async def chunks() -> AsyncIterator[bytes]:
        yield b"a"
        raise RuntimeError("too late")

    return StreamingResponse(chunks())


def app_with(**options):
    known = {"title": "Probe", "service": "probe", "verifier": StaticVerifier({"clerk": CLERK}), "routers": [router]}
    return create_app(**{**known, "ready_checks": {}, **options})


@pytest.fixture
async def client():
    transport = httpx.ASGITransport(app_with(cors_origins=["https://ui.example"], body_limit=1000))
    async with httpx.AsyncClient(transport=transport, base_url="http://probe", headers=AUTHORISED) as client:
        yield client


@pytest.fixture
async def stranger():
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app_with()), base_url="http://probe") as client:
        yield client


def problem(answer: httpx.Response, status: int, code: str) -> dict:
    document = answer.json()
    assert (answer.status_code, document["status"], document["type"]) == (status, status, f"/problems/{code}")
    assert answer.headers["content-type"] == "application/problem+json"
    assert document["instance"] == f"urn:uuid:{answer.headers['x-request-id']}"
    assert document["title"]
    return document


async def test_unknown_path_is_a_problem(client):
    problem(await client.get("/api/v1/nichts"), 404, "nicht-gefunden")


async def test_other_method_names_the_allowed_ones(client):
    answer = await client.delete("/api/v1/dinge")
    problem(answer, 405, "methode-nicht-erlaubt")
    assert answer.headers["allow"] == "GET, POST"


@pytest.mark.parametrize("header", [{}, {"Authorization": "Basic YTpi"}, {"Authorization": "Bearer "}])
async def test_without_a_token_no_one_comes_in(stranger, header):
    answer = await stranger.get("/api/v1/dinge", headers=header)
    problem(answer, 401, "nicht-angemeldet")
    assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_wrong_token_is_called_invalid(stranger):
    answer = await stranger.get("/api/v1/dinge", headers={"Authorization": "Bearer x"})
    assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'


async def test_right_that_no_role_holds_is_forbidden(client):
    problem(await client.get("/api/v1/betrieb"), 403, "keine-berechtigung")


async def test_token_is_judged_before_the_body(stranger):
    broken = {"content": b'{"a', "headers": {"content-type": "application/json"}}
    problem(await stranger.post("/api/v1/dinge", **broken), 401, "nicht-angemeldet")


@pytest.mark.parametrize("content", [b'{"a', b'{"name": "a", "name": "b"}', b'{"name": NaN}', b'{"name": "\\ud800"}'])
async def test_broken_json_is_a_bad_request(client, content):
    answer = await client.post("/api/v1/dinge", content=content, headers={"content-type": "application/json"})
    problem(answer, 400, "anfrage-unlesbar")


async def test_faults_are_pointed_at(client):
    teile = [{"name": "abc"}, {"name": "abcdef"}]
    answer = await client.post("/api/v1/dinge", json={"zahl": "x", "teile": teile})
    errors = problem(answer, 422, "eingabe-ungueltig")["errors"]
    assert {error["pointer"]: error["detail"] for error in errors} == {
        "/name": "Die Angabe fehlt.",
        "/zahl": "Erwartet wird eine ganze Zahl.",
        "/teile/1/name": "Der Text hat mehr als 5 Zeichen.",
    }


@pytest.mark.parametrize(("query", "name"), [("limit=0", "limit"), ("limit=201", "limit"), ("cursor=%25", "cursor")])
async def test_faults_of_the_query_are_pointed_at(client, query, name):
    errors = problem(await client.get(f"/api/v1/dinge?{query}"), 422, "eingabe-ungueltig")["errors"]
    assert [error["pointer"] for error in errors] == [f"/query/{name}"]


async def test_nul_in_the_query_is_a_bad_request(client):
    problem(await client.get("/api/v1/dinge?cursor=%00"), 400, "anfrage-unlesbar")


async def test_malformed_id_is_an_unknown_one(client):
    problem(await client.get("/api/v1/dinge/7"), 404, "nicht-gefunden")


async def test_missing_header_is_a_bad_request(client):
    errors = problem(await client.post("/api/v1/schluessel"), 400, "anfrage-unlesbar")["errors"]
    assert errors == [{"pointer": "/header/Idempotency-Key", "detail": "Die Angabe fehlt."}]


@pytest.mark.parametrize("key", ["ä", "x" * 256, "a b"])
async def test_unusable_key_is_invalid(client, key):
    answer = await client.post("/api/v1/schluessel", headers={"Idempotency-Key": key.encode()})
    problem(answer, 422, "eingabe-ungueltig")


async def test_other_media_type_is_unsupported(client):
    answer = await client.post("/api/v1/dinge", content=b"a=b", headers={"content-type": "text/plain"})
    problem(answer, 415, "medientyp-nicht-unterstuetzt")


async def test_large_body_is_refused_by_its_header_and_by_its_bytes(client):
    async def stream():
        yield b'{"name": "'
        yield b"x" * 2000

    kind = {"content-type": "application/json"}
    problem(await client.post("/api/v1/dinge", json={"name": "x" * 2000}), 413, "anfrage-zu-gross")
    problem(await client.post("/api/v1/dinge", content=stream(), headers=kind), 413, "anfrage-zu-gross")


@pytest.mark.parametrize(
    ("name", "status", "code", "retry_after"),
    [
        ("boom", 500, "interner-fehler", None),
        ("gone", 503, "nicht-verfuegbar", "5"),
        ("full", 507, "speicher-voll", "60"),
        ("quota", 507, "speicher-voll", "60"),
        ("store-full", 507, "speicher-voll", "60"),
        ("store-away", 503, "nicht-verfuegbar", "5"),
        ("twin", 409, "zwilling-laeuft", "5"),
        ("hidden", 404, "nicht-gefunden", None),
        ("too-many", 429, "zu-viele-anfragen", "7"),
    ],
)
async def test_failure_has_its_status(client, name, status, code, retry_after):
    answer = await client.post(f"/api/v1/fehler/{name}")
    assert "Müller" not in json.dumps(problem(answer, status, code), ensure_ascii=False)
    assert answer.headers.get("retry-after") == retry_after


async def test_refusal_may_tell_more_but_replaces_no_member(client):
    document = (await client.post("/api/v1/fehler/held")).json()
    assert (document["inhaber"], document["status"]) == ({"sub": "2"}, 404)


async def test_answer_is_never_finished_after_a_late_failure(client):
    with pytest.raises(RuntimeError, match="too late"):
        await client.get("/api/v1/strom")


async def test_stored_answer_is_sent_again(client):
    answer = await client.post("/api/v1/fehler/answered")
    assert (answer.status_code, answer.content) == (201, b'{"id":"7","etag":"\\"1\\""}')
    assert answer.headers["idempotency-replayed"] == "true"
    assert answer.headers["location"] == "/api/v1/fehler/answered/7"
    assert answer.headers["etag"] == '"1"'


@pytest.mark.parametrize(
    ("headers", "status"), [({}, 428), ({"If-Match": '"2"'}, 412), ({"If-Match": '"3"'}, 200), ({"If-Match": "*"}, 200)]
)
async def test_change_needs_the_current_etag(client, headers, status):
    assert (await client.post(f"/api/v1/dinge/{uuid.uuid4()}/turn", headers=headers)).status_code == status


async def test_request_id_and_trace_of_the_client_go_on(client):
    request_id, trace = str(uuid.uuid4()), "0af7651916cd43dd8448eb211c80319c"
    headers = {"X-Request-Id": request_id, "traceparent": f"00-{trace}-b7ad6b7169203331-01", "If-Match": "*"}
    answer = await client.post(f"/api/v1/dinge/{uuid.uuid4()}/turn", headers=headers)
    assert answer.headers["x-request-id"] == answer.json()["request"] == request_id
    assert answer.json()["trace"][3:35] == trace


async def test_request_id_of_another_form_is_replaced(client):
    answer = await client.get("/api/v1/dinge", headers={"X-Request-Id": "a b"})
    assert uuid.UUID(answer.headers["x-request-id"]).version == 7


async def test_json_is_not_stored_and_not_sniffed(client):
    answer = await client.get("/api/v1/dinge")
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_browsers_see_our_headers_from_configured_origins(client):
    answer = await client.get("/api/v1/dinge", headers={"Origin": "https://ui.example"})
    assert answer.headers["access-control-allow-origin"] == "https://ui.example"
    assert "ETag" in answer.headers["access-control-expose-headers"]
    other = await client.get("/api/v1/dinge", headers={"Origin": "https://evil.example"})
    assert "access-control-allow-origin" not in other.headers
    asked = {"Origin": "https://ui.example", "Access-Control-Request-Method": "POST"}
    allowed = await client.options("/api/v1/dinge", headers={**asked, "Access-Control-Request-Headers": "If-Match"})
    assert allowed.status_code == 200


async def test_log_line_and_metric_name_the_route_and_no_query(client):
    labels = {"service": "probe", "method": "GET", "route": "/api/v1/dinge/{id}", "status": "404"}
    before = REGISTRY.get_sample_value("dms_http_requests_total", labels) or 0
    structlog.reset_defaults()
    with capture_logs() as lines:
        await client.get("/api/v1/dinge/x?geheim=1")
    (line,) = [line for line in lines if line["event"] == "http.request"]
    assert (line["route"], line["status"], line["log_level"]) == ("/api/v1/dinge/{id}", 404, "info")
    assert line["problem"] == "nicht-gefunden"
    assert "geheim" not in str(line)
    assert REGISTRY.get_sample_value("dms_http_requests_total", labels) == before + 1


async def test_client_that_leaves_gets_no_answer():
    sent = []
    headers = [(b"content-type", b"application/json"), (b"authorization", b"Bearer clerk")]
    scope = {"type": "http", "method": "POST", "path": "/api/v1/dinge", "query_string": b"", "headers": headers}

    async def receive():
        return {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)

    with capture_logs() as lines:
        await app_with()(scope, receive, send)
    assert sent == []
    assert [line["event"] for line in lines] == ["http.client_gone", "http.request"]
    assert lines[-1]["status"] == 499


@pytest.mark.parametrize(("cause", "levels"), [("boom", ["error", "error"]), ("gone", ["warning", "error"])])
async def test_what_failed_is_logged_by_its_name_without_its_text(client, cause, levels):
    with capture_logs() as lines:
        await client.post(f"/api/v1/fehler/{cause}")
    assert [line["log_level"] for line in lines] == levels
    assert lines[0]["error"] == type(FAILURES[cause]).__name__
    assert "Müller" not in str(lines)


def test_lax_route_stops_the_start():
    lax = APIRouter()

    @lax.post("/api/v1/lax")
    async def read(body: Ding) -> Ding:
        return body

    with pytest.raises(TypeError, match=r"/api/v1/lax"):
        app_with(routers=[lax])


def test_document_lists_our_problems_and_none_of_the_framework():
    document = app_with().openapi()
    assert document["openapi"].startswith("3.1")
    assert "HTTPValidationError" not in json.dumps(document)
    create = document["paths"]["/api/v1/dinge"]["post"]
    assert create["security"] == [{"bearer": ["aufgabe:work"]}]
    assert create["responses"].keys() == {"201", "400", "401", "403", "413", "415", "422", "500", "503"}
    examples = create["responses"]["422"]["content"]["application/problem+json"]["examples"]
    assert examples.keys() == {"idempotenz-konflikt", "eingabe-ungueltig"}
    assert "/health/live" not in document["paths"]


def test_headers_bring_their_problems_into_the_document():
    paths = app_with().openapi()["paths"]
    assert {"412", "428"} <= paths["/api/v1/dinge/{id}/turn"]["post"]["responses"].keys()
    assert {"409", "422"} <= paths["/api/v1/schluessel"]["post"]["responses"].keys()


def test_document_refuses_nul_as_we_do():
    document = app_with().openapi()
    properties = document["components"]["schemas"]["Ding"]["properties"]
    assert properties["name"]["pattern"] == r"^[^\x00]*$"
    assert document["components"]["schemas"]["Teil"]["properties"]["name"]["pattern"] == r"^[^\x00]*$"


def test_unknown_problem_cannot_be_declared():
    with pytest.raises(KeyError):
        problem_responses("gibt-es-nicht")


def test_problems_know_every_imported_error():
    assert PROBLEMS["nicht-gefunden"].status == 404
    assert {"interner-fehler", "methode-nicht-erlaubt", "zwilling-laeuft"} <= PROBLEMS.keys()


async def test_text_of_an_own_validator_reaches_the_client():
    class Strenges(BaseModel):
        name: str

        def model_post_init(self, _context: object) -> None:
            raise PydanticCustomError("dms_name", "Der Name ist vergeben.")

    own = Router()

    @own.post("/api/v1/strenges")
    async def create(body: Strenges) -> dict[str, str]:
        return {"name": body.name}

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app_with(routers=[own])), base_url="http://x") as client:
        answer = await client.post("/api/v1/strenges", json={"name": "a"})
    assert problem(answer, 422, "eingabe-ungueltig")["errors"][0]["detail"] == "Der Name ist vergeben."
