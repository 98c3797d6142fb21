"""Vorgänge and their Dokumente."""

from typing import Annotated, Literal
from uuid import UUID

import orjson
from fastapi import Query, Response

from dms_kit.web.conditional import IfMatch
from dms_kit.web.idempotency import IdempotencyKey
from dms_kit.web.pagination import CursorParam, Limit, Page
from dms_kit.web.problems import problem_responses
from dms_kit.web.routing import Router
from dms_records.api.acts import version_check
from dms_records.api.dependencies import AccessDep, Registrar, SchriftgutReader, SchriftgutWriter
from dms_records.api.lists import page_of, paging_of
from dms_records.api.schemas.dokument import Dokument, DokumentArt, DokumentStatus
from dms_records.api.schemas.eingaben import Begruendung, VorgangAenderung, VorgangEntwurf, VorgangUmzug
from dms_records.api.schemas.fields import RANKS, Id
from dms_records.api.schemas.inhalt import VorgangMitDokumenten, dokumente_page
from dms_records.api.schemas.vorgang import Vorgang, VorgangMitEingang, VorgangStatus
from dms_records.api.schriftgut_answers import ACTED, REPEATED, ActingDep, created, repeatable, respond
from dms_records.api.schriftgut_filter import EingrenzungDep, Part
from dms_records.domain.schriftgut import VORGANG, SchriftgutBezug
from dms_records.use_cases.close_vorgang import close_vorgang
from dms_records.use_cases.create_vorgang import CreateVorgang, create_vorgang
from dms_records.use_cases.get_vorgang import get_vorgang
from dms_records.use_cases.list_dokumente import list_dokumente
from dms_records.use_cases.list_vorgaenge import list_vorgaenge
from dms_records.use_cases.move_vorgang import MoveVorgang, move_vorgang
from dms_records.use_cases.queries import DokumentFilter, VorgangFilter, VorgangRow
from dms_records.use_cases.register_vorgang import register_vorgang
from dms_records.use_cases.reopen_vorgang import reopen_vorgang
from dms_records.use_cases.update_vorgang import UpdateVorgang, update_vorgang

router = Router(tags=["Vorgänge"])
Sort = Literal[
    "-erstellt_am", "erstellt_am", "betreff", "-betreff", "aktenzeichen", "-aktenzeichen", "zda_am", "-zda_am"
]
DokumentSort = Literal["nummer", "-nummer", "titel", "-titel", "erstellt_am", "-erstellt_am"]
_VORGAENGE = "/api/v1/vorgaenge"
_VORGANG = "/api/v1/vorgaenge/{vorgang_id}"


@router.get("/api/v1/vorgaenge", summary="Vorgänge auflisten")
async def list_vorgaenge_endpoint(
    actor: SchriftgutReader,
    access: AccessDep,
    eingrenzung: EingrenzungDep,
    *,
    status: Annotated[VorgangStatus | None, Query(description="Bearbeitungsstand.")] = None,
    akte_id: Annotated[Id | None, Query(description="Nur Vorgänge dieser Akte.")] = None,
    leistung: Annotated[str | None, Query(max_length=60, description="Schlüssel der Leistung.")] = None,
    betreff: Part = None,
    sort: Annotated[Sort, Query(description="Feld, mit `-` absteigend.")] = "-erstellt_am",
    limit: Limit = 50,
    cursor: CursorParam = None,
) -> Page[Vorgang]:
    """Listet die Vorgänge auf, die Sie lesen dürfen; Formulardaten stehen nur beim einzelnen Vorgang."""
    rows = await list_vorgaenge(
        VorgangFilter(status=status, akte_id=akte_id, leistung=leistung, stichwort=betreff, **eingrenzung.facts),
        paging_of(sort, limit, cursor),
        federfuehrende_oe=eingrenzung.federfuehrende_oe,
        actor=actor,
        scopes=access.scopes,
        unit_of_work=access.units.for_actor(actor),
    )
    keys = (await access.scopes.directory(actor.mandant)).unit_keys()
    return page_of(rows, lambda row: Vorgang.of(row, keys), sort)


@router.get(_VORGANG, summary="Vorgang lesen", response_model=VorgangMitDokumenten)
async def get_vorgang_endpoint(
    vorgang_id: UUID,
    actor: SchriftgutReader,
    access: AccessDep,
    expand: Annotated[Literal["dokumente"] | None, Query(description="Was mitkommt.")] = None,
) -> Response:
    """Liest einen Vorgang mit seinen Formulardaten; das Lesen wird protokolliert."""
    row, dokumente = await get_vorgang(
        vorgang_id,
        expand=frozenset([expand or ""]),
        actor=actor,
        scopes=access.scopes,
        unit_of_work=access.units.for_actor(actor),
        regel=access.regel,
    )
    keys = (await access.scopes.directory(actor.mandant)).unit_keys()
    vorgang = VorgangMitEingang.of(row, keys)
    document = vorgang.model_dump(mode="json")
    if document["eingang"] is not None and row.formulardaten is not None:
        # The text as it was sent: parsing and writing it again would change numbers.
        document["eingang"]["formulardaten"] = orjson.Fragment(row.formulardaten)
    if dokumente is not None:
        document["dokumente"] = dokumente_page(dokumente, access.clock.now()).model_dump(mode="json")
    return Response(orjson.dumps(document), media_type="application/json", headers={"ETag": vorgang.etag})


@router.get("/api/v1/vorgaenge/{vorgang_id}/dokumente", summary="Dokumente eines Vorgangs auflisten")
async def list_dokumente_endpoint(
    vorgang_id: UUID,
    actor: SchriftgutReader,
    access: AccessDep,
    *,
    status: Annotated[DokumentStatus | None, Query(description="Entwurf oder registriert.")] = None,
    art: Annotated[DokumentArt | None, Query(description="Woher das Dokument kommt.")] = None,
    titel: Part = None,
    sort: Annotated[DokumentSort, Query(description="Feld, mit `-` absteigend.")] = "nummer",
    limit: Limit = 50,
    cursor: CursorParam = None,
) -> Page[Dokument]:
    """Listet die Dokumente eines Vorgangs in ihrer Reihenfolge auf; das erste sind die Formulardaten."""
    rows = await list_dokumente(
        vorgang_id,
        DokumentFilter(status=status, art=art, stichwort=titel),
        paging_of(sort, limit, cursor),
        actor=actor,
        scopes=access.scopes,
        unit_of_work=access.units.for_actor(actor),
    )
    return page_of(rows, lambda row: Dokument.of(row, access.clock.now()), sort)


@router.post(
    _VORGAENGE,
    summary="Vorgang oder Teilvorgang beginnen",
    status_code=201,
    response_model=Vorgang,
    responses=problem_responses(
        *REPEATED,
        "nicht-gefunden",
        "uebergeordnet-unzulaessig",
        "gliederung-zu-tief",
        "vertraulichkeit-zu-niedrig",
        "position-unzulaessig",
        "schriftgut-zda",
    ),
)
async def create_vorgang_endpoint(
    entwurf: VorgangEntwurf, actor: SchriftgutWriter, access: AccessDep, idempotency_key: IdempotencyKey = None
) -> Response:
    """Beginnt einen Vorgang als Entwurf; sein Aktenzeichen erhält er erst, wenn er registriert wird."""
    key = repeatable(idempotency_key, actor, "create_vorgang", said=(entwurf,), render=_written, status=201)
    row = await create_vorgang(
        CreateVorgang(
            akte_id=entwurf.akte_id,
            betreff=entwurf.betreff,
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
    return created(_written(row), _VORGAENGE)


@router.patch(
    _VORGANG,
    summary="Vorgang ändern",
    response_model=Vorgang,
    responses=problem_responses(*ACTED, "schriftgut-zda", "position-unzulaessig", "vertraulichkeit-zu-niedrig"),
)
async def update_vorgang_endpoint(
    vorgang_id: UUID, aenderung: VorgangAenderung, actor: SchriftgutWriter, access: AccessDep, if_match: IfMatch = None
) -> Response:
    """Ändert Betreff, Vertraulichkeit oder Position; Aktenzeichen, Ort und Stand haben eigene Schritte."""
    row = await update_vorgang(
        vorgang_id,
        UpdateVorgang(
            betreff=aenderung.betreff,
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


@router.post(
    f"{_VORGANG}/register",
    summary="Vorgang registrieren",
    response_model=Vorgang,
    responses=problem_responses(*ACTED, "schriftgut-registriert", "schriftgut-entwurf", "schriftgut-zda"),
)
async def register_vorgang_endpoint(vorgang_id: UUID, actor: SchriftgutWriter, acting: ActingDep) -> Response:
    """Gibt einem Vorgang sein Aktenzeichen; von da an ist er für alle da, die ihn lesen dürfen."""
    unit_of_work = acting.once(actor, "register_vorgang", vorgang_id, render=_written)
    bezug = SchriftgutBezug(VORGANG, vorgang_id)
    row = await register_vorgang(
        vorgang_id,
        actor=actor,
        check_version=acting.check_version,
        scopes=acting.access.scopes,
        unit_of_work=acting.access.zaehler.in_turn(bezug, mandant=actor.mandant, unit_of_work=unit_of_work),
        clock=acting.access.clock,
    )
    return respond(_written(row))


@router.post(
    f"{_VORGANG}/close",
    summary="Vorgang zu den Akten verfügen",
    response_model=Vorgang,
    responses=problem_responses(*ACTED, "schriftgut-offen", "aufgaben-offen", "schriftgut-entwurf", "schriftgut-zda"),
)
async def close_vorgang_endpoint(vorgang_id: UUID, actor: Registrar, acting: ActingDep) -> Response:
    """Verfügt einen Vorgang zu den Akten (zdA), wenn alle Aufgaben erledigt und alle Teilvorgänge zdA sind."""
    row = await close_vorgang(
        vorgang_id,
        actor=actor,
        check_version=acting.check_version,
        scopes=acting.access.scopes,
        unit_of_work=acting.once(actor, "close_vorgang", vorgang_id, render=_written),
        clock=acting.access.clock,
    )
    return respond(_written(row))


@router.post(
    f"{_VORGANG}/reopen",
    summary="zdA eines Vorgangs aufheben",
    response_model=Vorgang,
    responses=problem_responses(*ACTED, "schriftgut-nicht-zda", "schriftgut-zda"),
)
async def reopen_vorgang_endpoint(
    vorgang_id: UUID, begruendung: Begruendung, actor: Registrar, acting: ActingDep
) -> Response:
    """Hebt die zdA-Verfügung mit einem Grund auf."""
    row = await reopen_vorgang(
        vorgang_id,
        begruendung.grund,
        actor=actor,
        check_version=acting.check_version,
        scopes=acting.access.scopes,
        unit_of_work=acting.once(actor, "reopen_vorgang", vorgang_id, begruendung, render=_written),
    )
    return respond(_written(row))


@router.post(
    f"{_VORGANG}/move",
    summary="Vorgang umziehen",
    response_model=Vorgang,
    responses=problem_responses(
        *ACTED,
        "uebergeordnet-unzulaessig",
        "gliederung-zu-tief",
        "position-unzulaessig",
        "schriftgut-entwurf",
        "schriftgut-zda",
    ),
)
async def move_vorgang_endpoint(vorgang_id: UUID, umzug: VorgangUmzug, actor: Registrar, acting: ActingDep) -> Response:
    """Legt einen Vorgang mit allem darin an einen anderen Ort; die alten Aktenzeichen führen weiter dorthin."""
    row = await move_vorgang(
        vorgang_id,
        MoveVorgang(
            akte_id=umzug.akte_id,
            uebergeordnet_id=umzug.uebergeordnet_id,
            position=umzug.position,
            grund=umzug.grund,
            ebenen=acting.access.max_ebenen,
        ),
        actor=actor,
        check_version=acting.check_version,
        scopes=acting.access.scopes,
        unit_of_work=acting.once(actor, "move_vorgang", vorgang_id, umzug, render=_written),
        clock=acting.access.clock,
    )
    return respond(_written(row))


def _written(row: VorgangRow) -> Vorgang:
    return Vorgang.of(row, {})
