"""Dokumente and the findings of their files as they are answered."""

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from dms_kit.web.conditional import etag_of
from dms_records.api.schemas.fields import RANKS, Etag, Finding, Moment, Pruefstatus, Vertraulichkeit
from dms_records.use_cases.queries import (
    BefundRow,
    DokumentRow,
)


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
