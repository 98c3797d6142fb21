"""Akten as they are answered."""

from datetime import date
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

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
from dms_records.api.schemas.organisation import Grund, Schluessel
from dms_records.use_cases.queries import (
    AkteRow,
)

AkteArt = Literal["fallakte", "sammelakte"]
AkteStatus = Literal["entwurf", "registriert", "in_bearbeitung", "zda"]


class Akte(BaseModel):
    """Eine Akte, oder mit `uebergeordnet_id` eine Teilakte."""

    id: UUID
    titel: str = Field(examples=["Anmeldung eines Gewerbes"])
    aktenzeichen: Zeichen
    status: AkteStatus
    zda_am: date | None = Field(description="Tag, an dem sie zu den Akten verfügt wurde.")
    art: AkteArt
    jahr: int | None = Field(description="Jahr einer Sammelakte.")
    aktenplaneinheit: str = Field(description="Schlüssel der Aktenplaneinheit.", examples=["32.20"])
    uebergeordnet_id: UUID | None = Field(description="Die Akte, zu der diese Teilakte gehört.")
    ebene: Ebene
    position: Position
    alte_geschaeftszeichen: AlteZeichen
    fremde_geschaeftszeichen: FremdeZeichen
    federfuehrende_oe: Office
    vertraulichkeit: Vertraulichkeit
    erstellt_am: Moment
    etag: Etag

    @classmethod
    def of(cls, row: AkteRow, keys: OfficeKeys) -> "Akte":
        return cls.model_validate(akte_facts(row, keys))


def akte_facts(row: AkteRow, keys: OfficeKeys) -> dict[str, Any]:
    """Return the fields that every answer about an Akte has."""
    facts = {name: getattr(row, name) for name in Akte.model_fields if hasattr(row, name)}
    computed = {
        "federfuehrende_oe": row.federfuehrende_oe or keys.get(row.zustaendigkeit_id),
        "vertraulichkeit": RANKS[row.rang],
        "etag": etag_of(row.version),
    }
    return {**facts, **computed}


class AkteUebergabe(BaseModel):
    """An wen eine Akte geht, und warum."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={"examples": [{"organisationseinheit": "61", "grund": "Falsche Zuständigkeit"}]},
    )

    organisationseinheit: Schluessel
    grund: Grund


class UebergebeneAkte(BaseModel):
    """Eine Akte, die jetzt bei einer anderen Organisationseinheit ist."""

    id: UUID
    aktenzeichen: Zeichen
    federfuehrende_oe: str = Field(examples=["61"])
    etag: Etag
