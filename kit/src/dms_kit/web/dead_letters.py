"""Dead letters of a service for operations: what waits, since when and why, and a retry; never the content."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Protocol

from fastapi import Path, Request, Response
from pydantic import BaseModel, Field

from dms_kit.core.actor import Actor
from dms_kit.core.errors import NotFoundError
from dms_kit.web.pagination import CursorParam, Limit, Page, decode_cursor, encode_cursor
from dms_kit.web.problems import problem_responses
from dms_kit.web.routing import Router
from dms_kit.web.security import requires

_LARGEST_ID = 2**63 - 1


class DeadLetterSource(Protocol):
    """What the routes need of a store of dead letters."""

    async def page(self, mandant: str, *, after: int = 0, limit: int = 50) -> Sequence[Any]:
        """Return a page in the order of arrival."""
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


def dead_letter_router(service: str) -> Router:
    """Return the routes `/api/v1/betrieb/<service>/dead-letters`; the store is `app.state.dead_letters`."""
    router = Router(tags=["Betrieb"])
    path = f"/api/v1/betrieb/{service}/dead-letters"

    @router.get(
        path,
        summary=f"Unzustellbare Nachrichten von {service}",
        description="Zeigt Art, Zeit und Grund, nie den Inhalt. Reihenfolge: älteste zuerst.",
        operation_id=f"list_dead_letters_{service}",
        responses=problem_responses("eingabe-ungueltig"),
    )
    async def list_dead_letters(
        request: Request,
        actor: Annotated[Actor, requires("betrieb:operate")],
        limit: Limit = 50,
        cursor: CursorParam = None,
    ) -> Page[DeadLetterAnswer]:
        store: DeadLetterSource = request.app.state.dead_letters
        after = decode_cursor(cursor, {"id": int})["id"] if cursor else 0
        letters = await store.page(actor.mandant, after=after, limit=limit + 1)
        shown = [DeadLetterAnswer.model_validate(letter, from_attributes=True) for letter in letters[:limit]]
        more = encode_cursor({"id": shown[-1].id}) if len(letters) > limit else None
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
