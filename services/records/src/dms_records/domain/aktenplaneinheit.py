"""The Aktenplan: under what, for how long and by which rule files are kept."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from uuid import UUID

from dms_records.domain.aktenplan_errors import (
    AktenplaneinheitClosedError,
    AufbewahrungsdauerMissingError,
    ZustaendigkeitMissingError,
)
from dms_records.domain.aktenzeichen import AktenzeichenVorlage

FALLAKTE = "fallakte"
SAMMELAKTE = "sammelakte"
_Value = TypeVar("_Value")


@dataclass(eq=False, kw_only=True)
class Aktenplaneinheit:
    """
    A unit of the plan.

    What is None is inherited from above: `aussonderungsart` (A, B or V), `aufbewahrungsdauer` in years (or
    `unbefristet`), `aktenbildung`, the templates, the office and the `produktnummer`, a key in a second classification.
    `rang` is the confidentiality of what is filed here; `gueltig_bis` is the first day on which the unit is closed.
    """

    mandant: str
    id: UUID
    schluessel: str
    titel: str
    uebergeordnet_id: UUID | None = None
    gueltig_von: date
    gueltig_bis: date | None = None
    stillgelegt: bool = False
    aussonderungsart: str | None = None
    aufbewahrungsdauer: int | None = None
    unbefristet: bool | None = None
    aktenbildung: str | None = None
    aktenzeichen_akte: str | None = None
    aktenzeichen_vorgang: str | None = None
    aktenzeichen_dokument: str | None = None
    organisationseinheit_id: UUID | None = None
    produktnummer: str | None = None
    rang: int = 0
    version: int = 1


@dataclass(frozen=True, kw_only=True)
class Aktenplanstelle:
    """A plan unit as filing sees it: everything inherited is resolved."""

    einheit: Aktenplaneinheit
    organisationseinheit_id: UUID
    aktenbildung: str
    vorlage: AktenzeichenVorlage
    produktnummer: str | None = None


def resolve_stelle(
    path: Sequence[Aktenplaneinheit], today: date, *, organisationseinheit_id: UUID | None = None
) -> Aktenplanstelle:
    """
    Resolve a unit (first in `path`, the units above follow) for filing, or refuse with the reason.

    Rule of the trade: nothing may be filed under a closed unit, or under one with neither an Aussonderungsart and an
    Aufbewahrungsdauer of its own nor inherited ones.
    """
    einheit = path[0]
    for unit in path:
        if unit.stillgelegt or not _is_valid(unit, today):
            message = f"Die Aktenplaneinheit {unit.schluessel} ist stillgelegt oder nicht gültig."
            raise AktenplaneinheitClosedError(message)
    if not any(unit.unbefristet or unit.aufbewahrungsdauer is not None for unit in path):
        message = f"Die Aktenplaneinheit {einheit.schluessel} hat keine Aufbewahrungsdauer."
        raise AufbewahrungsdauerMissingError(message)
    if _first(unit.aussonderungsart for unit in path) is None:
        message = f"Die Aktenplaneinheit {einheit.schluessel} hat keine Aussonderungsart."
        raise AufbewahrungsdauerMissingError(message)
    office = organisationseinheit_id or _first(unit.organisationseinheit_id for unit in path)
    if office is None:
        message = f"Für die Aktenplaneinheit {einheit.schluessel} ist keine Organisationseinheit zuständig."
        raise ZustaendigkeitMissingError(message)
    return Aktenplanstelle(
        einheit=einheit,
        organisationseinheit_id=office,
        aktenbildung=_first(unit.aktenbildung for unit in path) or FALLAKTE,
        vorlage=vorlage_of(path),
        produktnummer=_first(unit.produktnummer for unit in path),
    )


def vorlage_of(path: Sequence[Aktenplaneinheit]) -> AktenzeichenVorlage:
    """Return the templates of a unit, each its own or the nearest above."""
    default = AktenzeichenVorlage()
    return AktenzeichenVorlage(
        akte=_first(unit.aktenzeichen_akte for unit in path) or default.akte,
        vorgang=_first(unit.aktenzeichen_vorgang for unit in path) or default.vorgang,
        dokument=_first(unit.aktenzeichen_dokument for unit in path) or default.dokument,
    )


def attribute_of(path: Sequence[Aktenplaneinheit]) -> Mapping[str, bool]:
    """Return which attributes that a template may name have a value for a unit, its own or from above."""
    return {
        "oe": any(unit.organisationseinheit_id is not None for unit in path),
        "produktnummer": any(unit.produktnummer is not None for unit in path),
    }


def _first(values: Iterable[_Value | None]) -> _Value | None:
    return next((value for value in values if value is not None), None)


def _is_valid(unit: Aktenplaneinheit, today: date) -> bool:
    return unit.gueltig_von <= today and (unit.gueltig_bis is None or today < unit.gueltig_bis)
