"""Aktenzeichen: given by the system from a template of the plan unit, never reused."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from string import Formatter

from dms_kit.core.errors import FieldError
from dms_records.domain.errors import AktenzeichenInvalidError

_Part = tuple[str, str | None, str | None, str | None]
# Printable ASCII but for braces, and the letters of Latin alphabets.
_CHARACTER = "[ -z|~¡-¬®-ſ]"
_LITERAL = re.compile(f"{_CHARACTER}*")
_WIDTH = re.compile(r"0[1-9]")
_DATE_PARTS = frozenset({"jahr", "monat", "tag"})
# What a unit or its office says; a template may name them only where they have a value.
_ATTRIBUTES = frozenset({"oe", "produktnummer"})
_NUMBERS = frozenset({"akte", "vorgang", "dokument"})


@dataclass(frozen=True, kw_only=True)
class AktenzeichenStelle:
    """What the placeholders of an Akte's template stand for, but for the number: the unit, the day, the attributes."""

    plan: str
    tag: date
    attribute: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class AktenzeichenVorlage:
    """
    The templates of one plan unit; Vorgang and Dokument add theirs to the Aktenzeichen above them.

    Placeholders: `{plan}`, the running numbers `{akte}`, `{vorgang}`, `{dokument}`, with a width as in `{akte:05}`, the
    date parts `{jahr}`, `{monat}`, `{tag}`, and the attributes `{oe}`, `{produktnummer}`. With `{jahr}` the numbers of
    the Akten start anew each year.
    """

    akte: str = "{plan}#{akte:05}"
    vorgang: str = "#{vorgang:04}"
    dokument: str = "#{dokument:04}"

    def __post_init__(self) -> None:
        _check("akte", self.akte, required={"plan", "akte"}, allowed=_DATE_PARTS | _ATTRIBUTES)
        _check("vorgang", self.vorgang, required={"vorgang"}, allowed=_DATE_PARTS)
        _check("dokument", self.dokument, required={"dokument"}, allowed=_DATE_PARTS)

    @property
    def attributes(self) -> frozenset[str]:
        """Return the attributes that the template of an Akte names."""
        return _names(self.akte) & _ATTRIBUTES

    def check_attributes(self, known: Mapping[str, bool]) -> None:
        """Refuse a template that names an attribute without a value."""
        if missing := sorted(name for name in self.attributes if not known[name]):
            raise _empty(self.akte, missing[0])

    def number_year(self, jahr: int) -> int:
        """Return the year whose row counts the Akten: 0 when they are counted for ever."""
        return jahr if "jahr" in _names(self.akte) else 0

    def for_akte(self, stelle: AktenzeichenStelle, *, nummer: int) -> str:
        """Return the Aktenzeichen of an Akte; refuses an attribute that has no value."""
        if missing := sorted(name for name in self.attributes if not stelle.attribute.get(name)):
            raise _empty(self.akte, missing[0])
        return self.akte.format(plan=stelle.plan, akte=nummer, **stelle.attribute, **_parts(stelle.tag))

    def for_vorgang(self, akte: str, *, nummer: int, tag: date) -> str:
        """Return the Aktenzeichen of a Vorgang below that of its Akte."""
        return akte + self.vorgang.format(vorgang=nummer, **_parts(tag))

    def for_dokument(self, vorgang: str, *, nummer: int, tag: date) -> str:
        """Return the Aktenzeichen of a Dokument below that of its Vorgang."""
        return vorgang + self.dokument.format(dokument=nummer, **_parts(tag))


def _parts(tag: date) -> Mapping[str, str]:
    return {"jahr": f"{tag.year:04}", "monat": f"{tag.month:02}", "tag": f"{tag.day:02}"}


def _names(template: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in Formatter().parse(template) if name is not None)


def _check(noun: str, template: str, *, required: Collection[str], allowed: Collection[str]) -> None:
    try:
        parts = list(Formatter().parse(template))
    except ValueError as error:
        raise _invalid(noun, f"Die Vorlage „{template}“ ist nicht lesbar.") from error
    if not all(_LITERAL.fullmatch(literal) for literal, *_ in parts):
        raise _invalid(noun, f"Die Vorlage „{template}“ enthält Zeichen, die in kein Aktenzeichen gehören.")
    fields = [(name, spec, bang) for _, name, spec, bang in parts if name is not None]
    names = [name for name, _, _ in fields]
    if missing := sorted(set(required) - set(names)):
        message = f"In der Vorlage „{template}“ fehlt {{{missing[0]}}}; ohne ihn wäre das Aktenzeichen nicht eindeutig."
        raise _invalid(noun, message)
    for name, spec, bang in fields:
        if name not in {*required, *allowed} or bang:
            raise _invalid(noun, f"Die Vorlage „{template}“ enthält den unbekannten Platzhalter {{{name}}}.")
        if spec and (name not in _NUMBERS or not _WIDTH.fullmatch(spec)):
            message = f"Die Vorlage „{template}“ hat bei {{{name}}} eine unbekannte Breite; erlaubt ist z. B. :05."
            raise _invalid(noun, message)
    _check_separated(noun, template, parts)


def _check_separated(
    noun: str, template: str, parts: Collection[tuple[str, str | None, str | None, str | None]]
) -> None:
    # 1 and 12, or 11 and 2: without something between two of them nobody could tell a number from what is before it.
    before_is_open = noun != "akte"
    for literal, name, _, _ in parts:
        is_separated = bool(literal) and not literal[-1].isdigit()
        if name in _NUMBERS and before_is_open and not is_separated:
            raise _invalid(noun, f"In der Vorlage „{template}“ fehlt ein Trennzeichen vor {{{name}}}.")
        before_is_open = name not in _DATE_PARTS if name is not None else False


def _empty(template: str, name: str) -> AktenzeichenInvalidError:
    return _invalid("akte", f"Für {{{name}}} in der Vorlage „{template}“ gibt es hier keinen Wert.")


def _invalid(noun: str, message: str) -> AktenzeichenInvalidError:
    return AktenzeichenInvalidError(message, errors=[FieldError(f"/aktenzeichen_{noun}", message)])


def template_pattern(noun: str) -> str:
    """Return a regular expression that templates of `akte`, `vorgang` or `dokument` match, for documents of the API."""
    optional = "|".join(sorted(_DATE_PARTS | (_ATTRIBUTES if noun == "akte" else frozenset())))
    other = rf"({_CHARACTER}|\{{({optional})\}})*"
    number = rf"[ -/:-z|~¡-¬®-ſ]\{{{noun}(:0[1-9])?\}}"
    return rf"^{other}\{{plan\}}{other}{number}{other}$" if noun == "akte" else rf"^{other}{number}{other}$"
