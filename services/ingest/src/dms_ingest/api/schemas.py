"""What goes in and out over HTTP."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from dms_ingest.domain.anlage import Anlage, AnlageNennung, AnlagePruefstatus, Objekt
from dms_ingest.domain.antrag import Antrag, AntragSchritt
from dms_kit.core.errors import InvalidInputError
from dms_kit.web import strict_json
from dms_kit.web.conditional import etag_of
from dms_kit.web.validation import field_errors

# The document says by a pattern what stripping means: a line of blanks alone is too short.
_Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=500),
    Field(json_schema_extra={"pattern": r"^[^\x00]*[^\x00\s][^\x00]*$"}),
]
_Sha512 = Annotated[str, Field(pattern=r"^[0-9a-fA-F]{128}$")]


class _Eingabe(BaseModel):
    # Fields that we do not know stay in the kept bytes.
    model_config = ConfigDict(extra="allow")


class LeistungEingabe(_Eingabe):
    """Die beantragte Leistung."""

    schluessel: str = Field(pattern=r"^[0-9]{1,20}$", description="LeiKa-Schlüssel.", examples=["99050012104000"])
    bezeichnung: str = Field("", max_length=500, examples=["Gewerbe Anmeldung"])


class AnschriftEingabe(_Eingabe):
    """Eine Anschrift."""

    strasse: str | None = None
    hausnummer: str | None = None
    plz: str | None = None
    ort: str | None = None


class PersonEingabe(_Eingabe):
    """Eine natürliche Person als Antragsteller."""

    art: Literal["natuerliche_person"]
    vorname: _Line
    nachname: _Line
    anschrift: AnschriftEingabe | None = None
    email: str | None = None


class OrganisationEingabe(_Eingabe):
    """Eine Organisation als Antragsteller."""

    art: Literal["organisation"]
    name: _Line
    anschrift: AnschriftEingabe | None = None
    email: str | None = None


class FormularEingabe(_Eingabe):
    """Womit die Formulardaten erhoben wurden."""

    schema_uri: str | None = None
    version: str | None = None


class NennungEingabe(_Eingabe):
    """Eine mitgesendete Datei."""

    dateiname: str = Field(min_length=1)
    zweck: str | None = None
    sha512: _Sha512 | None = Field(None, description="Wird geprüft, wenn angegeben.")


class AntragEingabe(_Eingabe):
    """Der Teil `antrag`; er wird Byte für Byte aufbewahrt."""

    leistung: LeistungEingabe
    region: str = Field(pattern=r"^[0-9]{12}$", description="Amtlicher Regionalschlüssel.", examples=["053580008008"])
    antragsteller: Annotated[PersonEingabe | OrganisationEingabe, Field(discriminator="art")]
    betreff: _Line = Field(examples=["Anmeldung eines Gewerbes"])
    formulardaten: Any = Field(None, description="Beliebiges JSON.")
    formular: FormularEingabe | None = None
    externe_referenz: str | None = Field(None, min_length=1, max_length=200, examples=["PORTAL-2026-000123"])
    anlagen: list[NennungEingabe] | None = Field(
        None, description="Wenn angegeben, muss die Liste genau die gesendeten Dateien nennen."
    )

    def nennungen(self) -> tuple[AnlageNennung, ...] | None:
        """Return the named files, or None when the list was left out."""
        if self.anlagen is None:
            return None
        return tuple(
            AnlageNennung(dateiname=entry.dateiname, sha512=entry.sha512 and entry.sha512.lower())
            for entry in self.anlagen
        )


def read_eingabe(data: bytes) -> AntragEingabe:
    """Read the part `antrag`; broken JSON is MalformedRequestError, a wrong field InvalidInputError with pointers."""
    value = strict_json.parse(data)
    try:
        return AntragEingabe.model_validate(value)
    except ValidationError as error:
        faults = [{**fault, "loc": _location(fault)} for fault in error.errors(include_url=False)]
        raise InvalidInputError(errors=field_errors(faults)) from error


def _location(fault: Any) -> tuple[str | int, ...]:
    """Leave the chosen kind of Antragsteller, which Pydantic counts as a step, out of the pointer."""
    location: tuple[str | int, ...] = tuple(fault["loc"])
    if fault["type"].startswith("union_tag"):
        return (*location, "art")
    if location[:1] == ("antragsteller",) and len(location) > 2:
        return (location[0], *location[2:])
    return location


class ObjektAntwort(BaseModel):
    """Größe in Bytes und Prüfsummen einer Datei (hexadezimal)."""

    groesse: int
    sha256: str
    sha512: str

    @classmethod
    def of(cls, objekt: Objekt) -> "ObjektAntwort":
        """Show an object without its key."""
        return cls(groesse=objekt.groesse, sha256=objekt.sha256, sha512=objekt.sha512)


class AnlageAntwort(ObjektAntwort):
    """Eine Anlage."""

    id: UUID
    dateiname: str = Field(examples=["nachweis.pdf"])
    mime_type: str = Field(description="Am Inhalt erkannt.", examples=["application/pdf"])
    pruefstatus: AnlagePruefstatus

    @classmethod
    def of_anlage(cls, anlage: Anlage) -> "AnlageAntwort":
        """Show an Anlage."""
        return cls(
            id=anlage.id,
            dateiname=anlage.dateiname,
            mime_type=anlage.mime_type,
            pruefstatus=anlage.pruefstatus,
            **ObjektAntwort.of(anlage.objekt).model_dump(),
        )


class AntragZeile(BaseModel):
    """Ein Antrag in einer Liste."""

    id: UUID
    eingangsnummer: str = Field(examples=["E-2026-0000042"])
    status: AntragSchritt
    eingegangen_am: datetime
    externe_referenz: str | None
    etag: str = Field(examples=['"1"'])


class AntragListenzeile(AntragZeile):
    """Ein eigener Antrag mit dem, was aus ihm wurde."""

    vorgang_id: UUID | None
    aktenzeichen: str | None


class AntragQuittiert(AntragZeile):
    """Ein angenommener Antrag mit seiner Quittung."""

    anlagen: list[AnlageAntwort]
    quittung: str = Field(description="JWS (compact) über Kennung, Eingangsnummer, Zeit und alle Prüfsummen.")


class SchrittAntwort(BaseModel):
    """Ein erreichter Schritt."""

    schritt: AntragSchritt
    zeitpunkt: datetime


class LeistungAntwort(BaseModel):
    """Die beantragte Leistung."""

    schluessel: str
    bezeichnung: str


class AntragAntwort(AntragQuittiert):
    """Ein Antrag mit seinem Verlauf."""

    leistung: LeistungAntwort
    region: str
    betreff: str
    antrag: ObjektAntwort = Field(description="Der Teil `antrag`, wie er kam.")
    verlauf: list[SchrittAntwort]
    vorgang_id: UUID | None
    aktenzeichen: str | None


def _zeile(antrag: Antrag) -> dict[str, Any]:
    return {
        "id": antrag.id,
        "eingangsnummer": antrag.eingangsnummer,
        "status": antrag.status,
        "eingegangen_am": antrag.eingegangen_am,
        "externe_referenz": antrag.externe_referenz,
        "etag": etag_of(antrag.version),
    }


def _quittiert(antrag: Antrag) -> dict[str, Any]:
    anlagen = [AnlageAntwort.of_anlage(anlage) for anlage in antrag.anlagen]
    return {**_zeile(antrag), "anlagen": anlagen, "quittung": antrag.quittung}


def show_listenzeile(antrag: Antrag) -> AntragListenzeile:
    """Show an Antrag in a list."""
    return AntragListenzeile(**_zeile(antrag), vorgang_id=antrag.vorgang_id, aktenzeichen=antrag.aktenzeichen)


def show_quittiert(antrag: Antrag) -> AntragQuittiert:
    """Show an accepted Antrag."""
    return AntragQuittiert(**_quittiert(antrag))


def show_antrag(antrag: Antrag) -> AntragAntwort:
    """Show an Antrag and what became of it."""
    return AntragAntwort(
        **_quittiert(antrag),
        leistung=LeistungAntwort(schluessel=antrag.leistung_schluessel, bezeichnung=antrag.leistung_bezeichnung),
        region=antrag.region,
        betreff=antrag.betreff,
        antrag=ObjektAntwort.of(antrag.formular),
        verlauf=[SchrittAntwort(schritt=schritt, zeitpunkt=zeitpunkt) for schritt, zeitpunkt in antrag.verlauf()],
        vorgang_id=antrag.vorgang_id,
        aktenzeichen=antrag.aktenzeichen,
    )
