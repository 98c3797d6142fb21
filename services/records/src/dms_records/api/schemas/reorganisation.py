"""What is ordered of a reorganisation, and what it touched."""

import json
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from dms_records.api.schemas.fields import Moment
from dms_records.api.schemas.organisation import Grund, Name, Schluessel, WirksamAb
from dms_records.domain.reorganisation import (
    Reorganisation,
    ReorganisationClose,
    ReorganisationCreate,
    ReorganisationMerge,
    ReorganisationMove,
    ReorganisationRename,
    ReorganisationSchritt,
    ReorganisationSplit,
    ReorganisationTeil,
)
from dms_records.use_cases.queries import ReorganisationRow

_MAX = 200
_EXAMPLE: dict[str, Any] = {
    "grund": "Ratsbeschluss 2026/118",
    "probelauf": True,
    "schritte": [
        {"art": "create", "schluessel": "57", "name": "Amt für Soziales und Ehrenamt", "uebergeordnet": "00"},
        {"art": "merge", "von": ["50", "56"], "nach": "57"},
        {"art": "rename", "organisationseinheit": "66", "name": "Amt für Tiefbau und Verkehr"},
    ],
}


class Anlegen(BaseModel):
    """Eine neue Organisationseinheit."""

    model_config = ConfigDict(extra="forbid", strict=True)

    art: Literal["create"]
    schluessel: Schluessel
    name: Name
    uebergeordnet: Schluessel | None = None

    def to_schritt(self) -> ReorganisationSchritt:
        return ReorganisationCreate(schluessel=self.schluessel, name=self.name, uebergeordnet=self.uebergeordnet)


class Zusammenlegen(BaseModel):
    """Organisationseinheiten geben alles an eine andere ab und schließen."""

    model_config = ConfigDict(extra="forbid", strict=True)

    art: Literal["merge"]
    von: list[Schluessel] = Field(min_length=1, max_length=_MAX, examples=[["50", "56"]])
    nach: Schluessel

    def to_schritt(self) -> ReorganisationSchritt:
        return ReorganisationMerge(von=tuple(self.von), nach=self.nach)


class Teil(BaseModel):
    """Was von einer Aufteilung eine Organisationseinheit bekommt."""

    model_config = ConfigDict(extra="forbid", strict=True)

    nach: Schluessel
    aktenplaneinheiten: list[Annotated[str, Field(min_length=1, max_length=60)]] = Field(
        min_length=1,
        max_length=5000,
        description="Schlüssel, jeweils mit allem darunter; der nähere gilt.",
        examples=[["50.20"]],
    )


class Aufteilen(BaseModel):
    """Die Aktenplaneinheiten einer Organisationseinheit gehen an verschiedene andere; ohne `bleibt` schließt sie."""

    model_config = ConfigDict(extra="forbid", strict=True)

    art: Literal["split"]
    von: Schluessel
    teile: list[Teil] = Field(min_length=1, max_length=_MAX)
    rest: Schluessel | None = Field(default=None, description="Wer bekommt, was kein Teil nennt.")
    bleibt: bool = Field(default=False, description="Ob die Einheit mit dem Rest weiterbesteht.")

    def to_schritt(self) -> ReorganisationSchritt:
        teile = [
            ReorganisationTeil(nach=teil.nach, aktenplaneinheiten=tuple(teil.aktenplaneinheiten)) for teil in self.teile
        ]
        return ReorganisationSplit(von=self.von, teile=tuple(teile), rest=self.rest, bleibt=self.bleibt)


class Umhaengen(BaseModel):
    """Eine Organisationseinheit kommt mit allem darunter unter eine andere."""

    model_config = ConfigDict(extra="forbid", strict=True)

    art: Literal["move"]
    organisationseinheit: Schluessel
    uebergeordnet: Schluessel | None = Field(description="Schlüssel; null: ganz oben.")

    def to_schritt(self) -> ReorganisationSchritt:
        return ReorganisationMove(organisationseinheit=self.organisationseinheit, uebergeordnet=self.uebergeordnet)


class Umbenennen(BaseModel):
    """Eine Organisationseinheit bekommt einen anderen Namen."""

    model_config = ConfigDict(extra="forbid", strict=True)

    art: Literal["rename"]
    organisationseinheit: Schluessel
    name: Name

    def to_schritt(self) -> ReorganisationSchritt:
        return ReorganisationRename(organisationseinheit=self.organisationseinheit, name=self.name)


class Schliessen(BaseModel):
    """Eine Organisationseinheit schließt, an der nichts mehr hängt."""

    model_config = ConfigDict(extra="forbid", strict=True)

    art: Literal["close"]
    organisationseinheit: Schluessel

    def to_schritt(self) -> ReorganisationSchritt:
        return ReorganisationClose(organisationseinheit=self.organisationseinheit)


Schritt = Annotated[
    Anlegen | Zusammenlegen | Aufteilen | Umhaengen | Umbenennen | Schliessen, Field(discriminator="art")
]


class NeueReorganisation(BaseModel):
    """Was geschehen soll, der Reihe nach und alles in einem Zug."""

    model_config = ConfigDict(extra="forbid", strict=True, json_schema_extra={"examples": [_EXAMPLE]})

    schritte: list[Schritt] = Field(min_length=1, max_length=_MAX)
    grund: Grund
    wirksam_ab: WirksamAb
    probelauf: bool = Field(default=False, description="Nur sagen, was geschähe: dieselben Zahlen, keine Änderung.")


class ReorganisationAnzahl(BaseModel):
    """Wie viel eine Reorganisation berührt; das Schriftgut wechselt die Hände, ohne geändert zu werden."""

    organisationseinheiten: int
    zustaendigkeiten: int
    aktenplaneinheiten: int
    ablageregeln: int
    akten: int
    vorgaenge: int
    dokumente: int


class BetroffeneOrganisationseinheit(BaseModel):
    """Eine Organisationseinheit und was mit ihr geschah."""

    schluessel: str
    name: str
    aktionen: list[Literal["created", "moved", "renamed", "closed"]]


class BetroffeneZustaendigkeit(BaseModel):
    """Eine Zuständigkeit, die die Hände wechselt, und wie viel an ihr hängt."""

    id: UUID
    aktenplaneinheit: str
    von: str
    nach: str
    akten: int
    vorgaenge: int
    dokumente: int


class BetroffeneAktenplaneinheit(BaseModel):
    """Eine Aktenplaneinheit, für die jetzt eine andere Organisationseinheit zuständig ist."""

    schluessel: str
    von: str
    nach: str


class BetroffeneAblageregel(BaseModel):
    """Eine Ablageregel, die jetzt zu einer anderen Organisationseinheit führt."""

    leistung: str
    region: str
    von: str
    nach: str


class ReorganisationErgebnis(BaseModel):
    """Alles, was eine Reorganisation berührt."""

    anzahl: ReorganisationAnzahl
    organisationseinheiten: list[BetroffeneOrganisationseinheit]
    zustaendigkeiten: list[BetroffeneZustaendigkeit]
    aktenplaneinheiten: list[BetroffeneAktenplaneinheit]
    ablageregeln: list[BetroffeneAblageregel]


class ReorganisationEintrag(BaseModel):
    """Eine Reorganisation, wie sie in Listen steht."""

    id: UUID
    wirksam_ab: date
    grund: str
    durchgefuehrt_am: Moment
    anzahl: ReorganisationAnzahl

    @classmethod
    def of(cls, row: ReorganisationRow) -> "ReorganisationEintrag":
        facts = {name: getattr(row, name) for name in ("id", "wirksam_ab", "grund", "durchgefuehrt_am")}
        return cls.model_validate({**facts, "anzahl": json.loads(row.ergebnis)["anzahl"]})


class ReorganisationAntwort(BaseModel):
    """Eine Reorganisation mit allem, was sie berührt; bei einem Probelauf: was sie berührte."""

    id: UUID
    probelauf: bool
    wirksam_ab: date
    grund: str
    durchgefuehrt_am: Moment
    schritte: list[Schritt]
    ergebnis: ReorganisationErgebnis

    @classmethod
    def of(cls, row: Reorganisation | ReorganisationRow, *, probelauf: bool = False) -> "ReorganisationAntwort":
        facts = {name: getattr(row, name) for name in ("id", "wirksam_ab", "grund", "durchgefuehrt_am")}
        told = {"schritte": json.loads(row.schritte), "ergebnis": json.loads(row.ergebnis)}
        return cls.model_validate({**facts, **told, "probelauf": probelauf})
