"""Checking Dokumente out."""

from datetime import timedelta
from uuid import UUID

from dms_kit.web.problems import problem_responses
from dms_kit.web.routing import Router
from dms_records.api.answers import DokumentActingDep
from dms_records.api.dependencies import Access, SchriftgutLeader, SchriftgutWriter
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
    dokument_id: UUID, actor: SchriftgutWriter, acting: DokumentActingDep, body: Auschecken | None = None
) -> Dokument:
    """
    Nur Sie können bis zum Ende der Frist eine neue Version einchecken; lesen können alle weiterhin.

    Nach der Frist endet das Auschecken von selbst. Wer das Dokument hält, bekommt auf eine Wiederholung wieder 200.
    """
    row = await check_out_dokument(
        CheckOutDokument(dokument_id=dokument_id, dauer=_dauer(body, acting.access)),
        actor=actor,
        check_version=acting.check_version,
        scopes=acting.access.scopes,
        unit_of_work=acting.access.units.for_actor(actor),
        clock=acting.access.clock,
    )
    return acting.answer(row)


@router.post(
    f"{_PATH}/renew",
    summary="Auschecken verlängern",
    responses=problem_responses(
        *_ACT, "auschecken-abgelaufen", "dokument-ausgecheckt", "dokument-nicht-ausgecheckt", "schriftgut-zda"
    ),
)
async def renew(
    dokument_id: UUID, actor: SchriftgutWriter, acting: DokumentActingDep, body: Auschecken | None = None
) -> Dokument:
    """Verlängert das eigene Auschecken, solange es nicht abgelaufen ist; die Frist zählt von jetzt an."""
    row = await renew_checkout(
        RenewCheckout(dokument_id=dokument_id, dauer=_dauer(body, acting.access)),
        actor=actor,
        check_version=acting.check_version,
        scopes=acting.access.scopes,
        unit_of_work=acting.access.units.for_actor(actor),
        clock=acting.access.clock,
    )
    return acting.answer(row)


@router.post(
    f"{_PATH}/release",
    summary="Auschecken zurückgeben",
    responses=problem_responses(*_ACT, "auschecken-abgelaufen", "dokument-ausgecheckt", "dokument-nicht-ausgecheckt"),
)
async def release(dokument_id: UUID, actor: SchriftgutWriter, acting: DokumentActingDep) -> Dokument:
    """Beendet das eigene Auschecken ohne neue Version."""
    row = await release_checkout(
        dokument_id,
        actor=actor,
        check_version=acting.check_version,
        scopes=acting.access.scopes,
        unit_of_work=acting.access.units.for_actor(actor),
        clock=acting.access.clock,
    )
    return acting.answer(row)


@router.post(
    f"{_PATH}/break",
    summary="Auschecken einer anderen Person beenden",
    responses=problem_responses(*_ACT, "dokument-nicht-ausgecheckt"),
)
async def break_it(dokument_id: UUID, actor: SchriftgutLeader, acting: DokumentActingDep, body: Brechen) -> Dokument:
    """Die Leitung gibt ein Dokument frei, das jemand ausgecheckt hat; der Grund steht im Protokoll."""
    row = await break_checkout(
        BreakCheckout(dokument_id=dokument_id, grund=body.grund),
        actor=actor,
        check_version=acting.check_version,
        scopes=acting.access.scopes,
        unit_of_work=acting.access.units.for_actor(actor),
        clock=acting.access.clock,
    )
    return acting.answer(row)


def _dauer(body: Auschecken | None, access: Access) -> timedelta:
    minutes = body.dauer_minuten if body is not None else None
    return access.checkout if minutes is None else timedelta(minutes=minutes)
