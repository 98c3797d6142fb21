"""Beteiligte of Akten and Vorgänge."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Depends, Query, Response

from dms_kit.web.conditional import IfMatch
from dms_kit.web.idempotency import IdempotencyKey
from dms_kit.web.pagination import CursorParam, Limit, Page
from dms_kit.web.problems import problem_responses
from dms_kit.web.routing import Router
from dms_records.api.acts import version_check
from dms_records.api.dependencies import AccessDep, SchriftgutReader, SchriftgutWriter
from dms_records.api.lists import page_of, paging_of
from dms_records.api.schemas.beteiligter import Beteiligter, BeteiligterEingabe, Rolle
from dms_records.api.schriftgut_answers import REPEATED, created, repeatable, respond
from dms_records.domain.schriftgut import AKTE, VORGANG, SchriftgutBezug
from dms_records.use_cases.add_beteiligter import add_beteiligter
from dms_records.use_cases.change_beteiligter import change_beteiligter
from dms_records.use_cases.get_beteiligter import get_beteiligter
from dms_records.use_cases.list_beteiligte import list_beteiligte
from dms_records.use_cases.remove_beteiligter import remove_beteiligter

router = Router(tags=["Beteiligte"])
Sort = Literal["erstellt_am", "-erstellt_am", "name", "-name"]
_ONE = "/api/v1/beteiligte/{beteiligter_id}"
_CHANGED = ("if-match-fehlt", "etag-veraltet", "schriftgut-zda")
_ADDED: Mapping[str, Any] = {
    "status_code": 201,
    "response_model": Beteiligter,
    "responses": problem_responses("nicht-gefunden", "schriftgut-zda", *REPEATED),
}


class Asked:
    """Filter, order and place, the same for each kind of object."""

    def __init__(
        self,
        *,
        rolle: Annotated[Rolle | None, Query(description="Nur Beteiligte mit dieser Rolle.")] = None,
        sort: Annotated[Sort, Query(description="Feld, mit `-` absteigend.")] = "erstellt_am",
        limit: Limit = 50,
        cursor: CursorParam = None,
    ) -> None:
        self.rolle = rolle
        self.sort = sort
        self.paging = paging_of(sort, limit, cursor)


class Listing:
    """What every list of Beteiligte takes."""

    def __init__(self, actor: SchriftgutReader, access: AccessDep, asked: Annotated[Asked, Depends()]) -> None:
        self._actor = actor
        self._access = access
        self._asked = asked

    async def page(self, bezug: SchriftgutBezug) -> Page[Beteiligter]:
        """Return the page that was asked for."""
        rows = await list_beteiligte(
            bezug,
            self._asked.paging,
            rolle=self._asked.rolle,
            actor=self._actor,
            scopes=self._access.scopes,
            unit_of_work=self._access.units.for_actor(self._actor),
        )
        return page_of(rows, Beteiligter.of, self._asked.sort)


class Adding:
    """What every act takes that adds a Beteiligter."""

    def __init__(self, actor: SchriftgutWriter, access: AccessDep, idempotency_key: IdempotencyKey = None) -> None:
        self._actor = actor
        self._access = access
        self._key = idempotency_key

    async def add(self, bezug: SchriftgutBezug, eingabe: BeteiligterEingabe) -> Response:
        """Add it to an object, and answer with it."""
        said = (bezug.id, eingabe)
        key = repeatable(self._key, self._actor, "add_beteiligter", said=said, render=Beteiligter.of, status=201)
        row = await add_beteiligter(
            bezug,
            eingabe.angaben(),
            actor=self._actor,
            scopes=self._access.scopes,
            unit_of_work=self._access.units.for_actor(self._actor, idempotency=key),
            clock=self._access.clock,
        )
        return created(Beteiligter.of(row), "/api/v1/beteiligte")


ListingDep = Annotated[Listing, Depends()]
AddingDep = Annotated[Adding, Depends()]


@router.get("/api/v1/akten/{akte_id}/beteiligte", summary="Beteiligte einer Akte auflisten")
async def list_beteiligte_of_akte(akte_id: UUID, listing: ListingDep) -> Page[Beteiligter]:
    """Listet die Beteiligten einer Akte auf; das Lesen wird protokolliert."""
    return await listing.page(SchriftgutBezug(AKTE, akte_id))


@router.get("/api/v1/vorgaenge/{vorgang_id}/beteiligte", summary="Beteiligte eines Vorgangs auflisten")
async def list_beteiligte_of_vorgang(vorgang_id: UUID, listing: ListingDep) -> Page[Beteiligter]:
    """Listet die Beteiligten eines Vorgangs auf; das Lesen wird protokolliert."""
    return await listing.page(SchriftgutBezug(VORGANG, vorgang_id))


@router.post("/api/v1/akten/{akte_id}/beteiligte", summary="Beteiligten zu einer Akte hinzufügen", **_ADDED)
async def add_beteiligter_to_akte(akte_id: UUID, eingabe: BeteiligterEingabe, adding: AddingDep) -> Response:
    """Fügt einer Akte eine Person oder Organisation mit ihrer Rolle hinzu; sehen kann sie, wer die Akte lesen darf."""
    return await adding.add(SchriftgutBezug(AKTE, akte_id), eingabe)


@router.post("/api/v1/vorgaenge/{vorgang_id}/beteiligte", summary="Beteiligten zu einem Vorgang hinzufügen", **_ADDED)
async def add_beteiligter_to_vorgang(vorgang_id: UUID, eingabe: BeteiligterEingabe, adding: AddingDep) -> Response:
    """Fügt einem Vorgang eine Person oder Organisation mit ihrer Rolle hinzu; sehen kann sie, wer ihn lesen darf."""
    return await adding.add(SchriftgutBezug(VORGANG, vorgang_id), eingabe)


@router.get(_ONE, summary="Beteiligten lesen")
async def get_beteiligter_endpoint(
    beteiligter_id: UUID, actor: SchriftgutReader, access: AccessDep, response: Response
) -> Beteiligter:
    """Liest einen Beteiligten; das Lesen wird im Protokoll seiner Akte oder seines Vorgangs festgehalten."""
    row = await get_beteiligter(
        beteiligter_id, actor=actor, scopes=access.scopes, unit_of_work=access.units.for_actor(actor)
    )
    beteiligter = Beteiligter.of(row)
    response.headers["ETag"] = beteiligter.etag
    return beteiligter


@router.put(_ONE, summary="Beteiligten ändern", response_model=Beteiligter, responses=problem_responses(*_CHANGED))
async def change_beteiligter_endpoint(
    beteiligter_id: UUID,
    eingabe: BeteiligterEingabe,
    actor: SchriftgutWriter,
    access: AccessDep,
    if_match: IfMatch = None,
) -> Response:
    """Ersetzt alle Angaben zu einem Beteiligten; das Protokoll nennt die geänderten Felder, nicht die Personendaten."""
    row = await change_beteiligter(
        beteiligter_id,
        eingabe.angaben(),
        actor=actor,
        check_version=version_check(if_match),
        scopes=access.scopes,
        unit_of_work=access.units.for_actor(actor),
    )
    return respond(Beteiligter.of(row))


@router.delete(_ONE, status_code=204, summary="Beteiligten entfernen", responses=problem_responses(*_CHANGED))
async def remove_beteiligter_endpoint(
    beteiligter_id: UUID, actor: SchriftgutWriter, access: AccessDep, *, if_match: IfMatch = None
) -> Response:
    """Löscht einen Beteiligten mit allen Angaben; das Protokoll sagt nur, dass es ihn gab und in welcher Rolle."""
    await remove_beteiligter(
        beteiligter_id,
        actor=actor,
        check_version=version_check(if_match),
        scopes=access.scopes,
        unit_of_work=access.units.for_actor(actor),
    )
    return Response(status_code=204)
