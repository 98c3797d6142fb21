"""Anträge over HTTP."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

import orjson
from fastapi import Path, Query, Request, Response

from dms_ingest.api.dependencies import READ_OWN, Audience, Ingest, IngestParts
from dms_ingest.api.descriptions import ANTRAG_EXAMPLE, GET_DESCRIPTION, SUBMIT_BODY, SUBMIT_DESCRIPTION
from dms_ingest.api.schemas import (
    AntragAntwort,
    AntragListenzeile,
    AntragQuittiert,
    show_antrag,
    show_listenzeile,
    show_quittiert,
)
from dms_ingest.api.upload import Upload, UploadLimits, receive_upload
from dms_ingest.domain.anlage import AnlageDatei
from dms_ingest.domain.antrag import Antrag
from dms_ingest.domain.errors import AntragTooLargeError
from dms_ingest.use_cases.get_antrag import get_antrag
from dms_ingest.use_cases.list_antraege import list_antraege
from dms_ingest.use_cases.receive_anlage import receive_anlage
from dms_ingest.use_cases.submit_antrag import SubmitAntrag, submit_antrag
from dms_kit.core.actor import Actor
from dms_kit.core.errors import MalformedRequestError
from dms_kit.core.idempotency import Idempotency
from dms_kit.core.text import normalise
from dms_kit.ports.object_store import ObjectWriter
from dms_kit.web.conditional import IfNoneMatch, etag_of, matches_none
from dms_kit.web.digests import checked, sent_digests
from dms_kit.web.errors import UnsupportedMediaTypeError
from dms_kit.web.idempotency import RequiredIdempotencyKey
from dms_kit.web.multipart import MultipartReader
from dms_kit.web.pagination import CursorParam, Limit, Page, decode_cursor, encode_cursor
from dms_kit.web.problems import problem_responses
from dms_kit.web.routing import Router
from dms_kit.web.security import Caller, requires

PATH = "/api/v1/antraege"
_OPERATION = "submit_antrag"

AntragId = Annotated[UUID, Path(alias="id", description="Kennung des Antrags.")]

router = Router(tags=["Anträge"])


@router.post(
    PATH,
    status_code=201,
    response_model=AntragQuittiert,
    summary="Antrag einreichen",
    description=SUBMIT_DESCRIPTION,
    operation_id="submit_antrag",
    openapi_extra={"requestBody": SUBMIT_BODY},
    responses={
        201: {"description": "Angenommen; `Location` nennt den Antrag.", "content": ANTRAG_EXAMPLE},
        **problem_responses(
            "anfrage-unlesbar",
            "antrag-zu-gross",
            "eingabe-ungueltig",
            "idempotenz-konflikt",
            "medientyp-nicht-unterstuetzt",
            "nicht-verfuegbar",
            "speicher-voll",
            "zwilling-laeuft",
        ),
    },
)
async def post_antrag(
    request: Request,
    actor: Annotated[Actor, requires("antrag:submit")],
    ingest: IngestParts,
    idempotency_key: RequiredIdempotencyKey,
) -> Response:
    reader = _reader(request, ingest.limits)
    async with ingest.turns:
        known = await ingest.answered.is_answered(
            mandant=actor.mandant, client=actor.client, operation=_OPERATION, key=idempotency_key
        )
    upload = await _received(reader, ingest, actor, writer=ingest.discard if known else ingest.store)
    idempotency = Idempotency(
        client=actor.client,
        operation=_OPERATION,
        key=idempotency_key,
        fingerprint=_fingerprint(upload),
        status=201,
        render=_render,
        lives_forever=True,
        is_unanswered=not known,
    )
    async with ingest.turns:
        antrag = await submit_antrag(
            _command(upload),
            actor=actor,
            unit_of_work=ingest.units.for_actor(actor, idempotency=idempotency),
            signer=ingest.signer,
            issuer=ingest.issuer,
            clock=ingest.clock,
        )
    headers = {"Location": f"{PATH}/{antrag.id}", "ETag": etag_of(antrag.version)}
    return Response(_render(antrag), status_code=201, media_type="application/json", headers=headers)


@router.get(
    PATH,
    summary="Eigene Anträge",
    description="Zeigt, was der Client selbst eingereicht hat, das Neueste zuerst.",
    operation_id="list_antraege",
    responses=problem_responses("eingabe-ungueltig"),
)
async def get_antraege(
    actor: Annotated[Actor, requires(READ_OWN)],
    ingest: IngestParts,
    externe_referenz: Annotated[
        str | None, Query(max_length=200, description="Nur Anträge mit dieser Referenz des Portals.")
    ] = None,
    limit: Limit = 50,
    cursor: CursorParam = None,
) -> Page[AntragListenzeile]:
    found = await list_antraege(
        client=actor.client,
        externe_referenz=externe_referenz,
        before=decode_cursor(cursor, {"id": UUID})["id"] if cursor else None,
        limit=limit + 1,
        unit_of_work=ingest.units.for_actor(actor),
    )
    more = encode_cursor({"id": found[limit - 1].id}) if len(found) > limit else None
    return Page(items=[show_listenzeile(antrag) for antrag in found[:limit]], next=more)


@router.get(
    f"{PATH}/{{id}}",
    response_model=AntragAntwort,
    summary="Antrag und Verlauf",
    description=GET_DESCRIPTION,
    operation_id="get_antrag",
    responses={
        304: {"description": "Unverändert seit dem genannten ETag."},
        **problem_responses("keine-berechtigung", "nicht-gefunden"),
    },
)
async def get_antrag_by_id(
    antrag_id: AntragId,
    actor: Caller,
    audience: Audience,
    ingest: IngestParts,
    if_none_match: IfNoneMatch = None,
) -> Response:
    antrag = await get_antrag(antrag_id, audience=audience, unit_of_work=ingest.units.for_actor(actor))
    headers = {"ETag": etag_of(antrag.version)}
    if matches_none(if_none_match, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(show_antrag(antrag).model_dump_json(), media_type="application/json", headers=headers)


@router.get(
    f"{PATH}/{{id}}/quittung",
    response_class=Response,
    summary="Quittung",
    description="Wie sie beim Eingang gegeben wurde; die Schlüssel stehen in `/.well-known/jwks.json`.",
    operation_id="get_quittung",
    responses={
        200: {
            "description": "JWS in kompakter Form.",
            "content": {"application/jose": {"schema": {"type": "string"}, "example": "eyJhbGciOiJFUzI1NiIs…"}},
        },
        **problem_responses("keine-berechtigung", "nicht-gefunden"),
    },
)
async def get_quittung(antrag_id: AntragId, actor: Caller, audience: Audience, ingest: IngestParts) -> Response:
    antrag = await get_antrag(antrag_id, audience=audience, unit_of_work=ingest.units.for_actor(actor))
    return Response(antrag.quittung, media_type="application/jose", headers={"Cache-Control": "private, no-store"})


def _reader(request: Request, limits: UploadLimits) -> MultipartReader:
    """Refuse by the headers what can be refused by them, before a byte of the body is asked for."""
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise UnsupportedMediaTypeError("Content-Encoding wird hier nicht unterstützt.")
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared[:20]) > limits.max_body_bytes:
        raise _too_large(limits)
    stream = checked(_counted(request.stream(), limits), sent_digests(request.headers))
    return MultipartReader(stream, request.headers.get("content-type"))


async def _counted(stream: AsyncIterator[bytes], limits: UploadLimits) -> AsyncIterator[bytes]:
    size = 0
    async for chunk in stream:
        size += len(chunk)
        if size > limits.max_body_bytes:
            raise _too_large(limits)
        yield chunk


def _too_large(limits: UploadLimits) -> AntragTooLargeError:
    return AntragTooLargeError(f"Die Dateien dürfen zusammen höchstens {limits.max_total_bytes} Bytes groß sein.")


async def _received(reader: MultipartReader, ingest: Ingest, actor: Actor, *, writer: ObjectWriter) -> Upload:
    async def keep(chunks: AsyncIterator[bytes], name: str) -> AnlageDatei:
        return await receive_anlage(chunks, dateiname=name, mandant=actor.mandant, writer=writer, types=ingest.types)

    seconds = ingest.limits.max_upload_seconds
    try:
        async with asyncio.timeout(seconds):
            return await receive_upload(reader, ingest.limits, keep)
    except TimeoutError as error:
        raise MalformedRequestError(f"Das Hochladen hat länger als {seconds} Sekunden gedauert.") from error


def _command(upload: Upload) -> SubmitAntrag:
    eingabe = upload.eingabe
    referenz = eingabe.externe_referenz
    return SubmitAntrag(
        leistung_schluessel=eingabe.leistung.schluessel,
        leistung_bezeichnung=normalise(eingabe.leistung.bezeichnung),
        region=eingabe.region,
        betreff=normalise(eingabe.betreff),
        externe_referenz=None if referenz is None else normalise(referenz),
        formular=upload.formular,
        dateien=upload.dateien,
        nennungen=eingabe.nennungen(),
    )


def _fingerprint(upload: Upload) -> str:
    """Digest what "same body" means: the bytes of `antrag` and the multiset of (file name, SHA-256)."""
    files = sorted((datei.dateiname_original, datei.objekt.sha256) for datei in upload.dateien)
    return hashlib.sha256(orjson.dumps([upload.formular.sha256, files])).hexdigest()


def _render(antrag: Antrag) -> bytes:
    return show_quittiert(antrag).model_dump_json().encode()
