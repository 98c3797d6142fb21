"""Dokumente and the findings of their files as they are answered."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from dms_kit.web.conditional import etag_of
from dms_records.api.schemas.fields import RANKS, WHOLE, Etag, Finding, Moment, Pruefstatus, Vertraulichkeit
from dms_records.use_cases.compare_versionen import Versionsvergleich
from dms_records.use_cases.queries import (
    BefundRow,
    DokumentRow,
    DokumentversionRow,
)

DokumentArt = Literal["anlage", "formular", "schriftstueck"]
DokumentStatus = Literal["entwurf", "registriert"]


class Person(BaseModel):
    """Eine Person."""

    sub: str
    name: str


class Bearbeitungssperre(BaseModel):
    """Wer das Dokument ausgecheckt hat; von `bis` an hält das niemanden mehr ab."""

    inhaber: Person
    seit: Moment
    bis: Moment

    @classmethod
    def of(cls, row: DokumentRow, moment: datetime) -> "Bearbeitungssperre | None":
        if row.sperre_sub is None or row.sperre_seit is None or row.sperre_bis is None or row.sperre_bis <= moment:
            return None
        inhaber = Person(sub=row.sperre_sub, name=row.sperre_name or "")
        return cls(inhaber=inhaber, seit=row.sperre_seit, bis=row.sperre_bis)


class Dokument(BaseModel):
    """Ein Dokument mit den Angaben seiner aktuellen Version."""

    id: UUID
    titel: str
    vorgang_id: UUID
    aktenzeichen: str | None = Field(
        description="Null, solange es ein Entwurf ist.", examples=["32.20#00007#0001#0002"]
    )
    art: DokumentArt = Field(
        description="`formular`: die Formulardaten des Antrags; `schriftstueck`: von Hand angelegt."
    )
    status: DokumentStatus
    version: int = Field(description="Nummer der aktuellen Version.", examples=[1])
    endgueltig: bool = Field(description="Ob die aktuelle Version endgültig ist.")
    dateiname: str = Field(examples=["nachweis.pdf"])
    mime_type: str = Field(examples=["application/pdf"])
    groesse: int = Field(description="In Bytes.", examples=[48213])
    sha256: str
    sha512: str
    pruefstatus: Pruefstatus
    befund: Finding
    geprueft_am: Moment | None
    vertraulichkeit: Vertraulichkeit
    bearbeitungssperre: Bearbeitungssperre | None = Field(description="Null, wenn es niemand ausgecheckt hat.")
    erstellt_am: Moment
    etag: Etag

    @classmethod
    def of(cls, row: DokumentRow, moment: datetime) -> Self:
        facts = {name: getattr(row, name) for name in cls.model_fields if hasattr(row, name)}
        computed = {
            "version": row.aktuelle_version,
            "endgueltig": row.endgueltig_am is not None,
            "vertraulichkeit": RANKS[row.rang],
            "bearbeitungssperre": Bearbeitungssperre.of(row, moment),
            "etag": etag_of(row.version),
        }
        return cls.model_validate({**facts, **computed})


class Dokumentversion(BaseModel):
    """Ein unveränderlicher Stand eines Dokuments."""

    dokument_id: UUID
    nummer: int = Field(examples=[2])
    dateiname: str = Field(examples=["nachweis.pdf"])
    mime_type: str = Field(examples=["application/pdf"])
    groesse: int = Field(description="In Bytes.", examples=[48213])
    sha256: str
    sha512: str
    pruefstatus: Pruefstatus
    befund: Finding
    geprueft_am: Moment | None
    kommentar: str | None = Field(description="Was geändert wurde.", examples=["Anschrift berichtigt"])
    erstellt_am: Moment
    erstellt_von: Person | None = Field(description="Null, wenn das System die Version abgelegt hat.")
    wiederhergestellt_aus: int | None = Field(description="Die Version, deren Inhalt diese wieder hat.")
    endgueltig: bool = Field(description="Eine endgültige Version wird nie geändert und nie gelöscht.")
    endgueltig_am: Moment | None
    endgueltig_von: Person | None

    @classmethod
    def of(cls, row: DokumentversionRow) -> "Dokumentversion":
        facts = {name: getattr(row, name) for name in cls.model_fields if hasattr(row, name)}
        computed = {
            "erstellt_von": _person(row.erstellt_von, row.erstellt_von_name),
            "endgueltig": row.endgueltig_am is not None,
            "endgueltig_von": _person(row.endgueltig_von, row.endgueltig_von_name),
        }
        return cls.model_validate({**facts, **computed})


class Unterschied(BaseModel):
    """Ein Feld, in dem sich zwei Versionen unterscheiden."""

    feld: str = Field(examples=["dateiname"])
    alt: Any = Field(description="Wert der Version `von`.")
    neu: Any = Field(description="Wert der Version `mit`.")


class Vergleich(BaseModel):
    """Zwei Versionen eines Dokuments nebeneinander."""

    von: Dokumentversion
    mit: Dokumentversion
    inhalt_gleich: bool = Field(description="Ob beide dieselben Bytes haben.")
    unterschiede: list[Unterschied]

    @classmethod
    def of(cls, found: Versionsvergleich) -> "Vergleich":
        von, mit = Dokumentversion.of(found.von), Dokumentversion.of(found.mit)
        before, after = von.model_dump(mode="json"), mit.model_dump(mode="json")
        names = [name for name, *_ in found.unterschiede]
        return cls(
            von=von,
            mit=mit,
            inhalt_gleich=von.sha512 == mit.sha512,
            unterschiede=[Unterschied(feld=name, alt=before[name], neu=after[name]) for name in names],
        )


class GeloeschtesDokument(Dokument):
    """Ein Entwurf im Papierkorb."""

    geloescht_am: Moment
    loeschen_am: Moment = Field(description="Von da an wird er endgültig gelöscht.")


class Auschecken(BaseModel):
    """Für wie lange; ohne Angabe gilt, was für die Installation eingestellt ist."""

    model_config = ConfigDict(extra="forbid", strict=True, json_schema_extra={"examples": [{"dauer_minuten": 120}]})

    dauer_minuten: Annotated[int, Field(ge=1, le=10080), WHOLE] | None = Field(
        None, description="Höchstens sieben Tage."
    )


class Brechen(BaseModel):
    """Warum das Auschecken einer anderen Person beendet wird."""

    model_config = ConfigDict(
        extra="forbid", strict=True, json_schema_extra={"examples": [{"grund": "Frau Groß ist erkrankt."}]}
    )

    grund: str = Field(min_length=1, max_length=500, pattern=r"^[^\x00]*\S[^\x00]*$")


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


def _person(sub: str | None, name: str | None) -> Person | None:
    return None if sub is None else Person(sub=sub, name=name or "")
