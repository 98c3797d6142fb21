"""Offices, and the caller's place in them, as they are answered."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel, Field

from dms_kit.web.conditional import etag_of
from dms_records.api.schemas.fields import Etag
from dms_records.use_cases.queries import (
    OrganisationseinheitRow,
)


class Organisationseinheit(BaseModel):
    """Eine Organisationseinheit."""

    id: UUID
    schluessel: str = Field(examples=["32"])
    name: str = Field(examples=["Amt für Bürgerdienste und Ordnung"])
    uebergeordnet: str | None = Field(description="Schlüssel der Einheit darüber.", examples=["00"])
    gueltig_von: date
    gueltig_bis: date | None = Field(description="Erster Tag, an dem es sie nicht mehr gibt.")
    etag: Etag

    @classmethod
    def of(cls, row: OrganisationseinheitRow) -> "Organisationseinheit":
        facts = {name: getattr(row, name) for name in cls.model_fields if name != "etag"}
        return cls.model_validate({**facts, "etag": etag_of(row.version)})


class Mitgliedschaft(BaseModel):
    """Eine Rolle in einer Organisationseinheit."""

    organisationseinheit: str = Field(examples=["32"])
    rolle: str = Field(examples=["sachbearbeitung"])


class Ich(BaseModel):
    """Wer ich bin und was ich darf."""

    sub: str
    name: str
    mandant: str = Field(examples=["dueren"])
    mitgliedschaften: list[Mitgliedschaft]
    client_rollen: list[str] = Field(description="Rollen eines maschinellen Clients.")
    rechte: list[str] = Field(description="Rechte aus allen Rollen zusammen.", examples=[["schriftgut:read"]])
