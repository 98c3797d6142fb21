"""The OpenAPI 3.1 document of a service: FastAPI's, with our problems in place of its own error schema."""

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from dms_kit.web.problems import MEDIA_TYPE, PROBLEMS, SCHEMA, add_to_description

PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "title": "Problem",
    "description": "Ein Fehler nach RFC 9457; `type` führt zu einer Seite, die ihn erklärt.",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {"type": "string", "description": "`/problems/<code>`", "examples": ["/problems/nicht-gefunden"]},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string"},
        "instance": {"type": "string", "description": "`urn:uuid:<X-Request-Id>`"},
        "errors": {
            "type": "array",
            "description": "Die Fehler im Einzelnen.",
            "items": {
                "type": "object",
                "required": ["pointer", "detail"],
                "properties": {
                    "pointer": {"type": "string", "description": "JSON-Pointer in den Inhalt, sonst `/query/<name>`."},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}
# NUL is refused everywhere; the document says so wherever it does not say more.
_NO_NUL = r"^[^\x00]*$"
_TELLS_MORE = frozenset({"pattern", "format", "enum", "const", "contentMediaType"})
_METHODS = ("get", "put", "post", "delete", "patch", "head", "options")


def document_of(app: FastAPI) -> dict[str, Any]:
    """Return the document of an app; every operation lists what the kit itself may answer."""
    document = get_openapi(
        title=app.title, version=app.version, description=app.description, routes=app.routes, tags=app.openapi_tags
    )
    for operation in _operations(document):
        _describe(operation)
        _refuse_nul(document, [operation.get("parameters", []), operation.get("requestBody", {})])
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas[SCHEMA] = PROBLEM_SCHEMA
    return document


def _operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path in document.get("paths", {}).values():
        yield from (path[method] for method in _METHODS if method in path)


def _describe(operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    content = responses.get("422", {}).get("content", {})
    if MEDIA_TYPE not in content:
        responses.pop("422", None)
    else:
        content.pop("application/json", None)
    for code in _codes_of(operation):
        problem = PROBLEMS[code]
        add_to_description(responses.setdefault(str(problem.status), {}), problem)
    operation["responses"] = dict(sorted(responses.items()))


def _codes_of(operation: dict[str, Any]) -> Iterator[str]:
    security = operation.get("security", [])
    parameters = operation.get("parameters", [])
    body = operation.get("requestBody", {}).get("content", {})
    headers = {parameter["name"] for parameter in parameters if parameter["in"] == "header"}
    if security:
        yield "nicht-angemeldet"
    if any(scopes for requirement in security for scopes in requirement.values()):
        yield "keine-berechtigung"
    if any(parameter["in"] == "path" for parameter in parameters):
        yield "nicht-gefunden"
    if body or any(parameter["in"] != "path" for parameter in parameters):
        yield from ("anfrage-unlesbar", "eingabe-ungueltig")
    if "application/json" in body:
        yield from ("anfrage-zu-gross", "medientyp-nicht-unterstuetzt")
    if "If-Match" in headers:
        yield from ("if-match-fehlt", "etag-veraltet")
    if "Idempotency-Key" in headers:
        yield from ("idempotenz-konflikt", "zwilling-laeuft")
    yield from ("interner-fehler", "nicht-verfuegbar")


def _refuse_nul(document: dict[str, Any], parts: list[Any]) -> None:
    waiting, followed = list(parts), set[str]()
    while waiting:
        part = waiting.pop()
        if isinstance(part, list):
            waiting.extend(part)
        if not isinstance(part, dict):
            continue
        if part.get("type") == "string" and not part.keys() & _TELLS_MORE:
            part["pattern"] = _NO_NUL
        reference = part.get("$ref")
        if isinstance(reference, str) and reference not in followed:
            followed.add(reference)
            waiting.append(document["components"]["schemas"][reference.rsplit("/", 1)[1]])
        waiting.extend(value for name, value in part.items() if name not in {"examples", "example", "default"})
