"""Verweise as they are sent and answered."""

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from dms_kit.web.conditional import etag_of
from dms_records.api.schemas.eingaben import Eingabe, Kennung
from dms_records.api.schemas.fields import Etag, Moment, Zeichen
from dms_records.domain.schriftgut import SchriftgutBezug
from dms_records.use_cases.queries import VerweisRow

Verweistyp = Literal["bezieht_sich_auf", "enthaelt", "ersetzt", "folgt_auf", "antwortet_auf"]
Richtung = Literal["ausgehend", "eingehend"]
Objektart = Literal["akte", "vorgang", "dokument"]


class VerweiszielEingabe(Eingabe):
    """Worauf verwiesen wird."""

    art: Objektart
    id: Kennung

    def bezug(self) -> SchriftgutBezug:
        """Return it as the domain names it."""
        return SchriftgutBezug(self.art, self.id)


class VerweisEingabe(Eingabe):
    """Ein Verweis, der gesetzt wird."""

    typ: Verweistyp = Field(
        description="`enthaelt`: der Vorgang führt ein Dokument mit, das in einem anderen Vorgang liegt."
    )
    ziel: VerweiszielEingabe


class Verweisende(BaseModel):
    """Ein Ende eines Verweises."""

    art: Objektart
    id: UUID
    titel: str = Field(description="Titel, beim Vorgang sein Betreff.")
    aktenzeichen: Zeichen


class Verweis(BaseModel):
    """Ein Verweis; wer ihn sieht, darf beide Enden lesen."""

    id: UUID
    typ: Verweistyp
    quelle: Verweisende
    ziel: Verweisende
    erstellt_am: Moment
    etag: Etag

    @classmethod
    def of(cls, row: VerweisRow) -> "Verweis":
        return cls.model_validate(
            {
                "id": row.id,
                "typ": row.typ,
                "quelle": {**_named(row.quelle), "titel": row.quelle_titel, "aktenzeichen": row.quelle_aktenzeichen},
                "ziel": {**_named(row.ziel), "titel": row.ziel_titel, "aktenzeichen": row.ziel_aktenzeichen},
                "erstellt_am": row.erstellt_am,
                "etag": etag_of(row.version),
            }
        )


def _named(bezug: SchriftgutBezug) -> dict[str, object]:
    return {"art": bezug.art, "id": bezug.id}
