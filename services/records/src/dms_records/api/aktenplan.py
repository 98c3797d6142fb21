"""The Aktenplan."""

import hashlib
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Header, Query, Response

from dms_kit.core.idempotency import Idempotency
from dms_kit.web.conditional import IfMatch, IfNoneMatch, check_if_match, etag_of
from dms_kit.web.idempotency import IdempotencyKey
from dms_kit.web.pagination import CursorParam, Limit, Page
from dms_kit.web.problems import problem_responses
from dms_kit.web.routing import Router
from dms_records.api.aktenplanbaum import respond_with_baum
from dms_records.api.dependencies import AccessDep, PlanReader, PlanWriter
from dms_records.api.lists import page_of, paging_of
from dms_records.api.schemas.aktenplan import Aktenplan, Aktenplaneinheit, AktenplanStand, einheit_of
from dms_records.api.schemas.aktenplan_changes import (
    AktenplaneinheitAenderung,
    AktenplaneinheitSchliessung,
    NeueAktenplaneinheit,
)
from dms_records.api.schemas.fields import Day
from dms_records.use_cases.change_aktenplaneinheit import ChangeAktenplaneinheit, change_aktenplaneinheit
from dms_records.use_cases.close_aktenplaneinheit import CloseAktenplaneinheit, close_aktenplaneinheit
from dms_records.use_cases.create_aktenplaneinheit import CreateAktenplaneinheit, create_aktenplaneinheit
from dms_records.use_cases.get_aktenplaneinheit import get_aktenplaneinheit
from dms_records.use_cases.list_staende import list_staende

router = Router(tags=["Aktenplan"])
# Only an id is one: `import` and `export` are names of their own.
_EINHEIT = "/api/v1/aktenplan/{aktenplaneinheit_id:uuid}"
_REFUSED = (
    "aktenplan-zirkel",
    "aktenplan-zu-tief",
    "aktenplaneinheit-geschlossen",
    "aktenzeichen-vorlage-ungueltig",
    "gueltigkeit-unvereinbar",
    "organisationseinheit-unbekannt",
    "uebergeordnete-einheit-unzulaessig",
)


@router.get(
    "/api/v1/aktenplan",
    summary="Aktenplan lesen",
    response_model=Aktenplan,
    responses={304: {"description": "Unverändert."}},
)
async def get_aktenplan_endpoint(
    actor: PlanReader,
    access: AccessDep,
    stichtag: Annotated[Day | None, Query(description="Der Plan, wie er an diesem Tag galt.")] = None,
    *,
    if_none_match: IfNoneMatch = None,
    accept_encoding: Annotated[str, Header(include_in_schema=False)] = "",
) -> Response:
    """Liefert den ganzen Aktenplan als Baum, geordnet nach Schlüsseln."""
    baum = await access.baeume.get(actor.mandant, stichtag, access.units.for_actor(actor))
    return await respond_with_baum(
        access.baeume, actor.mandant, baum, if_none_match=if_none_match, accept_encoding=accept_encoding
    )


@router.post(
    "/api/v1/aktenplan",
    summary="Aktenplaneinheit anlegen",
    status_code=201,
    responses=problem_responses("aktenplaneinheit-vorhanden", *_REFUSED),
)
async def create_aktenplaneinheit_endpoint(
    neue: NeueAktenplaneinheit,
    actor: PlanWriter,
    access: AccessDep,
    response: Response,
    *,
    idempotency_key: IdempotencyKey = None,
) -> Aktenplaneinheit:
    """Legt eine Einheit des Aktenplans an; ihr Schlüssel wird nie wieder vergeben."""
    idempotency = None
    if idempotency_key is not None:
        said = f"{actor.sub}\n{neue.model_dump_json(exclude_unset=True)}"
        idempotency = Idempotency(
            client=actor.client,
            operation="create_aktenplaneinheit",
            key=idempotency_key,
            fingerprint=hashlib.sha256(said.encode()).hexdigest(),
            status=201,
            render=lambda rows: einheit_of(rows).model_dump_json().encode(),
        )
    rows = await create_aktenplaneinheit(
        CreateAktenplaneinheit(
            schluessel=neue.schluessel, gueltig_von=neue.gueltig_von, angaben=neue.angaben(), grund=neue.grund
        ),
        unit_of_work=access.units.for_actor(actor, idempotency=idempotency),
        clock=access.clock,
    )
    response.headers["Location"] = f"/api/v1/aktenplan/{rows[0].id}"
    return _answer(einheit_of(rows), response)


@router.get(_EINHEIT, summary="Aktenplaneinheit lesen")
async def get_aktenplaneinheit_endpoint(
    aktenplaneinheit_id: UUID, actor: PlanReader, access: AccessDep, response: Response
) -> Aktenplaneinheit:
    """Liest eine Einheit mit dem, was sie selbst sagt, und dem, was an ihr gilt."""
    rows = await get_aktenplaneinheit(aktenplaneinheit_id, unit_of_work=access.units.for_actor(actor))
    return _answer(einheit_of(rows), response)


@router.patch(
    _EINHEIT,
    summary="Aktenplaneinheit ändern",
    responses=problem_responses("untergeordnete-einheiten-offen", *_REFUSED),
)
async def change_aktenplaneinheit_endpoint(
    aktenplaneinheit_id: UUID,
    aenderung: AktenplaneinheitAenderung,
    actor: PlanWriter,
    access: AccessDep,
    response: Response,
    *,
    if_match: IfMatch = None,
) -> Aktenplaneinheit:
    """Ändert, was genannt ist, oder stellt die Einheit unter eine andere; der Stand davor bleibt in der Historie."""
    command = ChangeAktenplaneinheit(
        aktenplaneinheit_id=aktenplaneinheit_id,
        angaben=aenderung.angaben(),
        wirksam_ab=aenderung.wirksam_ab,
        grund=aenderung.grund,
    )
    rows = await change_aktenplaneinheit(
        command,
        check_version=lambda version: check_if_match(if_match, etag_of(version)),
        unit_of_work=access.units.for_actor(actor),
        clock=access.clock,
    )
    return _answer(einheit_of(rows), response)


@router.post(
    f"{_EINHEIT}/close",
    summary="Aktenplaneinheit schließen",
    responses=problem_responses(
        "aktenplaneinheit-geschlossen", "gueltigkeit-unvereinbar", "untergeordnete-einheiten-offen"
    ),
)
async def close_aktenplaneinheit_endpoint(
    aktenplaneinheit_id: UUID,
    schliessung: AktenplaneinheitSchliessung,
    actor: PlanWriter,
    access: AccessDep,
    response: Response,
    *,
    if_match: IfMatch = None,
) -> Aktenplaneinheit:
    """Schließt eine Einheit nach allen darunter: neue Akten nimmt sie nicht mehr auf, ihre Akten bleiben."""
    rows = await close_aktenplaneinheit(
        CloseAktenplaneinheit(
            aktenplaneinheit_id=aktenplaneinheit_id, gueltig_bis=schliessung.gueltig_bis, grund=schliessung.grund
        ),
        check_version=lambda version: check_if_match(if_match, etag_of(version)),
        unit_of_work=access.units.for_actor(actor),
        clock=access.clock,
    )
    return _answer(einheit_of(rows), response)


@router.get(f"{_EINHEIT}/historie", summary="Historie einer Aktenplaneinheit")
async def list_staende_endpoint(
    aktenplaneinheit_id: UUID,
    actor: PlanReader,
    access: AccessDep,
    *,
    sort: Annotated[Literal["version", "-version"], Query(description="Feld, mit `-` absteigend.")] = "-version",
    limit: Limit = 50,
    cursor: CursorParam = None,
) -> Page[AktenplanStand]:
    """Listet jeden Stand auf, den eine Einheit hatte, den neuesten zuerst."""
    paging = paging_of(sort, limit, cursor)
    rows = await list_staende(aktenplaneinheit_id, paging, unit_of_work=access.units.for_actor(actor))
    return page_of(rows, AktenplanStand.of, sort)


def _answer(einheit: Aktenplaneinheit, response: Response) -> Aktenplaneinheit:
    response.headers["ETag"] = einheit.etag
    return einheit
