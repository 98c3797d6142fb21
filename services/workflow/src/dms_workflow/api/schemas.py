"""Aufgaben as JSON."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from dms_kit.web.conditional import etag_of
from dms_workflow.domain.aufgabe import MAX_BEMERKUNG, MAX_ERGEBNIS, Aufgabe

_NOT_BLANK = r"^[^\x00]*[^\x00\s][^\x00]*$"
Status = Literal["offen", "uebernommen", "erledigt"]


class Bearbeiter(BaseModel):
    """Die Person, die eine Aufgabe übernommen hat."""

    sub: str
    name: str


class AufgabeItem(BaseModel):
    """Eine Aufgabe, wie sie in Listen steht."""

    id: UUID
    titel: str
    vorgang_id: UUID
    antrag_id: UUID | None
    aktenzeichen: str
    status: Status
    organisationseinheit: str = Field(description="Schlüssel der zuständigen Organisationseinheit.")
    bearbeiter: Bearbeiter | None
    faellig_am: date
    erstellt_am: datetime
    ergebnis: str | None
    etag: str


class AufgabeAnswer(AufgabeItem):
    """Eine Aufgabe."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": "019ac1a2-5f00-7000-8000-000000000001",
                "titel": "Antrag prüfen",
                "vorgang_id": "019ac1a2-5f00-7000-8000-000000000002",
                "antrag_id": "019ac1a2-5f00-7000-8000-000000000003",
                "aktenzeichen": "32.20#00007#0001",
                "status": "uebernommen",
                "organisationseinheit": "32",
                "bearbeiter": {"sub": "sachbearbeitung-32", "name": "Sachbearbeitung 32"},
                "faellig_am": "2026-12-09",
                "erstellt_am": "2026-11-25T09:30:00Z",
                "ergebnis": None,
                "etag": '"2"',
                "bemerkung": None,
            }
        }
    )

    bemerkung: str | None


class CompleteBody(BaseModel):
    """Was bei einer Aufgabe herauskam."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"ergebnis": "genehmigt", "bemerkung": "Unterlagen vollständig"}}
    )

    # The limits are in the document and are checked by the domain: 404 and 412 come before 422.
    ergebnis: Annotated[
        str, Field(json_schema_extra={"minLength": 1, "maxLength": MAX_ERGEBNIS, "pattern": _NOT_BLANK})
    ]
    bemerkung: Annotated[str | None, Field(json_schema_extra={"maxLength": MAX_BEMERKUNG})] = None


def item_of(aufgabe: Aufgabe, unit_keys: Mapping[UUID, str]) -> AufgabeItem:
    """Return the list entry; the office is resolved when read."""
    return AufgabeItem.model_validate(_fields(aufgabe, unit_keys))


def answer_of(aufgabe: Aufgabe, unit_keys: Mapping[UUID, str]) -> AufgabeAnswer:
    """Return the whole Aufgabe; the office is resolved when read."""
    return AufgabeAnswer.model_validate({**_fields(aufgabe, unit_keys), "bemerkung": aufgabe.bemerkung})


def _fields(aufgabe: Aufgabe, unit_keys: Mapping[UUID, str]) -> dict[str, object]:
    bearbeiter = None
    if aufgabe.bearbeiter_sub is not None:
        bearbeiter = Bearbeiter(sub=aufgabe.bearbeiter_sub, name=aufgabe.bearbeiter_name or "")
    return {
        "id": aufgabe.id,
        "titel": aufgabe.titel,
        "vorgang_id": aufgabe.vorgang_id,
        "antrag_id": aufgabe.antrag_id,
        "aktenzeichen": aufgabe.aktenzeichen,
        "status": aufgabe.status,
        "organisationseinheit": unit_keys[aufgabe.zustaendigkeit_id],
        "bearbeiter": bearbeiter,
        "faellig_am": aufgabe.faellig_am,
        "erstellt_am": aufgabe.erstellt_am,
        "ergebnis": aufgabe.ergebnis,
        "etag": etag_of(aufgabe.version),
    }
