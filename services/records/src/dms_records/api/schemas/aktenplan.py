"""The Aktenplan as it is answered."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from dms_records.api.schemas.fields import Etag


class Aktenplaneinheit(BaseModel):
    """Eine Einheit des Aktenplans mit denen darunter; was null ist, erbt sie von oben."""

    id: UUID
    schluessel: str = Field(examples=["32.20"])
    titel: str = Field(examples=["Gewerbeanzeigen"])
    organisationseinheit: str | None = Field(description="Schlüssel der zuständigen Organisationseinheit.")
    aussonderungsart: Literal["A", "B", "V"] | None
    aufbewahrungsdauer: int | None = Field(description="In Jahren.")
    unbefristet: bool | None
    aktenbildung: Literal["fallakte", "sammelakte"] | None
    stillgelegt: bool
    gueltig_von: date
    gueltig_bis: date | None
    etag: Etag
    untergeordnet: list["Aktenplaneinheit"] = Field(default_factory=list)


class Aktenplan(BaseModel):
    """Der Aktenplan als Baum."""

    items: list[Aktenplaneinheit]
