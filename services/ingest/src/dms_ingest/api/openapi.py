"""One OpenAPI document for the origin, merged from those of the services, and the pages that show it."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import yaml
from fastapi import APIRouter, Response
from fastapi.responses import FileResponse, HTMLResponse
from swagger_ui_bundle import swagger_ui_path

from dms_kit.core.errors import NotFoundError

DOCUMENT_PATH = "/api/v1/openapi.json"
_ASSETS = {
    "swagger-ui.css": "text/css",
    "swagger-ui-bundle.js": "text/javascript",
    "favicon-32x32.png": "image/png",
}
_START = f"""window.onload = () => SwaggerUIBundle({{
  url: "{DOCUMENT_PATH}", dom_id: "#swagger-ui", deepLinking: true, presets: [SwaggerUIBundle.presets.apis]
}});
"""
_PAGE = """<!doctype html>
<html lang="de"><head><meta charset="utf-8"><title>Registratur: API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css"><link rel="icon" href="/docs/favicon-32x32.png"></head>
<body><div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script></body></html>
"""


def merged(documents: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """
    Merge the services' documents (by service name); paths are disjoint, equal components become one.

    Components of one name that differ keep apart: the later service's name is put before its own.
    """
    result: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {
            "title": "Registratur",
            "description": "Das E-Akte-Backend: Anträge annehmen, ablegen, bearbeiten und wiederfinden.",
            "version": "1.0.0",
        },
        "paths": {},
        "components": {},
    }
    for service, document in documents.items():
        renamed = _renamed(document, _conflicts(result["components"], document), service)
        result["paths"].update(renamed.get("paths", {}))
        for kind, entries in renamed.get("components", {}).items():
            result["components"].setdefault(kind, {}).update(entries)
    return result


def openapi_router(files: Sequence[Path], own: Callable[[], dict[str, Any]]) -> APIRouter:
    """Return the routes of the merged document and of /docs; without any file the document is ingest's own."""
    router = APIRouter(include_in_schema=False)

    @cache
    def body() -> bytes:
        documents = {file.parent.name: _loaded(file) for file in files if file.is_file()}
        return orjson.dumps(merged(documents) if documents else own())

    @router.get(DOCUMENT_PATH)
    async def get_document() -> Response:
        content = await asyncio.to_thread(body)
        return Response(content, media_type="application/json", headers={"Cache-Control": "public, max-age=60"})

    @router.get("/docs", response_class=HTMLResponse)
    async def get_docs() -> HTMLResponse:
        return HTMLResponse(_PAGE)

    @router.get("/docs/start.js")
    async def get_start() -> Response:
        return Response(_START, media_type="text/javascript")

    @router.get("/docs/{name}", response_class=FileResponse)
    async def get_asset(name: str) -> FileResponse:
        if name not in _ASSETS:
            raise NotFoundError
        return FileResponse(Path(str(swagger_ui_path)) / name, media_type=_ASSETS[name])

    return router


def _loaded(file: Path) -> dict[str, Any]:
    # The loader in C: the one in Python takes seconds for four documents.
    with file.open("rb") as stream:
        document: dict[str, Any] = yaml.load(stream, Loader=yaml.CSafeLoader)
    return document


def _conflicts(known: Mapping[str, Any], document: Mapping[str, Any]) -> set[tuple[str, str]]:
    return {
        (kind, name)
        for kind, entries in document.get("components", {}).items()
        for name, entry in entries.items()
        if known.get(kind, {}).get(name, entry) != entry
    }


def _renamed(document: dict[str, Any], conflicts: set[tuple[str, str]], service: str) -> dict[str, Any]:
    references = {
        f"#/components/{kind}/{name}": f"#/components/{kind}/{service.title()}{name}" for kind, name in conflicts
    }
    result: dict[str, Any] = _with_references(document, references)
    for kind, name in conflicts:
        entries = result["components"][kind]
        entries[f"{service.title()}{name}"] = entries.pop(name)
    return result


def _with_references(value: Any, references: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {
            key: references.get(item, item)
            if key == "$ref" and isinstance(item, str)
            else _with_references(item, references)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [_with_references(item, references) for item in value]
    return value
