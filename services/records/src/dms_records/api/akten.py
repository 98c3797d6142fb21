"""Akten."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query, Response

from dms_kit.web.conditional import IfMatch
from dms_kit.web.idempotency import IdempotencyKey
from dms_kit.web.pagination import CursorParam, Limit, Page
from dms_kit.web.problems import problem_responses
from dms_kit.web.routing import Router
from dms_records.api.acts import version_check
from dms_records.api.dependencies import AccessDep, Registrar, SchriftgutReader, SchriftgutWriter
from dms_records.api.lists import page_of, paging_of
from dms_records.api.schemas.akte import Akte, AkteArt, AkteStatus
from dms_records.api.schemas.eingaben import AkteAenderung, AkteEntwurf, AkteUmzug, Begruendung
from dms_records.api.schemas.fields import RANKS, Day
from dms_records.api.schemas.inhalt import AkteMitVorgaengen
from dms_records.api.schriftgut_answers import ACTED, REPEATED, ActingDep, created, repeatable, respond
from dms_records.api.schriftgut_filter import EingrenzungDep, Part
from dms_records.domain.schriftgut import AKTE, SchriftgutBezug
from dms_records.use_cases.close_akte import close_akte
from dms_records.use_cases.create_akte import CreateAkte, create_akte
from dms_records.use_cases.delete_akte import delete_akte
from dms_records.use_cases.get_akte import get_akte
from dms_records.use_cases.list_akten import list_akten
from dms_records.use_cases.move_akte import MoveAkte, move_akte
from dms_records.use_cases.queries import AkteFilter, AkteRow
from dms_records.use_cases.register_akte import register_akte
from dms_records.use_cases.reopen_akte import reopen_akte
from dms_records.use_cases.update_akte import UpdateAkte, update_akte

router = Router(tags=["Akten"])
Sort = Literal["-erstellt_am", "erstellt_am", "titel", "-titel", "aktenzeichen", "-aktenzeichen", "zda_am", "-zda_am"]
_NO_PLACE = ("ablage-verweigert", "aktenplaneinheit-geschlossen", "aufbewahrung-fehlt", "zustaendigkeit-fehlt")
_AKTEN = "/api/v1/akten"
_AKTE = "/api/v1/akten/{akte_id}"
ExpandAkte = Annotated[
    str | None,
    Query(
        pattern=r"^(teilakten|vorgaenge|dokumente)(,(teilakten|vorgaenge|dokumente))*$",
        max_length=100,
        description="Was mitkommt, durch Kommas getrennt: `teilakten`, `vorgaenge`, `dokumente` (der Vorgänge).",
        examples=["vorgaenge,dokumente"],
    ),
]
Year = Annotated[int | None, Query(ge=1, le=9999, description="Jahr einer Sammelakte.")]


@router.get("/api/v1/akten", summary="Akten auflisten")
async def list_akten_endpoint(
    actor: SchriftgutReader,
    access: AccessDep,
    eingrenzung: EingrenzungDep,
    *,
    status: Annotated[AkteStatus | None, Query(description="Stand im Lebenslauf.")] = None,
    art: Annotated[AkteArt | None, Query(description="Einzelfall, oder alle Vorgänge eines Jahres.")] = None,
    jahr: Year = None,
    titel: Part = None,
    frist_ab: Annotated[Day | None, Query(description="Aufbewahrungsfrist endet frühestens an diesem Tag.")] = None,
    frist_bis: Annotated[Day | None, Query(description="Aufbewahrungsfrist endet spätestens an diesem Tag.")] = None,
    sort: Annotated[Sort, Query(description="Feld, mit `-` absteigend.")] = "-erstellt_am",
    limit: Limit = 50,
    cursor: CursorParam = None,
) -> Page[Akte]:
    """Listet die Akten auf, die Sie lesen dürfen."""
    rows = await list_akten(
        AkteFilter(
            status=status,
            art=art,
            jahr=jahr,
            stichwort=titel,
            frist_ab=frist_ab,
            frist_bis=frist_bis,
            **eingrenzung.facts,
        ),
        paging_of(sort, limit, cursor),
        federfuehrende_oe=eingrenzung.federfuehrende_oe,
        actor=actor,
        scopes=access.scopes,
        unit_of_work=access.units.for_actor(actor),
    )
    keys = (await access.scopes.directory(actor.mandant)).unit_keys()
    return page_of(rows, lambda row: Akte.of(row, keys), sort)


@router.get(_AKTE, summary="Akte lesen", response_model=AkteMitVorgaengen)
async def get_akte_endpoint(
    akte_id: UUID, actor: SchriftgutReader, access: AccessDep, expand: ExpandAkte = None
) -> Response:
    """Liest eine Akte, auf Wunsch mit dem, was Sie davon lesen dürfen; das Lesen wird protokolliert."""
    found = await get_akte(
        akte_id,
        expand=frozenset((expand or "").split(",")),
        actor=actor,
        scopes=access.scopes,
        unit_of_work=access.units.for_actor(actor),
    )
    keys = (await access.scopes.directory(actor.mandant)).unit_keys()
    akte = AkteMitVorgaengen.with_inhalt(found, keys, access.clock.now())
    content = akte.model_dump_json(exclude_unset=True)
    return Response(content, media_type="application/json", headers={"ETag": akte.etag})


@router.post(
    _AKTEN,
    summary="Akte oder Teilakte beginnen",
    status_code=201,
    response_model=Akte,
    responses=problem_responses(
        *REPEATED,
        "nicht-gefunden",
        *_NO_PLACE,
        "organisationseinheit-geschlossen",
        "uebergeordnet-unzulaessig",
        "gliederung-zu-tief",
        "vertraulichkeit-zu-niedrig",
        "position-unzulaessig",
        "schriftgut-zda",
    ),
)
async def create_akte_endpoint(
    entwurf: AkteEntwurf, actor: Registrar, access: AccessDep, idempotency_key: IdempotencyKey = None
) -> Response:
    """Beginnt eine Akte als Entwurf; ihr Aktenzeichen erhält sie erst, wenn sie registriert wird."""
    key = repeatable(idempotency_key, actor, "create_akte", said=(entwurf,), render=_written, status=201)
    row = await create_akte(
        CreateAkte(
            titel=entwurf.titel,
            aktenplaneinheit=entwurf.aktenplaneinheit,
            organisationseinheit=entwurf.organisationseinheit,
            uebergeordnet_id=entwurf.uebergeordnet_id,
            position=entwurf.position,
            rang=None if entwurf.vertraulichkeit is None else RANKS.index(entwurf.vertraulichkeit),
            ebenen=access.max_ebenen,
        ),
        actor=actor,
        scopes=access.scopes,
        unit_of_work=access.units.for_actor(actor, idempotency=key),
        clock=access.clock,
    )
    return created(_written(row), _AKTEN)


@router.patch(
    _AKTE,
    summary="Akte ändern",
    response_model=Akte,
    responses=problem_responses(*ACTED, "schriftgut-zda", "position-unzulaessig", "vertraulichkeit-zu-niedrig"),
)
async def update_akte_endpoint(
    akte_id: UUID, aenderung: AkteAenderung, actor: SchriftgutWriter, access: AccessDep, if_match: IfMatch = None
) -> Response:
    """Ändert Titel, Vertraulichkeit oder Position; Aktenzeichen, Ort und Stand haben eigene Schritte."""
    row = await update_akte(
        akte_id,
        UpdateAkte(
            titel=aenderung.titel,
            rang=None if aenderung.vertraulichkeit is None else RANKS.index(aenderung.vertraulichkeit),
            renumbers="position" in aenderung.model_fields_set,
            position=aenderung.position,
            fremde_geschaeftszeichen=aenderung.fremde_geschaeftszeichen,
        ),
        actor=actor,
        check_version=version_check(if_match),
        scopes=access.scopes,
        unit_of_work=access.units.for_actor(actor),
    )
    return respond(_written(row))


@router.delete(
    _AKTE,
    status_code=204,
    summary="Entwurf einer Akte löschen",
    responses=problem_responses(*ACTED, "akte-registriert", "akte-nicht-leer"),
)
async def delete_akte_endpoint(
    akte_id: UUID, actor: Registrar, access: AccessDep, if_match: IfMatch = None
) -> Response:
    """Löscht einen leeren Entwurf; was registriert ist, wird außerhalb der Aussonderung nicht gelöscht."""
    await delete_akte(
        akte_id,
        actor=actor,
        check_version=version_check(if_match),
        scopes=access.scopes,
        unit_of_work=access.units.for_actor(actor),
    )
    return Response(status_code=204)


@router.post(
    f"{_AKTE}/register",
    summary="Akte registrieren",
    response_model=Akte,
    responses=problem_responses(*ACTED, "schriftgut-registriert", "schriftgut-entwurf", "schriftgut-zda", *_NO_PLACE),
)
async def register_akte_endpoint(akte_id: UUID, actor: Registrar, acting: ActingDep) -> Response:
    """Gibt einer Akte ihr Aktenzeichen; von da an ist sie für alle da, die sie lesen dürfen."""
    unit_of_work = acting.once(actor, "register_akte", akte_id, render=_written)
    bezug = SchriftgutBezug(AKTE, akte_id)
    row = await register_akte(
        akte_id,
        actor=actor,
        check_version=acting.check_version,
        scopes=acting.access.scopes,
        unit_of_work=acting.access.zaehler.in_turn(bezug, mandant=actor.mandant, unit_of_work=unit_of_work),
        clock=acting.access.clock,
    )
    return respond(_written(row))


@router.post(
    f"{_AKTE}/close",
    summary="Akte zu den Akten verfügen",
    response_model=Akte,
    responses=problem_responses(*ACTED, "schriftgut-offen", "schriftgut-entwurf", "schriftgut-zda"),
)
async def close_akte_endpoint(akte_id: UUID, actor: Registrar, acting: ActingDep) -> Response:
    """Verfügt eine Akte zu den Akten (zdA): nicht, solange etwas darin offen ist; danach ist sie unveränderlich."""
    row = await close_akte(
        akte_id,
        actor=actor,
        check_version=acting.check_version,
        scopes=acting.access.scopes,
        unit_of_work=acting.once(actor, "close_akte", akte_id, render=_written),
        clock=acting.access.clock,
    )
    return respond(_written(row))


@router.post(
    f"{_AKTE}/reopen",
    summary="zdA einer Akte aufheben",
    response_model=Akte,
    responses=problem_responses(*ACTED, "schriftgut-nicht-zda", "schriftgut-zda"),
)
async def reopen_akte_endpoint(
    akte_id: UUID, begruendung: Begruendung, actor: Registrar, acting: ActingDep
) -> Response:
    """Hebt die zdA-Verfügung mit einem Grund auf; was in der Akte liegt, bleibt zdA."""
    row = await reopen_akte(
        akte_id,
        begruendung.grund,
        actor=actor,
        check_version=acting.check_version,
        scopes=acting.access.scopes,
        unit_of_work=acting.once(actor, "reopen_akte", akte_id, begruendung, render=_written),
    )
    return respond(_written(row))


@router.post(
    f"{_AKTE}/move",
    summary="Akte umziehen",
    response_model=Akte,
    responses=problem_responses(
        *ACTED,
        *_NO_PLACE,
        "organisationseinheit-geschlossen",
        "uebergeordnet-unzulaessig",
        "gliederung-zu-tief",
        "position-unzulaessig",
        "schriftgut-entwurf",
        "schriftgut-zda",
    ),
)
async def move_akte_endpoint(akte_id: UUID, umzug: AkteUmzug, actor: Registrar, acting: ActingDep) -> Response:
    """Legt eine Akte mit allem darin an einen anderen Ort; die alten Aktenzeichen führen weiter dorthin."""
    row = await move_akte(
        akte_id,
        MoveAkte(
            aktenplaneinheit=umzug.aktenplaneinheit,
            organisationseinheit=umzug.organisationseinheit,
            uebergeordnet_id=umzug.uebergeordnet_id,
            position=umzug.position,
            grund=umzug.grund,
            ebenen=acting.access.max_ebenen,
        ),
        actor=actor,
        check_version=acting.check_version,
        scopes=acting.access.scopes,
        unit_of_work=acting.once(actor, "move_akte", akte_id, umzug, render=_written),
        clock=acting.access.clock,
    )
    return respond(_written(row))


def _written(row: AkteRow) -> Akte:
    return Akte.of(row, {})
