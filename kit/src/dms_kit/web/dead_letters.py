"""Dead letters of a service for operations: what waits, since when and why, and a retry; never the content."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal, Protocol

from fastapi import Depends, Path, Query, Request, Response
from pydantic import BaseModel, Field

from dms_kit.core.actor import Actor
from dms_kit.core.dead_letters import DeadLetterFilter
from dms_kit.core.errors import NotFoundError
from dms_kit.web.pagination import CursorParam, Limit, Page, encode_cursor, place_of
from dms_kit.web.problems import problem_responses
from dms_kit.web.routing import Router
from dms_kit.web.security import requires

_LARGEST_ID = 2**63 - 1
Sort = Literal["created_at", "-created_at"]
Text = Annotated[str | None, Query(max_length=200)]


class DeadLetterSource(Protocol):
    """What the routes need of a store of dead letters."""

    async def page(self, mandant: str, filters: DeadLetterFilter, *, after: int | None, limit: int) -> Sequence[Any]:
        """Return a page in the order of arrival, or the newest first."""
        ...

    async def request_retry(self, mandant: str, dead_letter_id: int) -> bool:
        """Ask for a retry of the letter and of all that wait behind its key."""
        ...


class DeadLetterAnswer(BaseModel):
    """Eine Nachricht, die nicht verarbeitet werden konnte."""

    id: int
    topic: str = Field(examples=["dms.ingest.antrag.v1"])
    key: str = Field(description="Schlüssel der Nachricht; spätere Nachrichten desselben Schlüssels warten.")
    type: str = Field(examples=["dms.ingest.v1.AntragSubmitted"])
    reason: str = Field(description="Warum sie nicht verarbeitet wurde.")
    created_at: datetime
    retry_requested: bool = Field(description="Ob ein neuer Versuch angefordert ist.")


class Asked:
    """What the list is narrowed to."""

    def __init__(
        self,
        *,
        topic: Text = None,
        key: Text = None,
        type: Text = None,  # noqa: A002 - the name of the field
        retry_requested: Annotated[bool | None, Query(description="Nur mit neuem Versuch, oder nur ohne.")] = None,
    ) -> None:
        self.topic = topic
        self.key = key
        self.type = type
        self.retry_requested = retry_requested


def dead_letter_router(service: str) -> Router:
    """Return the routes `/api/v1/betrieb/<service>/dead-letters`; the store is `app.state.dead_letters`."""
    router = Router(tags=["Betrieb"])
    path = f"/api/v1/betrieb/{service}/dead-letters"

    @router.get(
        path,
        summary=f"Unzustellbare Nachrichten von {service}",
        description="Zeigt Art, Zeit und Grund, nie den Inhalt.",
        operation_id=f"list_dead_letters_{service}",
        responses=problem_responses("eingabe-ungueltig"),
    )
    async def list_dead_letters(
        request: Request,
        actor: Annotated[Actor, requires("betrieb:operate")],
        asked: Annotated[Asked, Depends()],
        *,
        sort: Annotated[Sort, Query(description="Feld, mit `-` absteigend.")] = "created_at",
        limit: Limit = 50,
        cursor: CursorParam = None,
    ) -> Page[DeadLetterAnswer]:
        store: DeadLetterSource = request.app.state.dead_letters
        place = place_of(cursor, sort, {"id": int})
        filters = DeadLetterFilter(**vars(asked), descending=sort.startswith("-"))
        letters = await store.page(actor.mandant, filters, after=place["id"] if place else None, limit=limit + 1)
        shown = [DeadLetterAnswer.model_validate(letter, from_attributes=True) for letter in letters[:limit]]
        more = encode_cursor({"sort": sort, "id": shown[-1].id}) if len(letters) > limit else None
        return Page(items=shown, next=more)

    @router.post(
        f"{path}/{{id}}/retry",
        status_code=202,
        response_class=Response,
        summary="Neuen Versuch anfordern",
        description="Die Nachricht und alle, die hinter ihrem Schlüssel warten, werden der Reihe nach verarbeitet.",
        operation_id=f"retry_dead_letter_{service}",
        responses=problem_responses("nicht-gefunden"),
    )
    async def retry_dead_letter(
        request: Request,
        actor: Annotated[Actor, requires("betrieb:operate")],
        dead_letter_id: Annotated[int, Path(alias="id", ge=1, le=_LARGEST_ID)],
    ) -> Response:
        store: DeadLetterSource = request.app.state.dead_letters
        if not await store.request_retry(actor.mandant, dead_letter_id):
            raise NotFoundError
        return Response(status_code=202)

    return router
