"""Checking Dokumente in."""

from uuid import UUID

from fastapi import Response

from dms_kit.core.actor import Actor
from dms_kit.web.conditional import IfMatch
from dms_kit.web.idempotency import IdempotencyKey
from dms_kit.web.problems import problem_responses
from dms_kit.web.routing import Router
from dms_records.api.acts import idempotency_of, version_check
from dms_records.api.answers import answered, rendered
from dms_records.api.dependencies import Access, AccessDep, SchriftgutWriter
from dms_records.api.schemas.dokument import Dokument
from dms_records.api.upload import Receiving, ReceivingDep, form_body, receive_form, required
from dms_records.use_cases.check_in_dokument import CheckInDokument, check_in_dokument
from dms_records.use_cases.ports import CheckVersion
from dms_records.use_cases.prepare_checkin import OPERATION, PrepareCheckin, prepare_checkin
from dms_records.use_cases.queries import DokumentRow

router = Router(tags=["Dokumente"])
_TEXTS = {"kommentar": 1000}
_FORM = form_body({"kommentar": {"type": "string", "maxLength": 1000, "description": "Was geändert wurde."}})


@router.post(
    "/api/v1/dokumente/{dokument_id}/checkin",
    summary="Neue Version einchecken",
    openapi_extra=_FORM,
    responses=problem_responses(
        "if-match-fehlt",
        "etag-veraltet",
        "anfrage-unlesbar",
        "anfrage-zu-gross",
        "auschecken-abgelaufen",
        "dokument-ausgecheckt",
        "dokument-nicht-ausgecheckt",
        "eingabe-ungueltig",
        "medientyp-nicht-unterstuetzt",
        "schriftgut-zda",
        "speicher-voll",
    ),
)
async def check_in(
    dokument_id: UUID,
    actor: SchriftgutWriter,
    access: AccessDep,
    receiving: ReceivingDep,
    response: Response,
    *,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> Dokument:
    """
    Ein Teil `datei` und, wenn gewünscht, ein Teil `kommentar`; die neue Version ist unveränderlich und die aktuelle.

    Damit endet das Auschecken. Was abzulehnen ist, wird abgelehnt, bevor die Datei gelesen wird. `Content-Digest` oder
    `Repr-Digest` (sha-256, sha-512) werden an der Anfrage und am Teil `datei` geprüft, wenn sie mitkommen.
    """
    check_version = version_check(if_match)
    is_repeated = await prepare_checkin(
        PrepareCheckin(dokument_id=dokument_id, key=idempotency_key),
        actor=actor,
        check_version=check_version,
        scopes=access.scopes,
        unit_of_work=access.units.for_actor(actor),
        clock=access.clock,
    )
    command = await _received(dokument_id, receiving, actor, is_repeated=is_repeated)
    row = await _check_in(command, actor, access, check_version, key=idempotency_key)
    return answered(row, access, response)


async def _received(dokument_id: UUID, receiving: Receiving, actor: Actor, *, is_repeated: bool) -> CheckInDokument:
    keep = receiving.keep(actor.mandant, is_repeated=is_repeated)
    form = await receive_form(receiving.request, texts=_TEXTS, keep=keep, max_bytes=receiving.max_bytes)
    kommentar = form.texts.get("kommentar", "").strip() or None
    return CheckInDokument(dokument_id=dokument_id, datei=required(form), kommentar=kommentar)


async def _check_in(
    command: CheckInDokument, actor: Actor, access: Access, check_version: CheckVersion, *, key: str | None
) -> DokumentRow:
    said = (command.dokument_id, command.datei.dateiname, command.datei.sha256, command.kommentar)
    idempotency = idempotency_of(key, actor, OPERATION, *said, render=rendered(access))
    return await check_in_dokument(
        command,
        actor=actor,
        check_version=check_version,
        scopes=access.scopes,
        unit_of_work=access.units.for_actor(actor, idempotency=idempotency),
        clock=access.clock,
    )
