"""Quarantined objects of a service for operations: which, since when and why, and their release; never the content."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal, Protocol
from uuid import UUID

from fastapi import Path, Query, Request, Response
from pydantic import BaseModel, Field

from dms_kit.core.actor import Actor
from dms_kit.core.fixity import QuarantineFilter
from dms_kit.web.conditional import IfMatch, check_if_match, etag_of
from dms_kit.web.pagination import CursorParam, Limit, Page, encode_cursor, place_of
from dms_kit.web.problems import problem_responses
from dms_kit.web.routing import Router
from dms_kit.web.security import requires

Operator = Annotated[Actor, requires("betrieb:operate")]
ObjektId = Annotated[UUID, Path(alias="id", description="Kennung des Objekts.")]
Damage = Literal["fehlt", "groesse", "pruefsumme", "unlesbar"]
Sort = Annotated[Literal["-gefunden_am", "gefunden_am"], Query(description="Feld, mit `-` absteigend.")]
_RELEASE_PROBLEMS = ("nicht-gefunden", "if-match-fehlt", "etag-veraltet", "objekt-beschaedigt", "nicht-verfuegbar")


class Desk(Protocol):
    """What the routes need of a service's quarantine."""

    async def page(
        self, actor: Actor, filters: QuarantineFilter, *, after: tuple[datetime, str] | None, limit: int
    ) -> Sequence[Any]:
        """Return a page."""
        ...

    async def get(self, actor: Actor, objekt_id: UUID) -> Any:
        """Return one."""
        ...

    async def release(self, actor: Actor, objekt_id: UUID, *, check_version: Callable[[int], None]) -> None:
        """Release one that is whole again."""
        ...


class QuarantaeneAnswer(BaseModel):
    """Ein Objekt, das nicht mehr ist, was geschrieben wurde; es wird nicht ausgeliefert."""

    id: UUID = Field(description="Kennung des Objekts, der letzte Teil seines Schlüssels.")
    objekt_key: str = Field(examples=["dueren/records/019ac1a2-5f00-7000-8000-000000000000"])
    schaden: Damage
    gefunden_durch: str = Field(description="Wobei der Schaden bemerkt wurde.", examples=["lesen"])
    gefunden_am: datetime
    etag: str = Field(examples=['"1"'])

    @classmethod
    def of(cls, found: Any) -> "QuarantaeneAnswer":
        names = ("id", "objekt_key", "schaden", "gefunden_durch", "gefunden_am")
        return cls(**{name: getattr(found, name) for name in names}, etag=etag_of(found.version))


def quarantine_router(service: str) -> Router:
    """Return the routes `/api/v1/betrieb/<service>/quarantaene`; the desk is `app.state.fixity`."""
    router = Router(tags=["Betrieb"])
    path = f"/api/v1/betrieb/{service}/quarantaene"

    @router.get(
        path,
        summary=f"Beschädigte Objekte von {service}",
        description="Zeigt Kennung, Schaden und Zeit, nie einen Inhalt oder Titel.",
        operation_id=f"list_quarantaene_{service}",
        responses=problem_responses("eingabe-ungueltig"),
    )
    async def list_quarantaene(
        request: Request,
        actor: Operator,
        *,
        schaden: Annotated[Damage | None, Query(description="Nur dieser Schaden.")] = None,
        gefunden_durch: Annotated[str | None, Query(max_length=60, description="Nur dabei bemerkte.")] = None,
        sort: Sort = "-gefunden_am",
        limit: Limit = 50,
        cursor: CursorParam = None,
    ) -> Page[QuarantaeneAnswer]:
        place = place_of(cursor, sort, {"am": datetime, "key": str})
        after = (place["am"], place["key"]) if place else None
        filters = QuarantineFilter(schaden=schaden, gefunden_durch=gefunden_durch, descending=sort.startswith("-"))
        found = await _desk(request).page(actor, filters, after=after, limit=limit + 1)
        more = found[limit - 1] if len(found) > limit else None
        following = None
        if more is not None:
            following = encode_cursor({"sort": sort, "am": more.gefunden_am.isoformat(), "key": more.objekt_key})
        return Page(items=[QuarantaeneAnswer.of(one) for one in found[:limit]], next=following)

    _add_get(router, path, service)
    _add_release(router, path, service)
    return router


def _add_get(router: Router, path: str, service: str) -> None:
    @router.get(
        f"{path}/{{id}}",
        summary="Beschädigtes Objekt lesen",
        description="Zeigt Kennung, Schaden und Zeit.",
        operation_id=f"get_quarantaene_{service}",
        responses=problem_responses("nicht-gefunden"),
    )
    async def get_quarantaene(
        request: Request, actor: Operator, objekt_id: ObjektId, response: Response
    ) -> QuarantaeneAnswer:
        answer = QuarantaeneAnswer.of(await _desk(request).get(actor, objekt_id))
        response.headers["ETag"] = answer.etag
        return answer


def _add_release(router: Router, path: str, service: str) -> None:
    @router.post(
        f"{path}/{{id}}/release",
        status_code=204,
        response_class=Response,
        summary="Objekt wieder freigeben",
        description="Liest das wiederhergestellte Objekt ganz; ist es unversehrt, wird es wieder ausgeliefert.",
        operation_id=f"release_quarantaene_{service}",
        responses=problem_responses(*_RELEASE_PROBLEMS),
    )
    async def release_quarantaene(
        request: Request, actor: Operator, objekt_id: ObjektId, if_match: IfMatch = None
    ) -> Response:
        await _desk(request).release(
            actor, objekt_id, check_version=lambda version: check_if_match(if_match, etag_of(version))
        )
        return Response(status_code=204)


def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.fixity
    return desk
