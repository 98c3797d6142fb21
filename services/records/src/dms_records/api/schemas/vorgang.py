"""Vorgänge as they are answered."""

from datetime import date
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from dms_kit.web.conditional import etag_of
from dms_records.api.schemas.fields import (
    RANKS,
    AlteZeichen,
    Ebene,
    Etag,
    FremdeZeichen,
    Moment,
    Office,
    OfficeKeys,
    Position,
    Vertraulichkeit,
    Zeichen,
)
from dms_records.use_cases.queries import (
    VorgangRow,
)


class Leistung(BaseModel):
    """Eine Verwaltungsleistung."""

    schluessel: str = Field(examples=["99050012104000"])
    bezeichnung: str = Field(examples=["Gewerbe Anmeldung"])


class Eingang(BaseModel):
    """Der Antrag, aus dem ein Vorgang entstand."""

    antrag_id: UUID
    eingangsnummer: str = Field(examples=["E-2026-0000042"])
    leistung: Leistung


class EingangMitFormulardaten(Eingang):
    """Der Antrag mit dem, was ins Formular eingetragen wurde."""

    formulardaten: Any = Field(
        description="Wie gesendet; 12.50 bleibt 12.50. Null, solange ihre Datei nicht ausgeliefert wird.",
        examples=[{"beitrag": 12.5}],
    )


VorgangStatus = Literal["entwurf", "offen", "in_bearbeitung", "zda"]


class Vorgang(BaseModel):
    """Ein Vorgang, wie er in Listen steht, oder mit `uebergeordnet_id` ein Teilvorgang."""

    id: UUID
    betreff: str = Field(examples=["Anmeldung eines Gewerbes"])
    aktenzeichen: Zeichen
    akte_id: UUID
    uebergeordnet_id: UUID | None = Field(description="Der Vorgang, zu dem dieser Teilvorgang gehört.")
    ebene: Ebene
    position: Position
    alte_geschaeftszeichen: AlteZeichen
    fremde_geschaeftszeichen: FremdeZeichen
    status: VorgangStatus
    zda_am: date | None = Field(description="Tag, an dem er zu den Akten verfügt wurde.")
    federfuehrende_oe: Office
    vertraulichkeit: Vertraulichkeit
    eingang: Eingang | None
    erstellt_am: Moment
    etag: Etag

    @classmethod
    def of(cls, row: VorgangRow, keys: OfficeKeys) -> "Vorgang":
        return cls.model_validate({**_vorgang(row, keys), "eingang": _eingang(row)})


class VorgangMitEingang(Vorgang):
    """Ein Vorgang mit Formulardaten."""

    eingang: EingangMitFormulardaten | None

    @classmethod
    def of(cls, row: VorgangRow, keys: OfficeKeys) -> "VorgangMitEingang":
        eingang = _eingang(row)
        if eingang is not None:
            eingang["formulardaten"] = None
        return cls.model_validate({**_vorgang(row, keys), "eingang": eingang})


def _vorgang(row: VorgangRow, keys: OfficeKeys) -> dict[str, Any]:
    facts = {name: getattr(row, name) for name in Vorgang.model_fields if hasattr(row, name)}
    computed = {
        "federfuehrende_oe": row.federfuehrende_oe or keys.get(row.zustaendigkeit_id),
        "vertraulichkeit": RANKS[row.rang],
        "etag": etag_of(row.version),
    }
    return {**facts, **computed}


def _eingang(row: VorgangRow) -> dict[str, Any] | None:
    if row.antrag_id is None or row.eingangsnummer is None:
        return None
    return {
        "antrag_id": row.antrag_id,
        "eingangsnummer": row.eingangsnummer,
        "leistung": {
            "schluessel": row.leistung_schluessel or "",
            "bezeichnung": row.leistung_bezeichnung or "",
        },
    }
