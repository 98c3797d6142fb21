"""Offices, and who is responsible for what."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query, Response

from dms_kit.web.conditional import IfMatch, check_if_match, etag_of
from dms_kit.web.idempotency import IdempotencyKey
from dms_kit.web.pagination import CursorParam, Limit, Page
from dms_kit.web.problems import problem_responses
from dms_kit.web.routing import Router
from dms_records.api.dependencies import AccessDep, OrganisationWriter, PlanReader
from dms_records.api.idempotency import idempotency_of
from dms_records.api.lists import page_of, paging_of
from dms_records.api.schemas.fields import Day
from dms_records.api.schemas.organisation import (
    NeueOrganisationseinheit,
    Organisationseinheit,
    OrganisationseinheitAenderung,
    OrganisationseinheitHistorie,
    OrganisationseinheitSchliessung,
)
from dms_records.api.schriftgut_filter import Part
from dms_records.use_cases.change_organisationseinheit import ChangeOrganisationseinheit, change_organisationseinheit
from dms_records.use_cases.close_organisationseinheit import CloseOrganisationseinheit, close_organisationseinheit
from dms_records.use_cases.create_organisationseinheit import CreateOrganisationseinheit, create_organisationseinheit
from dms_records.use_cases.get_organisationseinheit import get_organisationseinheit, list_organisationseinheit_historie
from dms_records.use_cases.list_organisationseinheiten import list_organisationseinheiten
from dms_records.use_cases.queries import OrganisationseinheitFilter

router = Router(tags=["Organisation"])
StandSort = Annotated[Literal["stand", "-stand"], Query(description="Feld, mit `-` absteigend.")]
_ONE = "/api/v1/organisationseinheiten/{organisationseinheit_id}"
_PLACES = ("organisationseinheit-unbekannt", "organisationseinheit-geschlossen")


@router.get("/api/v1/organisationseinheiten", summary="Organisationseinheiten auflisten")
async def list_organisationseinheiten_endpoint(
    actor: PlanReader,
    access: AccessDep,
    *,
    uebergeordnet: Annotated[str | None, Query(max_length=60, description="Nur direkt unter dieser Einheit.")] = None,
    gueltig_am: Annotated[Day | None, Query(description="Nur die, die es an diesem Tag gibt.")] = None,
    name: Part = None,
    sort: Annotated[
        Literal["schluessel", "-schluessel", "name", "-name"], Query(description="Feld, mit `-` absteigend.")
    ] = "schluessel",
    limit: Limit = 50,
    cursor: CursorParam = None,
) -> Page[Organisationseinheit]:
    """Listet die Organisationseinheiten des Mandanten auf, auch die geschlossenen."""
    filters = OrganisationseinheitFilter(uebergeordnet=uebergeordnet, gueltig_am=gueltig_am, stichwort=name)
    units = access.units.for_actor(actor)
    rows = await list_organisationseinheiten(filters, paging_of(sort, limit, cursor), unit_of_work=units)
    return page_of(rows, Organisationseinheit.of, sort)


@router.post(
    "/api/v1/organisationseinheiten",
    status_code=201,
    summary="Organisationseinheit anlegen",
    responses=problem_responses("organisationseinheit-vorhanden", *_PLACES, "idempotenz-konflikt", "zwilling-laeuft"),
)
async def create_organisationseinheit_endpoint(
    body: NeueOrganisationseinheit,
    actor: OrganisationWriter,
    access: AccessDep,
    response: Response,
    *,
    idempotency_key: IdempotencyKey = None,
) -> Organisationseinheit:
    """Legt eine Organisationseinheit an, auch für einen künftigen Tag; der Schlüssel ist für immer vergeben."""
    key = idempotency_of(idempotency_key, actor, "create_organisationseinheit", body, render=Organisationseinheit.of)
    row = await create_organisationseinheit(
        CreateOrganisationseinheit(**body.model_dump()),
        unit_of_work=access.units.for_actor(actor, idempotency=key),
        clock=access.clock,
    )
    response.headers["Location"] = f"/api/v1/organisationseinheiten/{row.id}"
    return _answer(Organisationseinheit.of(row), response)


@router.get(_ONE, summary="Organisationseinheit lesen")
async def get_organisationseinheit_endpoint(
    organisationseinheit_id: UUID, actor: PlanReader, access: AccessDep, response: Response
) -> Organisationseinheit:
    """Liest eine Organisationseinheit, auch eine geschlossene."""
    row = await get_organisationseinheit(organisationseinheit_id, unit_of_work=access.units.for_actor(actor))
    return _answer(Organisationseinheit.of(row), response)


@router.patch(
    _ONE,
    summary="Organisationseinheit ändern",
    responses=problem_responses(
        "if-match-fehlt", "etag-veraltet", *_PLACES, "organisationseinheit-kreis", "zeitraum-ueberschneidet"
    ),
)
async def change_organisationseinheit_endpoint(
    organisationseinheit_id: UUID,
    body: OrganisationseinheitAenderung,
    actor: OrganisationWriter,
    access: AccessDep,
    response: Response,
    *,
    if_match: IfMatch = None,
) -> Organisationseinheit:
    """Benennt eine Organisationseinheit um oder stellt sie unter eine andere; der alte Stand bleibt in der Historie."""
    row = await change_organisationseinheit(
        ChangeOrganisationseinheit(
            id=organisationseinheit_id,
            name=body.name,
            uebergeordnet=body.uebergeordnet,
            wirksam_ab=body.wirksam_ab,
            fields=frozenset(body.model_fields_set),
        ),
        check_version=lambda version: check_if_match(if_match, etag_of(version)),
        unit_of_work=access.units.for_actor(actor),
        clock=access.clock,
    )
    return _answer(Organisationseinheit.of(row), response)


@router.post(
    f"{_ONE}/close",
    summary="Organisationseinheit schließen",
    responses=problem_responses(
        "if-match-fehlt",
        "etag-veraltet",
        "organisationseinheit-belegt",
        "organisationseinheit-geschlossen",
        "zeitraum-ueberschneidet",
    ),
)
async def close_organisationseinheit_endpoint(
    organisationseinheit_id: UUID,
    body: OrganisationseinheitSchliessung,
    actor: OrganisationWriter,
    access: AccessDep,
    response: Response,
    *,
    if_match: IfMatch = None,
) -> Organisationseinheit:
    """Schließt eine Organisationseinheit, an der nichts mehr hängt; sonst ist eine Reorganisation nötig."""
    row = await close_organisationseinheit(
        CloseOrganisationseinheit(id=organisationseinheit_id, wirksam_ab=body.wirksam_ab, grund=body.grund),
        check_version=lambda version: check_if_match(if_match, etag_of(version)),
        unit_of_work=access.units.for_actor(actor),
        clock=access.clock,
    )
    return _answer(Organisationseinheit.of(row), response)


@router.get(f"{_ONE}/historie", summary="Historie einer Organisationseinheit")
async def list_organisationseinheit_historie_endpoint(
    organisationseinheit_id: UUID,
    actor: PlanReader,
    access: AccessDep,
    *,
    sort: StandSort = "-stand",
    limit: Limit = 50,
    cursor: CursorParam = None,
) -> Page[OrganisationseinheitHistorie]:
    """Listet auf, wie die Einheit wann hieß und worunter sie stand, den heutigen Stand zuerst."""
    rows = await list_organisationseinheit_historie(
        organisationseinheit_id, paging_of(sort, limit, cursor), unit_of_work=access.units.for_actor(actor)
    )
    return page_of(rows, OrganisationseinheitHistorie.of, sort)


def _answer(office: Organisationseinheit, response: Response) -> Organisationseinheit:
    response.headers["ETag"] = office.etag
    return office
