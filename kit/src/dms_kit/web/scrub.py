"""Scrub runs of a service for operations: how far they are and what they found, and how one is ordered."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal, Protocol
from uuid import UUID

from fastapi import Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from dms_kit.core.actor import Actor
from dms_kit.core.fixity import RunFilter
from dms_kit.web.pagination import CursorParam, Limit, Page, encode_cursor, place_of
from dms_kit.web.problems import problem_responses
from dms_kit.web.routing import Router
from dms_kit.web.security import requires

Operator = Annotated[Actor, requires("betrieb:operate")]
LaufId = Annotated[UUID, Path(alias="id", description="Kennung des Prüflaufs.")]
Kind = Literal["vollstaendig", "stichprobe"]
State = Literal["laeuft", "fertig"]
Sort = Annotated[Literal["-begonnen_am", "begonnen_am"], Query(description="Feld, mit `-` absteigend.")]
_ACCEPTED = {
    "description": "Angenommen; `Location` nennt den Fortschritt.",
    "headers": {"Location": {"schema": {"type": "string"}, "description": "Adresse des Prüflaufs."}},
}


class Desk(Protocol):
    """What the routes need of a service's scrub runs."""

    async def page_of_runs(
        self, actor: Actor, filters: RunFilter, *, after: tuple[datetime, UUID] | None, limit: int
    ) -> Sequence[Any]:
        """Return a page."""
        ...

    async def get_run(self, actor: Actor, lauf_id: UUID) -> Any:
        """Return a run."""
        ...

    async def order_run(self, actor: Actor, art: str) -> Any:
        """Begin a run, or return the one that goes on."""
        ...


class PrueflaufOrder(BaseModel):
    """Welche Objekte gelesen werden sollen."""

    model_config = ConfigDict(extra="forbid")

    art: Kind = "vollstaendig"


class PrueflaufAnswer(BaseModel):
    """Ein Prüflauf mit seinem Fortschritt."""

    id: UUID
    art: Kind
    status: State
    anteil: float = Field(description="Anteil der Objekte, der gelesen wird.", examples=[1.0])
    begonnen_am: datetime
    beendet_am: datetime | None
    erwartet: int = Field(description="So viele Objekte gab es bei seinem Beginn.")
    anzahl: int = Field(description="So viele davon sind durchgesehen.")
    geprueft: int = Field(description="So viele davon wurden ganz gelesen.")
    groesse: int = Field(description="Gelesene Bytes.")
    schaeden: int = Field(description="So viele gelesene Objekte sind beschädigt.")

    @classmethod
    def of(cls, lauf: Any) -> "PrueflaufAnswer":
        return cls.model_validate({name: getattr(lauf, name) for name in cls.model_fields})


def scrub_router(service: str) -> Router:
    """Return the routes `/api/v1/betrieb/<service>/prueflaeufe`; the desk is `app.state.fixity`."""
    router = Router(tags=["Betrieb"])
    path = f"/api/v1/betrieb/{service}/prueflaeufe"

    @router.post(
        path,
        status_code=202,
        summary=f"Objekte von {service} prüfen",
        description="Läuft schon ein Prüflauf dieser Art, so ist er die Antwort. `Location` nennt den Fortschritt.",
        operation_id=f"start_prueflauf_{service}",
        responses={202: _ACCEPTED, **problem_responses("eingabe-ungueltig")},
    )
    async def start_prueflauf(
        request: Request, actor: Operator, order: PrueflaufOrder, response: Response
    ) -> PrueflaufAnswer:
        lauf = await _desk(request).order_run(actor, order.art)
        response.headers["Location"] = f"{path}/{lauf.id}"
        return PrueflaufAnswer.of(lauf)

    _add_reads(router, path, service)
    return router


def _add_reads(router: Router, path: str, service: str) -> None:
    @router.get(
        path,
        summary=f"Prüfläufe von {service}",
        description="Zeigt, wann welcher Prüflauf begann, wie weit er ist und was er fand.",
        operation_id=f"list_prueflaeufe_{service}",
        responses=problem_responses("eingabe-ungueltig"),
    )
    async def list_prueflaeufe(
        request: Request,
        actor: Operator,
        *,
        art: Annotated[Kind | None, Query(description="Nur solche.")] = None,
        status: Annotated[State | None, Query(description="Nur laufende, oder nur fertige.")] = None,
        sort: Sort = "-begonnen_am",
        limit: Limit = 50,
        cursor: CursorParam = None,
    ) -> Page[PrueflaufAnswer]:
        place = place_of(cursor, sort, {"am": datetime, "id": UUID})
        after = (place["am"], place["id"]) if place else None
        filters = RunFilter(art=art, status=status, descending=sort.startswith("-"))
        found = await _desk(request).page_of_runs(actor, filters, after=after, limit=limit + 1)
        last = found[limit - 1] if len(found) > limit else None
        following = None
        if last is not None:
            following = encode_cursor({"sort": sort, "am": last.begonnen_am.isoformat(), "id": last.id})
        return Page(items=[PrueflaufAnswer.of(lauf) for lauf in found[:limit]], next=following)

    @router.get(
        f"{path}/{{id}}",
        summary="Fortschritt eines Prüflaufs",
        description="Zeigt, wie viele Objekte schon gelesen sind und wie viele davon beschädigt.",
        operation_id=f"get_prueflauf_{service}",
        responses=problem_responses("nicht-gefunden"),
    )
    async def get_prueflauf(request: Request, actor: Operator, lauf_id: LaufId) -> PrueflaufAnswer:
        return PrueflaufAnswer.of(await _desk(request).get_run(actor, lauf_id))


def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.fixity
    return desk
