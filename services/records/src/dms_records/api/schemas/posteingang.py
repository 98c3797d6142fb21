"""The Posteingang as it is answered, and its assignment."""

from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from dms_kit.web.conditional import etag_of
from dms_records.api.schemas.fields import Aktenzeichen, Etag, Moment, Pruefstatus
from dms_records.api.schemas.vorgang import Leistung
from dms_records.domain.dokument import FORMULAR
from dms_records.use_cases.queries import (
    AnlageRow,
    PosteingangRow,
)


class Anlage(BaseModel):
    """Eine Datei im Posteingang."""

    id: UUID
    dateiname: str = Field(examples=["nachweis.pdf"])
    mime_type: str
    groesse: int
    sha256: str
    pruefstatus: Pruefstatus

    @classmethod
    def of(cls, row: AnlageRow) -> "Anlage":
        return cls.model_validate({name: getattr(row, name) for name in cls.model_fields})


class Posteingang(BaseModel):
    """Was keine Ablageregel einordnen konnte."""

    id: UUID
    antrag_id: UUID
    eingangsnummer: str = Field(examples=["E-2026-0000042"])
    eingegangen_am: Moment
    betreff: str
    leistung: Leistung
    region: str = Field(examples=["053580008008"])
    grund: str = Field(examples=["Für die Leistung 99999999999999 gibt es keine Ablageregel."])
    formular: Anlage | None = Field(description="Die Formulardaten als Datei; ihr Inhalt wie der einer Anlage.")
    anlagen: list[Anlage]
    etag: Etag

    @classmethod
    def of(cls, row: PosteingangRow) -> "Posteingang":
        files = [(anlage.art == FORMULAR, Anlage.of(anlage)) for anlage in row.anlagen]
        return cls(
            id=row.id,
            antrag_id=row.antrag_id,
            eingangsnummer=row.eingangsnummer,
            eingegangen_am=row.eingegangen_am,
            betreff=row.betreff,
            leistung=Leistung(schluessel=row.leistung_schluessel, bezeichnung=row.leistung_bezeichnung),
            region=row.region,
            grund=row.grund,
            formular=next((file for is_form, file in files if is_form), None),
            anlagen=[file for is_form, file in files if not is_form],
            etag=etag_of(row.version),
        )


class Zuordnung(BaseModel):
    """Wohin ein Posteingang gehört."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={"examples": [{"organisationseinheit": "32", "aktenplaneinheit": "32.20"}]},
    )

    organisationseinheit: str = Field(min_length=1, max_length=60, description="Schlüssel der Organisationseinheit.")
    aktenplaneinheit: str = Field(min_length=1, max_length=60, description="Schlüssel der Aktenplaneinheit.")


class Zugeordnet(BaseModel):
    """Was aus einem Posteingang wurde."""

    vorgang_id: UUID
    aktenzeichen: Aktenzeichen
