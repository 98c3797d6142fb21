"""What is said to create, change and close a unit of the plan."""

import re
from contextlib import suppress
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic.config import JsonDict

from dms_kit.core.errors import FieldError, InvalidInputError
from dms_kit.core.text import normalise
from dms_records.api.schemas.aktenplan import Aktenbildung, Aussonderungsart
from dms_records.api.schemas.fields import RANKS, Vertraulichkeit
from dms_records.domain.aktenzeichen import template_pattern

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def _day(value: object) -> object:
    # Strict validation takes no texts, lax validation numbers and moments too; what is not a day stays and is refused.
    if isinstance(value, str) and _DAY.fullmatch(value):
        with suppress(ValueError):
            return date.fromisoformat(value)
    return value


Day = Annotated[date, BeforeValidator(_day)]
NewKey = Annotated[
    str,
    StringConstraints(max_length=60, pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]*$"),
    Field(description="Schlüssel der Aktenplaneinheit, für immer.", examples=["32.25"]),
]
KnownKey = Annotated[str, StringConstraints(min_length=1, max_length=60)]
Title = Annotated[
    str,
    StringConstraints(max_length=500, pattern=r"\S", strip_whitespace=True),
    BeforeValidator(lambda text: normalise(text) if isinstance(text, str) else text),
    Field(examples=["Reisegewerbe"]),
]
Grund = Annotated[str | None, Field(max_length=500, description="Warum; steht in der Historie.")]
_TEMPLATE = "Vorlage; null erbt die der Einheit darüber."


def _template(noun: Literal["akte", "vorgang", "dokument"], example: str) -> Any:
    # The domain checks it and says what is wrong; the document shows clients the form.
    return Field(
        default=None,
        min_length=1,
        max_length=200,
        description=_TEMPLATE,
        examples=[example],
        json_schema_extra={"pattern": template_pattern(noun)},
    )


class _Angaben(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    uebergeordnet: KnownKey | None = Field(default=None, description="Schlüssel der Einheit darüber.", examples=["32"])
    organisationseinheit: KnownKey | None = Field(
        default=None, description="Schlüssel der zuständigen Organisationseinheit; null erbt.", examples=["32"]
    )
    aussonderungsart: Aussonderungsart | None = None
    aufbewahrungsdauer: int | None = Field(default=None, ge=0, le=999, description="In Jahren.")
    unbefristet: bool | None = Field(default=None, description="Wahr nur ohne Aufbewahrungsdauer.")
    aktenbildung: Aktenbildung | None = None
    aktenzeichen_akte: str | None = _template("akte", "{plan}#{akte:05}")
    aktenzeichen_vorgang: str | None = _template("vorgang", "#{vorgang:04}")
    aktenzeichen_dokument: str | None = _template("dokument", "#{dokument:04}")
    produktnummer: str | None = Field(
        default=None,
        max_length=60,
        pattern=r"^[0-9A-Za-z][0-9A-Za-z._/-]*$",
        description="Schlüssel in einer zweiten Gliederung, zum Beispiel die Produktnummer der KGSt.",
        examples=["12.2.01"],
    )
    grund: Grund = None

    def angaben(self) -> dict[str, Any]:
        """Return what was said of the unit itself, by the names of the domain."""
        if self.unbefristet and self.aufbewahrungsdauer is not None:
            fault = FieldError("/aufbewahrungsdauer", "Unbefristet gibt es keine Aufbewahrungsdauer.")
            raise InvalidInputError(errors=[fault])
        facts = {name: getattr(self, name) for name in self.model_fields_set - _ABOUT_THE_ACT}
        if "vertraulichkeit" in facts:
            facts["rang"] = RANKS.index(facts.pop("vertraulichkeit"))
        # Of the two ways to say the retention one replaces the other.
        if facts.get("unbefristet"):
            facts["aufbewahrungsdauer"] = None
        elif facts.get("aufbewahrungsdauer") is not None:
            facts.setdefault("unbefristet", False)
        return facts


_ABOUT_THE_ACT = frozenset({"schluessel", "grund", "wirksam_ab"})
_EITHER: JsonDict = {
    "not": {
        "required": ["unbefristet", "aufbewahrungsdauer"],
        "properties": {"unbefristet": {"const": True}, "aufbewahrungsdauer": {"type": "integer"}},
    }
}


class NeueAktenplaneinheit(_Angaben):
    """Eine neue Einheit des Aktenplans; was fehlt oder null ist, erbt sie von oben."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={
            **_EITHER,
            "examples": [{"schluessel": "32.25", "titel": "Reisegewerbe", "uebergeordnet": "32"}],
        },
    )

    schluessel: NewKey
    titel: Title
    vertraulichkeit: Vertraulichkeit = "offen"
    stillgelegt: bool = False
    gueltig_von: Day | None = Field(default=None, description="Erster Tag; heute, wenn nichts gesagt ist.")
    gueltig_bis: Day | None = Field(default=None, description="Erster Tag, an dem die Einheit geschlossen ist.")

    def angaben(self) -> dict[str, Any]:
        """Return what was said of the unit itself, but for its key and first day."""
        return {name: value for name, value in super().angaben().items() if name != "gueltig_von"}


class AktenplaneinheitAenderung(_Angaben):
    """Was an einer Einheit anders wird; was nicht genannt ist, bleibt. Ihr Schlüssel ändert sich nie."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={**_EITHER, "examples": [{"titel": "Gewerbe", "grund": "Neuer Geschäftsverteilungsplan"}]},
    )

    # Defaults of what may not be null are never read: only what was said counts.
    titel: Title = Field(default_factory=str)
    vertraulichkeit: Vertraulichkeit = Field(default_factory=lambda: "offen")
    stillgelegt: bool = Field(default_factory=bool)
    gueltig_von: Day = Field(default_factory=lambda: date.min)
    gueltig_bis: Day | None = Field(default=None, description="Erster Tag, an dem die Einheit geschlossen ist.")
    wirksam_ab: Day | None = Field(
        default=None, description="Ab wann der Stand gilt: heute, oder ein Tag nach dem Beginn des vorigen Standes."
    )


class AktenplaneinheitSchliessung(BaseModel):
    """Von wann an eine Einheit geschlossen ist."""

    model_config = ConfigDict(
        extra="forbid", strict=True, json_schema_extra={"examples": [{"grund": "Aufgabe entfallen"}]}
    )

    gueltig_bis: Day | None = Field(
        default=None, description="Erster Tag, an dem sie geschlossen ist; heute, wenn nichts gesagt ist."
    )
    grund: Grund = None
