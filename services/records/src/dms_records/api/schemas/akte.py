"""Akten as they are answered."""

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from dms_kit.web.conditional import etag_of
from dms_records.api.schemas.fields import RANKS, Aktenzeichen, Etag, Moment, Office, OfficeKeys, Vertraulichkeit
from dms_records.api.schemas.organisation import Grund, Schluessel
from dms_records.use_cases.queries import (
    AkteRow,
)


class Akte(BaseModel):
    """Eine Akte."""

    id: UUID
    titel: str = Field(examples=["Anmeldung eines Gewerbes"])
    aktenzeichen: Aktenzeichen
    art: Literal["fallakte", "sammelakte"]
    jahr: int | None = Field(description="Jahr einer Sammelakte.")
    aktenplaneinheit: str = Field(description="Schlüssel der Aktenplaneinheit.", examples=["32.20"])
    federfuehrende_oe: Office
    vertraulichkeit: Vertraulichkeit
    erstellt_am: Moment
    etag: Etag

    @classmethod
    def of(cls, row: AkteRow, keys: OfficeKeys) -> "Akte":
        return cls(
            id=row.id,
            titel=row.titel,
            aktenzeichen=row.aktenzeichen,
            art="sammelakte" if row.art == "sammelakte" else "fallakte",
            jahr=row.jahr,
            aktenplaneinheit=row.aktenplaneinheit,
            federfuehrende_oe=keys.get(row.zustaendigkeit_id),
            vertraulichkeit=RANKS[row.rang],
            erstellt_am=row.erstellt_am,
            etag=etag_of(row.version),
        )


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
    aktenzeichen: Aktenzeichen
    federfuehrende_oe: str = Field(examples=["61"])
    etag: Etag
