"""Verweise between Akten, Vorgänge and Dokumente."""

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
from dms_records.api.schemas.verweis import Richtung, Verweis, VerweisEingabe, Verweistyp
from dms_records.api.schriftgut_answers import REPEATED, created, repeatable
from dms_records.domain.schriftgut import AKTE, DOKUMENT, VORGANG, SchriftgutBezug
from dms_records.use_cases.add_verweis import AddVerweis, add_verweis
from dms_records.use_cases.get_verweis import get_verweis
from dms_records.use_cases.list_verweise import list_verweise
from dms_records.use_cases.queries import VerweisFilter
from dms_records.use_cases.remove_verweis import remove_verweis

router = Router(tags=["Verweise"])
Sort = Literal["erstellt_am", "-erstellt_am"]
_ONE = "/api/v1/verweise/{verweis_id}"
_ADDED: Mapping[str, Any] = {
    "status_code": 201,
    "response_model": Verweis,
    "responses": problem_responses(
        "nicht-gefunden", "schriftgut-zda", "verweis-unzulaessig", "verweis-vorhanden", *REPEATED
    ),
}


class Asked:
    """Filters, order and place, the same for each kind of object."""

    def __init__(
        self,
        *,
        typ: Annotated[Verweistyp | None, Query(description="Nur Verweise dieser Art.")] = None,
        richtung: Annotated[
            Richtung | None, Query(description="Nur Verweise von diesem Objekt aus, oder nur auf dieses.")
        ] = None,
        sort: Annotated[Sort, Query(description="Feld, mit `-` absteigend.")] = "erstellt_am",
        limit: Limit = 50,
        cursor: CursorParam = None,
    ) -> None:
        self.filters = VerweisFilter(typ=typ, richtung=richtung)
        self.sort = sort
        self.paging = paging_of(sort, limit, cursor)


class Listing:
    """What every list of Verweise takes."""

    def __init__(self, actor: SchriftgutReader, access: AccessDep, asked: Annotated[Asked, Depends()]) -> None:
        self._actor = actor
        self._access = access
        self._asked = asked

    async def page(self, bezug: SchriftgutBezug) -> Page[Verweis]:
        """Return the page that was asked for."""
        rows = await list_verweise(
            bezug,
            self._asked.filters,
            self._asked.paging,
            actor=self._actor,
            scopes=self._access.scopes,
            unit_of_work=self._access.units.for_actor(self._actor),
        )
        return page_of(rows, Verweis.of, self._asked.sort)


class Adding:
    """What every act takes that adds a Verweis."""

    def __init__(self, actor: SchriftgutWriter, access: AccessDep, idempotency_key: IdempotencyKey = None) -> None:
        self._actor = actor
        self._access = access
        self._key = idempotency_key

    async def add(self, quelle: SchriftgutBezug, eingabe: VerweisEingabe) -> Response:
        """Let an object refer, and answer with the Verweis."""
        said = (quelle.id, eingabe)
        key = repeatable(self._key, self._actor, "add_verweis", said=said, render=Verweis.of, status=201)
        row = await add_verweis(
            AddVerweis(quelle=quelle, ziel=eingabe.ziel.bezug(), typ=eingabe.typ),
            actor=self._actor,
            scopes=self._access.scopes,
            unit_of_work=self._access.units.for_actor(self._actor, idempotency=key),
            clock=self._access.clock,
        )
        return created(Verweis.of(row), "/api/v1/verweise")


ListingDep = Annotated[Listing, Depends()]
AddingDep = Annotated[Adding, Depends()]


@router.get("/api/v1/akten/{akte_id}/verweise", summary="Verweise einer Akte auflisten")
async def list_verweise_of_akte(akte_id: UUID, listing: ListingDep) -> Page[Verweis]:
    """Listet die Verweise von einer Akte und auf sie auf, soweit Sie auch das andere Ende lesen dürfen."""
    return await listing.page(SchriftgutBezug(AKTE, akte_id))


@router.get("/api/v1/vorgaenge/{vorgang_id}/verweise", summary="Verweise eines Vorgangs auflisten")
async def list_verweise_of_vorgang(vorgang_id: UUID, listing: ListingDep) -> Page[Verweis]:
    """Listet die Verweise von einem Vorgang und auf ihn auf, soweit Sie auch das andere Ende lesen dürfen."""
    return await listing.page(SchriftgutBezug(VORGANG, vorgang_id))


@router.get("/api/v1/dokumente/{dokument_id}/verweise", summary="Verweise eines Dokuments auflisten")
async def list_verweise_of_dokument(dokument_id: UUID, listing: ListingDep) -> Page[Verweis]:
    """Listet die Verweise von einem Dokument und auf es auf, soweit Sie auch das andere Ende lesen dürfen."""
    return await listing.page(SchriftgutBezug(DOKUMENT, dokument_id))


@router.post("/api/v1/akten/{akte_id}/verweise", summary="Von einer Akte verweisen", **_ADDED)
async def add_verweis_of_akte(akte_id: UUID, eingabe: VerweisEingabe, adding: AddingDep) -> Response:
    """Verweist von einer Akte auf ein Objekt, das Sie lesen dürfen; je Art einmal zwischen zwei Objekten."""
    return await adding.add(SchriftgutBezug(AKTE, akte_id), eingabe)


@router.post("/api/v1/vorgaenge/{vorgang_id}/verweise", summary="Von einem Vorgang verweisen", **_ADDED)
async def add_verweis_of_vorgang(vorgang_id: UUID, eingabe: VerweisEingabe, adding: AddingDep) -> Response:
    """Verweist von einem Vorgang auf ein Objekt, das Sie lesen dürfen; je Art einmal zwischen zwei Objekten."""
    return await adding.add(SchriftgutBezug(VORGANG, vorgang_id), eingabe)


@router.post("/api/v1/dokumente/{dokument_id}/verweise", summary="Von einem Dokument verweisen", **_ADDED)
async def add_verweis_of_dokument(dokument_id: UUID, eingabe: VerweisEingabe, adding: AddingDep) -> Response:
    """Verweist von einem Dokument auf ein Objekt, das Sie lesen dürfen; je Art einmal zwischen zwei Objekten."""
    return await adding.add(SchriftgutBezug(DOKUMENT, dokument_id), eingabe)


@router.get(_ONE, summary="Verweis lesen")
async def get_verweis_endpoint(
    verweis_id: UUID, actor: SchriftgutReader, access: AccessDep, response: Response
) -> Verweis:
    """Liest einen Verweis, wenn Sie beide Enden lesen dürfen."""
    row = await get_verweis(verweis_id, actor=actor, scopes=access.scopes, unit_of_work=access.units.for_actor(actor))
    verweis = Verweis.of(row)
    response.headers["ETag"] = verweis.etag
    return verweis


@router.delete(
    _ONE,
    status_code=204,
    summary="Verweis entfernen",
    responses=problem_responses("if-match-fehlt", "etag-veraltet", "schriftgut-zda"),
)
async def remove_verweis_endpoint(
    verweis_id: UUID, actor: SchriftgutWriter, access: AccessDep, *, if_match: IfMatch = None
) -> Response:
    """Entfernt einen Verweis von einem Objekt, das Sie ändern dürfen."""
    await remove_verweis(
        verweis_id,
        actor=actor,
        check_version=version_check(if_match),
        scopes=access.scopes,
        unit_of_work=access.units.for_actor(actor),
    )
    return Response(status_code=204)
