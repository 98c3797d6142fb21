"""What is answered, field by field as the API contract fixes it."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

from dms_kit.web.conditional import etag_of
from dms_records.domain.dokument import FORMULAR
from dms_records.use_cases.queries import (
    AkteRow,
    AnlageRow,
    BefundRow,
    DokumentRow,
    OrganisationseinheitRow,
    PosteingangRow,
    VorgangRow,
)

Moment = Annotated[
    datetime,
    PlainSerializer(lambda moment: moment.isoformat().replace("+00:00", "Z"), return_type=str, when_used="json"),
]
Etag = Annotated[str, Field(description="Stand des Objekts, für `If-Match`.", examples=['"1"'])]
Aktenzeichen = Annotated[str, Field(examples=["32.20#00007#0001"])]
Office = Annotated[str | None, Field(description="Schlüssel der federführenden Organisationseinheit.", examples=["32"])]
Pruefstatus = Literal["nicht_geprueft", "sauber", "befallen"]
Finding = Annotated[
    str | None,
    Field(
        description="Was gefunden wurde, oder warum die Datei nicht geprüft werden konnte.",
        examples=["Eicar-Signature"],
    ),
]
Vertraulichkeit = Literal["offen", "nur_fuer_den_dienstgebrauch", "vertraulich", "geheim", "streng_geheim"]
RANKS: tuple[Vertraulichkeit, ...] = (
    "offen",
    "nur_fuer_den_dienstgebrauch",
    "vertraulich",
    "geheim",
    "streng_geheim",
)
OfficeKeys = Mapping[UUID, str]


class Leistung(BaseModel):
    """Eine Verwaltungsleistung."""

    schluessel: str = Field(examples=["99050012104000"])
    bezeichnung: str = Field(examples=["Gewerbe Anmeldung"])


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


class Vorgang(BaseModel):
    """Ein Vorgang, wie er in Listen steht."""

    id: UUID
    betreff: str = Field(examples=["Anmeldung eines Gewerbes"])
    aktenzeichen: Aktenzeichen
    akte_id: UUID
    status: Literal["offen", "in_bearbeitung", "zda"]
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


class Dokument(BaseModel):
    """Ein Dokument mit den Angaben seiner aktuellen Version."""

    id: UUID
    titel: str
    vorgang_id: UUID
    aktenzeichen: str = Field(examples=["32.20#00007#0001#0002"])
    art: Literal["anlage", "formular"] = Field(description="`formular`: die Formulardaten des Antrags.")
    version: int = Field(description="Nummer der aktuellen Version.", examples=[1])
    dateiname: str = Field(examples=["nachweis.pdf"])
    mime_type: str = Field(examples=["application/pdf"])
    groesse: int = Field(description="In Bytes.", examples=[48213])
    sha256: str
    sha512: str
    pruefstatus: Pruefstatus
    befund: Finding
    geprueft_am: Moment | None
    vertraulichkeit: Vertraulichkeit
    erstellt_am: Moment
    etag: Etag

    @classmethod
    def of(cls, row: DokumentRow) -> "Dokument":
        facts = {name: getattr(row, name) for name in cls.model_fields if hasattr(row, name)}
        computed = {
            "version": row.aktuelle_version,
            "vertraulichkeit": RANKS[row.rang],
            "etag": etag_of(row.version),
        }
        return cls.model_validate({**facts, **computed})


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


class Befund(BaseModel):
    """Eine befallene Datei, oder eine, die nicht geprüft werden konnte; nichts von ihrem Inhalt, kein Name."""

    id: UUID = Field(description="Kennung der Dokumentversion oder der Datei im Posteingang.")
    dokument_id: UUID | None
    posteingang_id: UUID | None
    mime_type: str
    groesse: int = Field(description="In Bytes.", examples=[48213])
    pruefstatus: Literal["nicht_geprueft", "befallen"]
    befund: str = Field(description="Was gefunden wurde, oder warum nicht geprüft.", examples=["Eicar-Signature"])
    geprueft_am: Moment

    @classmethod
    def of(cls, row: BefundRow) -> "Befund":
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


def _vorgang(row: VorgangRow, keys: OfficeKeys) -> dict[str, Any]:
    return {
        "id": row.id,
        "betreff": row.betreff,
        "aktenzeichen": row.aktenzeichen,
        "akte_id": row.akte_id,
        "status": row.status,
        "federfuehrende_oe": keys.get(row.zustaendigkeit_id),
        "vertraulichkeit": RANKS[row.rang],
        "erstellt_am": row.erstellt_am,
        "etag": etag_of(row.version),
    }


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
