"""The Aktenplan as a file: imported and exported."""

import asyncio
import email.message
import hashlib
from typing import Annotated, Any, Literal

from fastapi import Query, Request, Response

from dms_kit.core.clock import BERLIN
from dms_kit.core.idempotency import Idempotency
from dms_kit.web.errors import BodyTooLargeError, UnsupportedMediaTypeError
from dms_kit.web.idempotency import IdempotencyKey
from dms_kit.web.problems import problem_responses
from dms_kit.web.routing import Router
from dms_records.api.aktenplan_files import AktenplanDatei, read_csv, read_json, write_csv, write_json
from dms_records.api.dependencies import AccessDep, PlanReader, PlanWriter
from dms_records.api.schemas.aktenplan_import import AktenplanZeilen, Importergebnis, ergebnis_of
from dms_records.use_cases.get_aktenplan import get_aktenplan
from dms_records.use_cases.import_aktenplan import ImportAktenplan, import_aktenplan

router = Router(tags=["Aktenplan"])
_MOST_BYTES = 64 * 1024 * 1024
_CSV = (
    "UTF-8, eine Zeile mit den Namen der Felder, `;` oder `,` dazwischen. Eine leere Zelle erbt; ein Feld ohne Spalte"
    " bleibt, wie es ist."
)
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": {"$ref": "#/components/schemas/AktenplanZeilen"}},
            "text/csv": {"schema": {"type": "string", "description": _CSV}},
        },
    }
}
_FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "model": AktenplanZeilen,
        "description": "Die Datei.",
        "content": {"text/csv": {"schema": {"type": "string"}}},
    }
}


@router.post(
    "/api/v1/aktenplan/import",
    summary="Aktenplan importieren",
    openapi_extra=_BODY,
    responses=problem_responses(
        "anfrage-unlesbar", "eingabe-ungueltig", "aktenplan-import-ungueltig", "anfrage-zu-gross", "etag-veraltet"
    ),
)
async def import_aktenplan_endpoint(
    request: Request,
    actor: PlanWriter,
    access: AccessDep,
    *,
    probelauf: Annotated[bool, Query(description="Nur sagen, was anders würde.")] = False,
    grund: Annotated[str | None, Query(max_length=500, description="Warum; steht in den Historien.")] = None,
    idempotency_key: IdempotencyKey = None,
) -> Importergebnis:
    """Legt die Einheiten einer Datei an oder ändert sie, alle oder keine; was sie nicht nennt, bleibt."""
    body = await _read(request)
    datei = await asyncio.to_thread(_parse, request, body)

    def ergebnis(result: Any) -> Importergebnis:
        return ergebnis_of(result, zeilen=len(datei.zeilen), probelauf=probelauf)

    idempotency = None
    if idempotency_key is not None:
        said = f"{actor.sub}\n{probelauf}\n{grund}\n".encode() + body
        idempotency = Idempotency(
            client=actor.client,
            operation="import_aktenplan",
            key=idempotency_key,
            fingerprint=hashlib.sha256(said).hexdigest(),
            status=200,
            render=lambda result: ergebnis(result).model_dump_json().encode(),
        )
    result = await import_aktenplan(
        ImportAktenplan(zeilen=datei.zeilen, pointer=datei.pointer, probelauf=probelauf, grund=grund),
        unit_of_work=access.units.for_actor(actor, idempotency=idempotency),
        clock=access.clock,
    )
    return await asyncio.to_thread(ergebnis, result)


@router.get("/api/v1/aktenplan/export", summary="Aktenplan exportieren", response_class=Response, responses=_FILE)
async def export_aktenplan_endpoint(
    actor: PlanReader,
    access: AccessDep,
    art: Annotated[Literal["json", "csv"], Query(alias="format", description="Form der Datei.")] = "json",
) -> Response:
    """Liefert den ganzen Aktenplan als Datei, so wie ein Import sie liest."""
    rows = await get_aktenplan(unit_of_work=access.units.for_actor(actor))
    content = await asyncio.to_thread(write_csv if art == "csv" else write_json, rows)
    day = access.clock.now().astimezone(BERLIN).date()
    return Response(
        content,
        media_type="text/csv; charset=utf-8" if art == "csv" else "application/json",
        headers={"Content-Disposition": f'attachment; filename="aktenplan-{actor.mandant}-{day}.{art}"'},
    )


async def _read(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MOST_BYTES:
            raise BodyTooLargeError(f"Ein Import darf höchstens {_MOST_BYTES} Bytes groß sein.")
    return bytes(body)


def _parse(request: Request, body: bytes) -> AktenplanDatei:
    message = email.message.Message()
    message["content-type"] = request.headers.get("content-type", "")
    kind = message.get_content_type()
    if kind == "text/csv":
        return read_csv(body)
    if kind == "application/json":
        return read_json(body)
    raise UnsupportedMediaTypeError("Erwartet wird text/csv oder application/json.")
