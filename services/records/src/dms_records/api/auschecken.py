"""Checking Dokumente out."""

from datetime import timedelta
from uuid import UUID

from fastapi import Response

from dms_kit.web.conditional import IfMatch
from dms_kit.web.problems import problem_responses
from dms_kit.web.routing import Router
from dms_records.api.acts import version_check
from dms_records.api.answers import answered
from dms_records.api.dependencies import Access, AccessDep, SchriftgutLeader, SchriftgutWriter
from dms_records.api.schemas.dokument import Auschecken, Brechen, Dokument
from dms_records.use_cases.break_checkout import BreakCheckout, break_checkout
from dms_records.use_cases.check_out_dokument import CheckOutDokument, check_out_dokument
from dms_records.use_cases.release_checkout import release_checkout
from dms_records.use_cases.renew_checkout import RenewCheckout, renew_checkout

router = Router(tags=["Dokumente"])
_PATH = "/api/v1/dokumente/{dokument_id}"
_ACT = ("if-match-fehlt", "etag-veraltet")


@router.post(
    f"{_PATH}/checkout",
    summary="Dokument auschecken",
    responses=problem_responses(*_ACT, "dokument-ausgecheckt", "schriftgut-zda"),
)
async def check_out(
    dokument_id: UUID,
    actor: SchriftgutWriter,
    access: AccessDep,
    response: Response,
    *,
    body: Auschecken | None = None,
    if_match: IfMatch = None,
) -> Dokument:
    """
    Nur Sie können bis zum Ende der Frist eine neue Version einchecken; lesen können alle weiterhin.

    Nach der Frist endet das Auschecken von selbst. Wer das Dokument hält, bekommt auf eine Wiederholung wieder 200.
    """
    row = await check_out_dokument(
        CheckOutDokument(dokument_id=dokument_id, dauer=_dauer(body, access)),
        actor=actor,
        check_version=version_check(if_match),
        scopes=access.scopes,
        unit_of_work=access.units.for_actor(actor),
        clock=access.clock,
    )
    return answered(row, access, response)


@router.post(
    f"{_PATH}/renew",
    summary="Auschecken verlängern",
    responses=problem_responses(
        *_ACT, "auschecken-abgelaufen", "dokument-ausgecheckt", "dokument-nicht-ausgecheckt", "schriftgut-zda"
    ),
)
async def renew(
    dokument_id: UUID,
    actor: SchriftgutWriter,
    access: AccessDep,
    response: Response,
    *,
    body: Auschecken | None = None,
    if_match: IfMatch = None,
) -> Dokument:
    """Verlängert das eigene Auschecken, solange es nicht abgelaufen ist; die Frist zählt von jetzt an."""
    row = await renew_checkout(
        RenewCheckout(dokument_id=dokument_id, dauer=_dauer(body, access)),
        actor=actor,
        check_version=version_check(if_match),
        scopes=access.scopes,
        unit_of_work=access.units.for_actor(actor),
        clock=access.clock,
    )
    return answered(row, access, response)


@router.post(
    f"{_PATH}/release",
    summary="Auschecken zurückgeben",
    responses=problem_responses(*_ACT, "auschecken-abgelaufen", "dokument-ausgecheckt", "dokument-nicht-ausgecheckt"),
)
async def release(
    dokument_id: UUID, actor: SchriftgutWriter, access: AccessDep, response: Response, *, if_match: IfMatch = None
) -> Dokument:
    """Beendet das eigene Auschecken ohne neue Version."""
    row = await release_checkout(
        dokument_id,
        actor=actor,
        check_version=version_check(if_match),
        scopes=access.scopes,
        unit_of_work=access.units.for_actor(actor),
        clock=access.clock,
    )
    return answered(row, access, response)


@router.post(
    f"{_PATH}/break",
    summary="Auschecken einer anderen Person beenden",
    responses=problem_responses(*_ACT, "dokument-nicht-ausgecheckt"),
)
async def break_it(
    dokument_id: UUID,
    actor: SchriftgutLeader,
    access: AccessDep,
    response: Response,
    *,
    body: Brechen,
    if_match: IfMatch = None,
) -> Dokument:
    """Die Leitung gibt ein Dokument frei, das jemand ausgecheckt hat; der Grund steht im Protokoll."""
    row = await break_checkout(
        BreakCheckout(dokument_id=dokument_id, grund=body.grund),
        actor=actor,
        check_version=version_check(if_match),
        scopes=access.scopes,
        unit_of_work=access.units.for_actor(actor),
        clock=access.clock,
    )
    return answered(row, access, response)


def _dauer(body: Auschecken | None, access: Access) -> timedelta:
    minutes = body.dauer_minuten if body is not None else None
    return access.checkout if minutes is None else timedelta(minutes=minutes)
