"""The search over HTTP."""

import hashlib
from typing import Annotated

from fastapi import Query

from dms_kit.core.actor import Actor
from dms_kit.core.errors import FieldError, InvalidInputError
from dms_kit.web.pagination import CursorParam, Limit, decode_cursor, encode_cursor
from dms_kit.web.problems import problem_responses
from dms_kit.web.routing import Router
from dms_kit.web.security import requires
from dms_search.api.dependencies import SearchParts
from dms_search.api.schemas import SucheAntwort, show_suche
from dms_search.domain.indexeintrag import IndexeintragTyp
from dms_search.domain.suchanfrage import MAX_ZEICHEN, Suchanfrage
from dms_search.domain.treffer import Trefferposition
from dms_search.use_cases.search import search

_CURSOR = {"stand": str, "ab": int, "frage": str}
_DESCRIPTION = """
Findet Wörter in Titel, Text, Dateiname und Aktenzeichen, auch in anderer Form und Schreibweise: `Antrag` findet
`Anträge`, `Strasse` findet `Straße`. Alle Wörter müssen vorkommen; `ODER` trennt Alternativen, `-wort` schließt aus,
`"mehrere Wörter"` in Anführungszeichen stehen so hintereinander. Jede Eingabe wird nachsichtig verstanden.

Treffer, `anzahl`, Facetten und Ausschnitte enthalten nur, was die eigenen Rechte erlauben. Blättern zeigt immer
denselben Stand: 5 Minuten lang und bis zum 10.000. Treffer, danach 410 `cursor-abgelaufen`.
""".strip()

router = Router(tags=["Suche"])


@router.get(
    "/api/v1/suche",
    summary="Suchen",
    description=_DESCRIPTION,
    operation_id="search",
    responses=problem_responses("cursor-abgelaufen", "eingabe-ungueltig", "suche-ohne-worte", "nicht-verfuegbar"),
)
async def suche(
    *,
    actor: Annotated[Actor, requires("schriftgut:read")],
    parts: SearchParts,
    q: Annotated[
        str, Query(min_length=1, max_length=MAX_ZEICHEN, description="Suchwörter.", examples=["Gewerbe -Abmeldung"])
    ],
    typ: Annotated[IndexeintragTyp | None, Query(description="Nur Objekte dieser Art.")] = None,
    federfuehrende_oe: Annotated[
        str | None,
        Query(min_length=1, max_length=50, description="Nur Schriftgut dieser Organisationseinheit.", examples=["32"]),
    ] = None,
    limit: Limit = 50,
    cursor: CursorParam = None,
) -> SucheAntwort:
    anfrage = Suchanfrage.parse(q, typ=typ, federfuehrende_oe=federfuehrende_oe)
    frage = _fingerprint(actor.mandant, q, typ or "", federfuehrende_oe or "")
    ergebnis = await search(
        anfrage,
        actor=actor,
        position=_position(cursor, frage),
        limit=limit,
        index=parts.index,
        scopes=parts.scopes,
        backlog=parts.backlog,
        unit_of_work=parts.units.for_actor(actor),
        clock=parts.clock,
    )
    weiter = ergebnis.seite.next
    return show_suche(
        ergebnis, encode_cursor({"stand": weiter.stand, "ab": weiter.ab, "frage": frage}) if weiter else None
    )


def _position(cursor: str | None, frage: str) -> Trefferposition | None:
    if cursor is None:
        return None
    position = decode_cursor(cursor, _CURSOR)
    if position["frage"] != frage:
        raise InvalidInputError(errors=[FieldError("/query/cursor", "Der Cursor gehört zu einer anderen Suche.")])
    return Trefferposition(position["stand"], position["ab"])


def _fingerprint(*parts: str) -> str:
    # The cursor must not carry what was searched for.
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
