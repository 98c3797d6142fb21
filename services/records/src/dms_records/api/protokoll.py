"""The Protokoll of one object."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Depends, Query

from dms_kit.core.errors import FieldError, InvalidInputError
from dms_kit.web.pagination import CursorParam, Limit, Page, decode_cursor, encode_cursor
from dms_kit.web.routing import Router
from dms_records.api.dependencies import AccessDep, ProtokollReader
from dms_records.api.schemas.protokoll import Protokolleintrag
from dms_records.api.schriftgut_filter import First, Last, begin_of, end_of
from dms_records.use_cases.list_protokoll import list_protokoll
from dms_records.use_cases.queries.protokoll import ProtokollFrage, ProtokollObjekt, ProtokollPlatz

router = Router(tags=["Protokoll"])
_PLACE = {"sort": str, "eintrag": int, "stelle": int}


class Asked:
    """Filter, order and place, the same for each kind of object."""

    def __init__(
        self,
        *,
        aktion: Annotated[str | None, Query(max_length=100, description="Nur diese Handlung.")] = None,
        akteur: Annotated[str | None, Query(max_length=200, description="Nur von dieser Person (`sub`).")] = None,
        datum_ab: First = None,
        datum_bis: Last = None,
        sort: Annotated[
            Literal["-eintrag", "eintrag"],
            Query(description="Reihenfolge der Aufzeichnung; mit `-` absteigend."),
        ] = "-eintrag",
        limit: Limit = 50,
        cursor: CursorParam = None,
    ) -> None:
        self.sort = sort
        after = None
        if cursor is not None:
            place = decode_cursor(cursor, _PLACE)
            if place["sort"] != sort:
                raise InvalidInputError(
                    errors=[FieldError("/query/cursor", "Der Cursor gehört zu einer anderen Sortierung.")]
                )
            after = ProtokollPlatz(eintrag=place["eintrag"], stelle=place["stelle"])
        self.frage = ProtokollFrage(
            aktion=aktion,
            akteur=akteur,
            ab=None if datum_ab is None else begin_of(datum_ab),
            vor=None if datum_bis is None else end_of(datum_bis),
            lesen=False,
            descending=sort.startswith("-"),
            limit=limit,
            after=after,
        )


AskedDep = Annotated[Asked, Depends()]


@router.get("/api/v1/akten/{akte_id}/protokoll", summary="Protokoll einer Akte")
async def list_protokoll_of_akte(
    akte_id: UUID, actor: ProtokollReader, access: AccessDep, asked: AskedDep
) -> Page[Protokolleintrag]:
    """Zeigt, was mit der Akte geschah; wer sie nur las, zeigt es der Rolle `revision`."""
    return await _answer(ProtokollObjekt(art="akte", id=akte_id), actor, access, asked)


@router.get("/api/v1/vorgaenge/{vorgang_id}/protokoll", summary="Protokoll eines Vorgangs")
async def list_protokoll_of_vorgang(
    vorgang_id: UUID, actor: ProtokollReader, access: AccessDep, asked: AskedDep
) -> Page[Protokolleintrag]:
    """Zeigt, was mit dem Vorgang geschah; wer ihn nur las, zeigt es der Rolle `revision`."""
    return await _answer(ProtokollObjekt(art="vorgang", id=vorgang_id), actor, access, asked)


@router.get("/api/v1/dokumente/{dokument_id}/protokoll", summary="Protokoll eines Dokuments")
async def list_protokoll_of_dokument(
    dokument_id: UUID, actor: ProtokollReader, access: AccessDep, asked: AskedDep
) -> Page[Protokolleintrag]:
    """Zeigt, was mit dem Dokument geschah; wer es nur las, zeigt es der Rolle `revision`."""
    return await _answer(ProtokollObjekt(art="dokument", id=dokument_id), actor, access, asked)


async def _answer(
    objekt: ProtokollObjekt, actor: ProtokollReader, access: AccessDep, asked: Asked
) -> Page[Protokolleintrag]:
    units = access.units.for_actor(actor)
    rows = await list_protokoll(objekt, asked.frage, actor=actor, scopes=access.scopes, unit_of_work=units)
    following = None
    if rows.next is not None:
        following = encode_cursor({"sort": asked.sort, "eintrag": rows.next.eintrag, "stelle": rows.next.stelle})
    return Page(items=[Protokolleintrag.of(row) for row in rows.items], next=following)
