"""Offices, and the caller's place in them, as they are answered."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from dms_kit.core.text import normalise
from dms_kit.web.conditional import etag_of
from dms_records.api.schemas.fields import Etag
from dms_records.use_cases.queries import (
    OrganisationseinheitHistorieRow,
    OrganisationseinheitRow,
    ZustaendigkeitHistorieRow,
    ZustaendigkeitRow,
)

Schluessel = Annotated[
    str,
    Field(min_length=1, max_length=60, pattern=r"^[0-9A-Za-zÄÖÜäöüß][0-9A-Za-zÄÖÜäöüß._-]*$", examples=["57"]),
]
WirksamAb = Annotated[
    date | None,
    Field(default=None, strict=False, description="Tag, ab dem es gilt, höchstens heute; ohne ihn heute."),
]
Name = Annotated[
    str,
    Field(min_length=1, max_length=200, pattern=r"\S", examples=["Amt für Jugend"]),
    AfterValidator(normalise),
]
Grund = Annotated[
    str,
    Field(min_length=1, max_length=2000, pattern=r"\S", description="Wofür das Protokoll ihn nennt."),
    AfterValidator(normalise),
]
Ended = Annotated[date | None, Field(description="Erster Tag, an dem es nicht mehr gilt.")]


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


class OrganisationseinheitHistorie(BaseModel):
    """Ein Stand einer Organisationseinheit."""

    stand: int = Field(description="Version der Einheit bei diesem Stand.")
    name: str
    uebergeordnet: str | None = Field(description="Schlüssel der Einheit darüber.", examples=["00"])
    gueltig_von: date
    gueltig_bis: Ended
    reorganisation_id: UUID | None = Field(description="Die Reorganisation, die diesen Stand beendet hat.")

    @classmethod
    def of(cls, row: OrganisationseinheitHistorieRow) -> "OrganisationseinheitHistorie":
        return cls.model_validate({name: getattr(row, name) for name in cls.model_fields})


class NeueOrganisationseinheit(BaseModel):
    """Eine Organisationseinheit, die es geben soll."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={"examples": [{"schluessel": "57", "name": "Amt für Jugend", "uebergeordnet": "00"}]},
    )

    schluessel: Schluessel
    name: Name
    uebergeordnet: Schluessel | None = None
    gueltig_von: date | None = Field(default=None, strict=False, description="Erster Tag; ohne ihn heute.")


class OrganisationseinheitAenderung(BaseModel):
    """Was an einer Organisationseinheit anders wird; was fehlt, bleibt."""

    model_config = ConfigDict(
        extra="forbid", strict=True, json_schema_extra={"examples": [{"name": "Amt für Jugend und Familie"}]}
    )

    name: Name = ""
    uebergeordnet: Schluessel | None = Field(default=None, description="Schlüssel; null: ganz oben.")
    wirksam_ab: WirksamAb


class OrganisationseinheitSchliessung(BaseModel):
    """Warum und wann eine Organisationseinheit endet."""

    model_config = ConfigDict(
        extra="forbid", strict=True, json_schema_extra={"examples": [{"grund": "Organisationsverfügung 3/2026"}]}
    )

    grund: Grund
    wirksam_ab: WirksamAb


class Zustaendigkeit(BaseModel):
    """Welche Organisationseinheit für das zuständig ist, was unter einer Aktenplaneinheit liegt."""

    id: UUID
    aktenplaneinheit: str = Field(examples=["32.20"])
    organisationseinheit: str = Field(examples=["32"])
    aufnehmend: bool = Field(description="Ob neue Akten hierher kommen; nach einer Zusammenlegung nur bei einer.")
    gueltig_von: date = Field(description="Seit wann diese Organisationseinheit zuständig ist.")
    gueltig_bis: Ended
    etag: Etag

    @classmethod
    def of(cls, row: ZustaendigkeitRow) -> "Zustaendigkeit":
        facts = {name: getattr(row, name) for name in cls.model_fields if name != "etag"}
        return cls.model_validate({**facts, "etag": etag_of(row.version)})


class ZustaendigkeitHistorie(BaseModel):
    """Wer von wann bis wann zuständig war."""

    stand: int = Field(description="Version der Zuständigkeit bei diesem Stand.")
    organisationseinheit: str = Field(examples=["50"])
    gueltig_von: date
    gueltig_bis: Ended
    reorganisation_id: UUID | None = Field(description="Die Reorganisation, die diesen Stand beendet hat.")

    @classmethod
    def of(cls, row: ZustaendigkeitHistorieRow) -> "ZustaendigkeitHistorie":
        return cls.model_validate({name: getattr(row, name) for name in cls.model_fields})


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
