"""Dokumente made by hand: drafts, their registration, final versions, deletion."""

from uuid import UUID

from fastapi import Response

from dms_kit.core.actor import Actor
from dms_kit.web.conditional import IfMatch
from dms_kit.web.idempotency import IdempotencyKey
from dms_kit.web.problems import problem_responses
from dms_kit.web.routing import Router
from dms_records.api.acts import idempotency_of, version_check
from dms_records.api.answers import DokumentActingDep, answered, rendered
from dms_records.api.dependencies import AccessDep, SchriftgutWriter
from dms_records.api.receiving import Receiving, ReceivingDep, form_body, receive_form, said_of, upload_of
from dms_records.api.schemas.dokument import Dokument
from dms_records.api.schriftgut_answers import REPEATED
from dms_records.use_cases.create_dokument import OPERATION, CreateDokument, create_dokument
from dms_records.use_cases.delete_dokument import DeleteDokument, delete_dokument
from dms_records.use_cases.freeze_dokument import freeze_dokument
from dms_records.use_cases.prepare_create import prepare_create
from dms_records.use_cases.register_dokument import register_dokument

router = Router(tags=["Dokumente"])
_PATH = "/api/v1/dokumente/{dokument_id}"
_ACT = ("if-match-fehlt", "etag-veraltet", "schriftgut-zda")
_TEXTS = {"titel": 500, "kommentar": 1000}
_FORM = form_body(
    {
        "titel": {"type": "string", "maxLength": 500, "description": "Ohne Angabe der Dateiname."},
        "kommentar": {"type": "string", "maxLength": 1000, "description": "Zur ersten Version."},
    }
)


@router.post(
    "/api/v1/vorgaenge/{vorgang_id}/dokumente",
    status_code=201,
    summary="Dokument anlegen",
    openapi_extra=_FORM,
    responses=problem_responses(
        "anfrage-unlesbar",
        "anfrage-zu-gross",
        "eingabe-ungueltig",
        "medientyp-nicht-unterstuetzt",
        "schriftgut-zda",
        "speicher-voll",
        "upload-unvollstaendig",
    ),
)
async def create(
    vorgang_id: UUID,
    actor: SchriftgutWriter,
    access: AccessDep,
    receiving: ReceivingDep,
    response: Response,
    *,
    idempotency_key: IdempotencyKey = None,
) -> Dokument:
    """
    Legt einen Entwurf in einem Vorgang an: ein Teil `datei` (oder `upload_id`), wenn gewünscht `titel` und `kommentar`.

    Sein Aktenzeichen bekommt er, wenn er registriert wird.
    """
    unit_of_work = access.units.for_actor(actor)
    is_repeated = await prepare_create(
        vorgang_id, key=idempotency_key, actor=actor, scopes=access.scopes, unit_of_work=unit_of_work
    )
    command = await _received(vorgang_id, receiving, actor, is_repeated=is_repeated)
    said = (vorgang_id, command.titel, command.kommentar, said_of(command.datei), command.upload_id)
    key = idempotency_of(idempotency_key, actor, OPERATION, *said, render=rendered(access), status=201)
    row = await create_dokument(
        command,
        actor=actor,
        scopes=access.scopes,
        unit_of_work=access.units.for_actor(actor, idempotency=key),
        clock=access.clock,
    )
    response.headers["Location"] = f"/api/v1/dokumente/{row.id}"
    return answered(row, access, response)


@router.post(
    f"{_PATH}/register",
    summary="Dokument registrieren",
    responses=problem_responses(*_ACT, *REPEATED, "schriftgut-entwurf", "schriftgut-registriert"),
)
async def register(
    dokument_id: UUID,
    actor: SchriftgutWriter,
    access: AccessDep,
    response: Response,
    *,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> Dokument:
    """Gibt einem Entwurf sein Aktenzeichen; von da an wird er nicht mehr gelöscht."""
    key = idempotency_of(idempotency_key, actor, "register_dokument", dokument_id, render=rendered(access))
    row = await register_dokument(
        dokument_id,
        actor=actor,
        check_version=version_check(if_match),
        scopes=access.scopes,
        unit_of_work=access.units.for_actor(actor, idempotency=key),
        clock=access.clock,
    )
    return answered(row, access, response)


@router.post(
    f"{_PATH}/freeze",
    summary="Aktuelle Version für endgültig erklären",
    responses=problem_responses(*_ACT, "dokument-ausgecheckt", "inhalt-gesperrt", "version-endgueltig"),
)
async def freeze(dokument_id: UUID, actor: SchriftgutWriter, acting: DokumentActingDep) -> Dokument:
    """
    Die aktuelle Version wird nie wieder geändert und nie gelöscht; eine weitere Version kann ihr folgen.

    Wer sie für endgültig erklärt hat, bekommt auf eine Wiederholung wieder 200.
    """
    row = await freeze_dokument(
        dokument_id,
        actor=actor,
        check_version=acting.check_version,
        scopes=acting.access.scopes,
        unit_of_work=acting.access.units.for_actor(actor),
        clock=acting.access.clock,
    )
    return acting.answer(row)


@router.delete(
    _PATH,
    status_code=204,
    summary="Entwurf löschen",
    responses=problem_responses(*_ACT, "dokument-ausgecheckt", "dokument-endgueltig", "dokument-registriert"),
)
async def delete(
    dokument_id: UUID, actor: SchriftgutWriter, access: AccessDep, *, if_match: IfMatch = None
) -> Response:
    """Legt einen Entwurf in den Papierkorb, aus dem er bis zum Ende der Frist zurückgeholt werden kann."""
    await delete_dokument(
        DeleteDokument(dokument_id=dokument_id, frist=access.papierkorb),
        actor=actor,
        check_version=version_check(if_match),
        scopes=access.scopes,
        unit_of_work=access.units.for_actor(actor),
        clock=access.clock,
    )
    return Response(status_code=204)


async def _received(vorgang_id: UUID, receiving: Receiving, actor: Actor, *, is_repeated: bool) -> CreateDokument:
    keep = receiving.keep(actor.mandant, is_repeated=is_repeated)
    form = await receive_form(receiving.request, texts=_TEXTS, keep=keep, max_bytes=receiving.max_bytes)
    titel, kommentar = (form.texts.get(name, "").strip() or None for name in ("titel", "kommentar"))
    return CreateDokument(
        vorgang_id=vorgang_id, titel=titel, datei=form.datei, upload_id=upload_of(form), kommentar=kommentar
    )
