"""Files in parts, with resume: the words of the IETF draft "Resumable Uploads for HTTP"."""

import hashlib
from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from fastapi import Header, Request, Response
from starlette.requests import ClientDisconnect

from dms_kit.core.actor import Actor
from dms_kit.core.errors import InvalidInputError
from dms_kit.core.text import safe_filename
from dms_kit.web.digests import sent_digests
from dms_kit.web.errors import UnsupportedMediaTypeError
from dms_kit.web.idempotency import IdempotencyKey
from dms_kit.web.problems import problem_of, problem_responses
from dms_kit.web.routing import Router
from dms_records.api.acts import idempotency_of
from dms_records.api.dependencies import Access, AccessDep, SchriftgutWriter
from dms_records.api.receiving import ReceivingDep
from dms_records.api.schemas.upload import NeuerUpload, Upload
from dms_records.domain.upload import Upload as DomainUpload
from dms_records.domain.upload import UploadTeil
from dms_records.domain.upload_errors import UploadOffsetError, UploadTooLongError
from dms_records.use_cases.append_upload import append_upload
from dms_records.use_cases.complete_upload import complete_upload
from dms_records.use_cases.create_upload import CreateUpload, create_upload
from dms_records.use_cases.delete_upload import delete_upload
from dms_records.use_cases.get_upload import get_upload
from dms_records.use_cases.receive_antrag import SERVICE
from dms_records.use_cases.rewind_upload import rewind_upload

router = Router(tags=["Uploads"])
_PATH = "/api/v1/uploads"
_ONE = f"{_PATH}/{{upload_id}}"
_TYPES = {"application/octet-stream", "application/partial-upload", "application/offset+octet-stream"}
_BODY = {
    "requestBody": {
        "required": False,
        "content": {
            "application/octet-stream": {"schema": {"type": "string", "contentMediaType": "application/octet-stream"}}
        },
    }
}
Offset = Annotated[
    int,
    Header(alias="Upload-Offset", ge=0, le=2**53, description="Das erste Byte des Inhalts, von 0 an gezählt."),
]


@router.post(
    _PATH,
    status_code=201,
    summary="Upload in Teilen beginnen",
    responses=problem_responses("anfrage-zu-gross", "idempotenz-konflikt", "zwilling-laeuft"),
)
async def create(
    body: NeuerUpload,
    actor: SchriftgutWriter,
    access: AccessDep,
    receiving: ReceivingDep,
    response: Response,
    *,
    idempotency_key: IdempotencyKey = None,
) -> Upload:
    """
    Für große Dateien und unsichere Leitungen: Teile mit `PATCH` senden, nach einem Abbruch mit `HEAD` fragen, wie viel
    da ist, und dort weitermachen. Der fertige Upload wird beim Anlegen oder Einchecken als `upload_id` genannt.
    """
    receiving.check_size(body.groesse)
    key = idempotency_of(idempotency_key, actor, "create_upload", body.model_dump(), render=_render, status=201)
    upload = await create_upload(
        CreateUpload(
            dateiname=safe_filename(body.dateiname),
            groesse=body.groesse,
            sha256=body.sha256,
            frist=access.upload,
        ),
        actor=actor,
        unit_of_work=access.units.for_actor(actor, idempotency=key),
        clock=access.clock,
    )
    response.headers.update({"Location": f"{_PATH}/{upload.id}", **_headers(upload)})
    return Upload.of(upload)


@router.head(_ONE, include_in_schema=False)
@router.get(_ONE, summary="Stand eines Uploads")
async def get(upload_id: UUID, actor: SchriftgutWriter, access: AccessDep, response: Response) -> Upload:
    """Sagt, wie viele Bytes da sind; `HEAD` sagt dasselbe in `Upload-Offset` und `Upload-Complete`."""
    unit_of_work = access.units.for_actor(actor)
    upload = await get_upload(upload_id, actor=actor, unit_of_work=unit_of_work, clock=access.clock)
    response.headers.update(_headers(upload))
    return Upload.of(upload)


@router.patch(
    _ONE,
    summary="Teil eines Uploads senden",
    openapi_extra=_BODY,
    response_model=Upload,
    responses=problem_responses(
        "anfrage-unlesbar",
        "eingabe-ungueltig",
        "medientyp-nicht-unterstuetzt",
        "speicher-voll",
        "upload-offset",
        "upload-pruefsumme",
        "upload-zu-lang",
    ),
)
async def append(
    request: Request,
    upload_id: UUID,
    actor: SchriftgutWriter,
    access: AccessDep,
    receiving: ReceivingDep,
    *,
    upload_offset: Offset,
) -> Response:
    """
    Die nächsten Bytes; `Content-Digest` (sha-256, sha-512) gilt für diesen Teil. Mit dem letzten Byte wird die Datei
    zusammengesetzt und ihre Prüfsumme mit der angekündigten verglichen. Ein leerer Teil am Ende holt das nach.
    """
    media_type = request.headers.get("content-type", "application/octet-stream").partition(";")[0].strip().lower()
    if media_type not in _TYPES or request.headers.get("content-encoding", "identity").lower() != "identity":
        raise UnsupportedMediaTypeError("Erwartet wird application/octet-stream ohne Content-Encoding.")
    unit_of_work = access.units.for_actor(actor)
    upload = await get_upload(upload_id, actor=actor, unit_of_work=unit_of_work, clock=access.clock)
    try:
        upload.check_next(upload_offset)
        upload = await _received(_Teile(request, receiving.part_bytes), upload, actor, access)
        if upload.objekt_key is None and upload.angekommen == upload.groesse:
            upload = await complete_upload(
                upload,
                actor=actor,
                unit_of_work=unit_of_work,
                store=access.serving.store,
                types=receiving.types,
                clock=access.clock,
            )
    except UploadOffsetError as error:
        answer = problem_of(request, error)
        answer.headers["Upload-Offset"] = str(error.members["offset"])
        return answer
    return Response(_render(upload), media_type="application/json", headers=_headers(upload))


@router.delete(_ONE, status_code=204, summary="Upload aufgeben")
async def delete(upload_id: UUID, actor: SchriftgutWriter, access: AccessDep) -> Response:
    """Vergisst einen Upload, der nicht mehr gebraucht wird."""
    await delete_upload(upload_id, actor=actor, unit_of_work=access.units.for_actor(actor), clock=access.clock)
    return Response(status_code=204)


async def _received(teile: "_Teile", upload: DomainUpload, actor: Actor, access: Access) -> DomainUpload:
    begun, unit_of_work = upload.angekommen, access.units.for_actor(actor)
    while await teile.has_more():
        left = upload.groesse - upload.angekommen
        if not left:
            raise UploadTooLongError
        stored = await access.serving.store.put(upload.mandant, SERVICE, teile.next(left))
        teil = UploadTeil(
            mandant=upload.mandant,
            upload_id=upload.id,
            start=upload.angekommen,
            groesse=stored.size,
            sha256=stored.sha256,
            sha512=stored.sha512,
            blocks=stored.blocks,
            objekt_key=stored.key,
        )
        upload = await append_upload(teil, actor=actor, unit_of_work=unit_of_work, clock=access.clock)
    if teile.failure is not None:
        raise teile.failure
    if not teile.is_as_hashed():
        await rewind_upload(upload.id, begun, actor=actor, unit_of_work=unit_of_work, clock=access.clock)
        raise InvalidInputError("Die Prüfsumme passt nicht zum gesendeten Inhalt.")
    return upload


class _Teile:
    """Cuts the content of a request; when the client goes away, what came so far is a part too."""

    def __init__(self, request: Request, part_bytes: int) -> None:
        self._stream = request.stream()
        self._part_bytes = part_bytes
        self._sent = sent_digests(request.headers)
        self._hashes = {name: hashlib.new(name.replace("-", "")) for name in self._sent}
        self._rest = b""
        self.failure: ClientDisconnect | None = None

    async def has_more(self) -> bool:
        self._rest = await self._take()
        return bool(self._rest)

    async def next(self, most: int) -> AsyncIterator[bytes]:
        left = min(most, self._part_bytes)
        while left and (chunk := await self._take()):
            head, self._rest = chunk[:left], chunk[left:]
            left -= len(head)
            yield head

    def is_as_hashed(self) -> bool:
        return all(self._hashes[name].digest() == digest for name, digest in self._sent.items())

    async def _take(self) -> bytes:
        chunk, self._rest = self._rest, b""
        while not chunk and self.failure is None:
            try:
                read = await anext(self._stream, None)
            except ClientDisconnect as error:
                self.failure = error
                return b""
            if read is None:
                return b""
            chunk = read
            for running in self._hashes.values():
                running.update(chunk)
        return chunk


def _headers(upload: DomainUpload) -> dict[str, str]:
    return {
        "Upload-Offset": str(upload.angekommen),
        "Upload-Length": str(upload.groesse),
        "Upload-Complete": "?1" if upload.objekt_key is not None else "?0",
        "Cache-Control": "no-store",
    }


def _render(upload: DomainUpload) -> bytes:
    return Upload.of(upload).model_dump_json().encode()
