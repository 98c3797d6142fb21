"""Beteiligte as they are sent and answered."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field

from dms_kit.core.text import normalise
from dms_kit.web.conditional import etag_of
from dms_records.api.schemas.eingaben import Eingabe, Zeile
from dms_records.api.schemas.fields import Etag, Moment
from dms_records.domain.beteiligter import BeteiligterAngaben
from dms_records.use_cases.queries import BeteiligterRow

# §§ 13, 14 and 16 VwVfG name most of them.
Rolle = Literal[
    "antragsteller",
    "antragsgegner",
    "adressat",
    "hinzugezogen",
    "bevollmaechtigt",
    "beistand",
    "vertretung",
    "eigentuemer",
    "sonstige",
]
Beteiligtenart = Literal["natuerliche_person", "organisation"]
_Email = Annotated[
    str,
    Field(min_length=3, max_length=254, pattern=r"^[^\x00-\x20\x7f@]+@[^\x00-\x20\x7f@]+$"),
    AfterValidator(normalise),
]
_ANSCHRIFT = ("strasse", "hausnummer", "plz", "ort")


class BeteiligtenanschriftEingabe(Eingabe):
    """Die Anschrift; was fehlt, ist nicht bekannt."""

    strasse: Zeile | None = Field(None, examples=["Beispielstraße"])
    hausnummer: Zeile | None = Field(None, examples=["1 a"])
    plz: Zeile | None = Field(None, examples=["52349"])
    ort: Zeile | None = Field(None, examples=["Düren"])


class _Angaben(Eingabe):
    rolle: Rolle
    anschrift: BeteiligtenanschriftEingabe | None = None
    email: _Email | None = Field(None, examples=["beispiel@example.org"])
    telefon: Zeile | None = Field(None, examples=["+49 2421 000000"])

    def angaben(self) -> BeteiligterAngaben:
        """Return what is said."""
        said = self.model_dump(exclude={"anschrift"})
        return BeteiligterAngaben(**said, **(self.anschrift.model_dump() if self.anschrift is not None else {}))


class BeteiligtePersonEingabe(_Angaben):
    """Eine natürliche Person."""

    art: Literal["natuerliche_person"]
    vorname: Zeile | None = Field(None, examples=["Erika"])
    nachname: Zeile = Field(examples=["Mustermann"])


class BeteiligteOrganisationEingabe(_Angaben):
    """Eine Organisation."""

    art: Literal["organisation"]
    name: Zeile = Field(examples=["Beispiel GmbH"])


BeteiligterEingabe = Annotated[BeteiligtePersonEingabe | BeteiligteOrganisationEingabe, Field(discriminator="art")]


class Beteiligtenanschrift(BaseModel):
    """Eine Anschrift."""

    strasse: str | None
    hausnummer: str | None
    plz: str | None
    ort: str | None


class Beteiligter(BaseModel):
    """Eine Person oder Organisation mit ihrer Rolle in einer Akte oder einem Vorgang."""

    id: UUID
    akte_id: UUID | None
    vorgang_id: UUID | None
    rolle: Rolle
    art: Beteiligtenart
    vorname: str | None
    nachname: str | None
    name: str | None = Field(description="Nur bei Organisationen.")
    anschrift: Beteiligtenanschrift | None
    email: str | None
    telefon: str | None
    erstellt_am: Moment
    etag: Etag

    @classmethod
    def of(cls, row: BeteiligterRow) -> "Beteiligter":
        facts: dict[str, Any] = {name: getattr(row, name) for name in cls.model_fields if hasattr(row, name)}
        anschrift = {name: getattr(row, name) for name in _ANSCHRIFT}
        known = any(value is not None for value in anschrift.values())
        return cls(**facts, anschrift=anschrift if known else None, etag=etag_of(row.version))
