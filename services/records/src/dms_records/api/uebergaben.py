"""Handing over an Akte to another office."""

from uuid import UUID

from fastapi import Response

from dms_kit.web.conditional import IfMatch, check_if_match, etag_of
from dms_kit.web.problems import problem_responses
from dms_kit.web.routing import Router
from dms_records.api.dependencies import AccessDep, AkteHander
from dms_records.api.schemas.akte import AkteUebergabe, UebergebeneAkte
from dms_records.use_cases.hand_over_akte import HandOverAkte, hand_over_akte

router = Router(tags=["Akten"])


@router.post(
    "/api/v1/akten/{akte_id}/handover",
    summary="Akte an eine andere Organisationseinheit abgeben",
    responses=problem_responses(
        "if-match-fehlt",
        "etag-veraltet",
        "organisationseinheit-unbekannt",
        "organisationseinheit-geschlossen",
        "sammelakte-vorhanden",
    ),
)
async def hand_over_akte_endpoint(
    akte_id: UUID,
    body: AkteUebergabe,
    actor: AkteHander,
    access: AccessDep,
    response: Response,
    *,
    if_match: IfMatch = None,
) -> UebergebeneAkte:
    """Gibt eine Akte mit allem darin ab; ihr Aktenzeichen bleibt, und lesen darf sie danach die andere Einheit."""
    akte = await hand_over_akte(
        HandOverAkte(akte_id=akte_id, organisationseinheit=body.organisationseinheit, grund=body.grund),
        actor=actor,
        check_version=lambda version: check_if_match(if_match, etag_of(version)),
        scopes=access.scopes,
        unit_of_work=access.units.for_actor(actor),
        clock=access.clock,
    )
    response.headers["ETag"] = etag_of(akte.version)
    return UebergebeneAkte(
        id=akte.id,
        aktenzeichen=akte.aktenzeichen,
        federfuehrende_oe=body.organisationseinheit,
        etag=etag_of(akte.version),
    )
