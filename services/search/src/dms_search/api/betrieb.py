"""Operation of the index over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Response

from dms_kit.core.actor import Actor
from dms_kit.web.problems import problem_responses
from dms_kit.web.routing import Router
from dms_kit.web.security import requires
from dms_search.api.dependencies import SearchParts
from dms_search.api.schemas import IndexlaufAntwort, show_indexlauf
from dms_search.use_cases.get_reindex import get_reindex
from dms_search.use_cases.start_reindex import start_reindex

PATH = "/api/v1/betrieb/reindex"
_DESCRIPTION = """
Ein neuer Index entsteht neben dem alten, der bis zum Wechsel antwortet. Läuft schon ein Neuaufbau, so ist er die
Antwort. `Location` nennt den Fortschritt.
""".strip()

router = Router(tags=["Betrieb"])


@router.post(
    PATH,
    status_code=202,
    summary="Suchindex neu aufbauen",
    description=_DESCRIPTION,
    operation_id="start_reindex",
    responses={
        202: {
            "description": "Angenommen; `Location` nennt den Fortschritt.",
            "headers": {"Location": {"schema": {"type": "string"}, "description": "Adresse des Indexlaufs."}},
        },
        **problem_responses("speicher-voll"),
    },
)
async def start(
    actor: Annotated[Actor, requires("betrieb:operate")], parts: SearchParts, response: Response
) -> IndexlaufAntwort:
    lauf = await start_reindex(mandant=actor.mandant, unit_of_work=parts.units.for_actor(actor), clock=parts.clock)
    response.headers["Location"] = f"{PATH}/{lauf.id}"
    return show_indexlauf(lauf)


@router.get(
    f"{PATH}/{{id}}",
    summary="Fortschritt eines Neuaufbaus",
    description="Zeigt, wie viele Meldungen schon verarbeitet sind.",
    operation_id="get_reindex",
    responses=problem_responses("nicht-gefunden"),
)
async def get(
    lauf_id: Annotated[UUID, Path(alias="id", description="Kennung des Indexlaufs.")],
    actor: Annotated[Actor, requires("betrieb:operate")],
    parts: SearchParts,
) -> IndexlaufAntwort:
    return show_indexlauf(await get_reindex(lauf_id, unit_of_work=parts.units.for_actor(actor)))
