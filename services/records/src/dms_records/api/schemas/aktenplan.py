"""The Aktenplan as it is answered, and what is said of its units."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Literal, NamedTuple
from uuid import UUID

import orjson
from pydantic import BaseModel, Field

from dms_kit.web.conditional import etag_of
from dms_records.api.schemas.fields import RANKS, Etag, Moment, Vertraulichkeit
from dms_records.use_cases.queries import AktenplanRow, AktenplanStandRow

Aussonderungsart = Literal["A", "B", "V"]
Aktenbildung = Literal["fallakte", "sammelakte"]
Key = Annotated[str, Field(description="Schlüssel der Aktenplaneinheit.", examples=["32.20"])]
_OFFICE = "Schlüssel der zuständigen Organisationseinheit."


class AktenplanAngaben(BaseModel):
    """Was eine Einheit selbst sagt; was null ist, erbt sie von oben."""

    schluessel: Key
    titel: str = Field(examples=["Gewerbeanzeigen"])
    uebergeordnet: str | None = Field(description="Schlüssel der Einheit darüber.", examples=["32"])
    organisationseinheit: str | None = Field(description=_OFFICE)
    aussonderungsart: Aussonderungsart | None = Field(description="A archivieren, B bewerten, V vernichten.")
    aufbewahrungsdauer: int | None = Field(description="In Jahren.")
    unbefristet: bool | None
    aktenbildung: Aktenbildung | None
    aktenzeichen_akte: str | None = Field(description="Vorlage.", examples=["{plan}#{akte:05}"])
    aktenzeichen_vorgang: str | None = Field(description="Vorlage.", examples=["#{vorgang:04}"])
    aktenzeichen_dokument: str | None = Field(description="Vorlage.", examples=["#{dokument:04}"])
    produktnummer: str | None = Field(description="Schlüssel in einer zweiten Gliederung.", examples=["12.2.01"])
    vertraulichkeit: Vertraulichkeit = Field(description="Was hier abgelegt wird, hat sie, wenn nichts anderes gilt.")
    stillgelegt: bool
    gueltig_von: date
    gueltig_bis: date | None = Field(description="Erster Tag, an dem die Einheit geschlossen ist.")


class AktenplanGeltung(BaseModel):
    """Was an einer Einheit gilt, eigenes oder geerbtes."""

    aussonderungsart: Aussonderungsart | None
    aufbewahrungsdauer: int | None
    unbefristet: bool | None
    organisationseinheit: str | None
    aktenbildung: Aktenbildung | None
    stillgelegt: bool = Field(description="Ob sie oder eine Einheit darüber stillgelegt ist.")


class Aktenplaneinheit(AktenplanAngaben):
    """Eine Einheit des Aktenplans."""

    id: UUID
    gilt: AktenplanGeltung
    etag: Etag


class Aktenplanknoten(Aktenplaneinheit):
    """Eine Einheit des Aktenplans mit denen darunter."""

    untergeordnet: list["Aktenplanknoten"]


class Aktenplan(BaseModel):
    """Der Aktenplan als Baum."""

    items: list[Aktenplanknoten]


class AktenplanStand(BaseModel):
    """Ein Stand einer Einheit, wie er von einem Tag an galt."""

    version: int
    wirksam_ab: date = Field(description="Erster Tag, an dem der Stand galt.")
    anlass: str = Field(examples=["angelegt", "geaendert", "geschlossen", "importiert", "reorganisiert"])
    grund: str | None
    geaendert_von: str = Field(description="`sub` der Person, oder `system`.")
    geaendert_am: Moment
    angaben: AktenplanAngaben

    @classmethod
    def of(cls, row: AktenplanStandRow) -> "AktenplanStand":
        facts = {name: getattr(row, name) for name in cls.model_fields if hasattr(row, name)}
        angaben = _angaben(row.einheit, row.uebergeordnet)
        return cls.model_validate({**facts, "version": row.einheit.version, "angaben": angaben})


class _Inherited(NamedTuple):
    # What those below need of a unit: its key, and what holds at it.
    schluessel: str | None
    gilt: Mapping[str, Any]


_NOTHING = _Inherited(None, dict.fromkeys(AktenplanGeltung.model_fields))


def tree_of(rows: Sequence[AktenplanRow]) -> bytes:
    """Return the plan as `Aktenplan` says, as JSON: a model of each of 5,000 units would cost too much."""
    below: dict[UUID | None, list[AktenplanRow]] = {}
    known = {row.id for row in rows}
    for row in rows:
        # On a day of the past the unit above may not have been valid.
        above = row.uebergeordnet_id if row.uebergeordnet_id in known else None
        below.setdefault(above, []).append(row)
    return orjson.dumps({"items": [_node(row, _NOTHING, below) for row in below.get(None, ())]})


def einheit_of(path: Sequence[AktenplanRow]) -> Aktenplaneinheit:
    """Return the first unit of a path; the others are those above it."""
    inherited, node = _NOTHING, dict[str, Any]()
    for row in reversed(path):
        node, inherited = _einheit(row, inherited)
    return Aktenplaneinheit.model_validate(node)


def _node(row: AktenplanRow, above: _Inherited, below: Mapping[UUID | None, Sequence[AktenplanRow]]) -> orjson.Fragment:
    node, own = _einheit(row, above)
    node["untergeordnet"] = [_node(child, own, below) for child in below.get(row.id, ())]
    # Text at once: tens of thousands of living objects would have the garbage collector look at all there are.
    return orjson.Fragment(orjson.dumps(node))


def _einheit(row: AktenplanRow, above: _Inherited) -> tuple[dict[str, Any], _Inherited]:
    own = _gilt(row, above.gilt)
    node = _angaben(row, above.schluessel)
    node["id"], node["gilt"], node["etag"] = str(row.id), own, etag_of(row.version)
    return node, _Inherited(row.schluessel, own)


def _gilt(row: AktenplanRow, above: Mapping[str, Any]) -> Mapping[str, Any]:
    is_limited = row.unbefristet is True or row.aufbewahrungsdauer is not None
    says = (row.aussonderungsart, row.organisationseinheit, row.aktenbildung, is_limited, row.stillgelegt)
    if not any(says) and above["stillgelegt"] is not None:
        return above
    return {
        "aussonderungsart": row.aussonderungsart or above["aussonderungsart"],
        "aufbewahrungsdauer": row.aufbewahrungsdauer if is_limited else above["aufbewahrungsdauer"],
        "unbefristet": row.unbefristet is True if is_limited else above["unbefristet"],
        "organisationseinheit": row.organisationseinheit or above["organisationseinheit"],
        "aktenbildung": row.aktenbildung or above["aktenbildung"],
        "stillgelegt": row.stillgelegt or bool(above["stillgelegt"]),
    }


def _angaben(row: AktenplanRow, uebergeordnet: str | None) -> dict[str, Any]:
    return {
        "schluessel": row.schluessel,
        "titel": row.titel,
        "uebergeordnet": uebergeordnet,
        "organisationseinheit": row.organisationseinheit,
        "aussonderungsart": row.aussonderungsart,
        "aufbewahrungsdauer": row.aufbewahrungsdauer,
        "unbefristet": row.unbefristet,
        "aktenbildung": row.aktenbildung,
        "aktenzeichen_akte": row.aktenzeichen_akte,
        "aktenzeichen_vorgang": row.aktenzeichen_vorgang,
        "aktenzeichen_dokument": row.aktenzeichen_dokument,
        "produktnummer": row.produktnummer,
        "vertraulichkeit": RANKS[row.rang],
        "stillgelegt": row.stillgelegt,
        "gueltig_von": row.gueltig_von,
        "gueltig_bis": row.gueltig_bis,
    }
