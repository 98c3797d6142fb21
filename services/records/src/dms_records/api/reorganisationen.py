"""Reorganisations."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query, Response

from dms_kit.web.idempotency import IdempotencyKey
from dms_kit.web.pagination import CursorParam, Limit, Page
from dms_kit.web.problems import problem_responses
from dms_kit.web.routing import Router
from dms_records.api.dependencies import AccessDep, OrganisationWriter, PlanReader
from dms_records.api.idempotency import idempotency_of
from dms_records.api.lists import page_of, paging_of
from dms_records.api.schemas.reorganisation import NeueReorganisation, ReorganisationAntwort, ReorganisationEintrag
from dms_records.use_cases.list_reorganisationen import get_reorganisation, list_reorganisationen
from dms_records.use_cases.reorganise import Reorganise, reorganise

router = Router(tags=["Organisation"])


@router.get("/api/v1/reorganisationen", summary="Reorganisationen auflisten")
async def list_reorganisationen_endpoint(
    actor: PlanReader,
    access: AccessDep,
    *,
    sort: Annotated[
        Literal["-durchgefuehrt_am", "durchgefuehrt_am", "wirksam_ab", "-wirksam_ab"],
        Query(description="Feld, mit `-` absteigend."),
    ] = "-durchgefuehrt_am",
    limit: Limit = 50,
    cursor: CursorParam = None,
) -> Page[ReorganisationEintrag]:
    """Listet die durchgeführten Reorganisationen auf, die jüngste zuerst."""
    rows = await list_reorganisationen(paging_of(sort, limit, cursor), unit_of_work=access.units.for_actor(actor))
    return page_of(rows, ReorganisationEintrag.of, sort)


@router.post(
    "/api/v1/reorganisationen",
    status_code=201,
    summary="Reorganisieren",
    responses={
        200: {"model": ReorganisationAntwort, "description": "Das Ergebnis eines Probelaufs; nichts wurde geändert."},
        **problem_responses(
            "organisationseinheit-unbekannt",
            "organisationseinheit-vorhanden",
            "organisationseinheit-geschlossen",
            "organisationseinheit-kreis",
            "organisationseinheit-belegt",
            "aktenplaneinheit-unbekannt",
            "reorganisation-mehrdeutig",
            "reorganisation-unvollstaendig",
            "reorganisation-fremde-aktenplaneinheit",
            "zeitraum-ueberschneidet",
            "idempotenz-konflikt",
            "zwilling-laeuft",
        ),
    },
)
async def reorganise_endpoint(
    body: NeueReorganisation,
    actor: OrganisationWriter,
    access: AccessDep,
    response: Response,
    *,
    idempotency_key: IdempotencyKey = None,
) -> ReorganisationAntwort:
    """Legt zusammen, teilt auf, hängt um, benennt um, schließt: alles oder nichts; Aktenzeichen ändern sich nie."""
    key = idempotency_of(idempotency_key, actor, "reorganise", body, render=ReorganisationAntwort.of)
    reorganisation = await reorganise(
        Reorganise(
            schritte=[schritt.to_schritt() for schritt in body.schritte],
            grund=body.grund,
            wirksam_ab=body.wirksam_ab,
            probelauf=body.probelauf,
        ),
        unit_of_work=access.units.for_actor(actor, idempotency=key),
        clock=access.clock,
    )
    if body.probelauf:
        response.status_code = 200
    else:
        response.headers["Location"] = f"/api/v1/reorganisationen/{reorganisation.id}"
    return ReorganisationAntwort.of(reorganisation, probelauf=body.probelauf)


@router.get("/api/v1/reorganisationen/{reorganisation_id}", summary="Reorganisation lesen")
async def get_reorganisation_endpoint(
    reorganisation_id: UUID, actor: PlanReader, access: AccessDep
) -> ReorganisationAntwort:
    """Liest eine Reorganisation mit allem, was sie berührt hat."""
    row = await get_reorganisation(reorganisation_id, unit_of_work=access.units.for_actor(actor))
    return ReorganisationAntwort.of(row)
