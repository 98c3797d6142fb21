"""Aktenzeichen: given by the system from a template of the plan unit, never reused."""

import re
from dataclasses import dataclass
from string import Formatter

from dms_records.domain.errors import AktenzeichenInvalidError

_WIDTH = re.compile(r"0[1-9]")
_TEXTUAL = {"plan"}


@dataclass(frozen=True)
class AktenzeichenVorlage:
    """
    The templates of one plan unit; Vorgang and Dokument add theirs to the Aktenzeichen above them.

    Placeholders: `{plan}`, `{jahr}`, and the running numbers `{akte}`, `{vorgang}`, `{dokument}`, with a width as in
    `{akte:05}`. With `{jahr}` the numbers of the Akten start anew each year.
    """

    akte: str = "{plan}#{akte:05}"
    vorgang: str = "#{vorgang:04}"
    dokument: str = "#{dokument:04}"

    def __post_init__(self) -> None:
        _check(self.akte, required={"plan", "akte"}, allowed={"jahr"})
        _check(self.vorgang, required={"vorgang"}, allowed={"jahr"})
        _check(self.dokument, required={"dokument"}, allowed={"jahr"})

    def number_year(self, jahr: int) -> int:
        """Return the year whose row counts the Akten: 0 when they are counted for ever."""
        return jahr if "jahr" in _names(self.akte) else 0

    def for_akte(self, *, plan: str, nummer: int, jahr: int) -> str:
        """Return the Aktenzeichen of an Akte."""
        return self.akte.format(plan=plan, akte=nummer, jahr=jahr)

    def for_vorgang(self, akte: str, *, nummer: int, jahr: int) -> str:
        """Return the Aktenzeichen of a Vorgang below that of its Akte."""
        return akte + self.vorgang.format(vorgang=nummer, jahr=jahr)

    def for_dokument(self, vorgang: str, *, nummer: int, jahr: int) -> str:
        """Return the Aktenzeichen of a Dokument below that of its Vorgang."""
        return vorgang + self.dokument.format(dokument=nummer, jahr=jahr)


def _names(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def _check(template: str, *, required: set[str], allowed: set[str]) -> None:
    try:
        fields = [(name, spec, bang) for _, name, spec, bang in Formatter().parse(template) if name is not None]
    except ValueError as error:
        message = f"Die Vorlage „{template}“ ist nicht lesbar."
        raise AktenzeichenInvalidError(message) from error
    names = {name for name, _, _ in fields}
    if missing := sorted(required - names):
        message = f"In der Vorlage „{template}“ fehlt {{{missing[0]}}}; ohne ihn wäre das Aktenzeichen nicht eindeutig."
        raise AktenzeichenInvalidError(message)
    for name, spec, bang in fields:
        if name not in required | allowed or bang:
            message = f"Die Vorlage „{template}“ enthält den unbekannten Platzhalter {{{name}}}."
            raise AktenzeichenInvalidError(message)
        if spec and (name in _TEXTUAL or not _WIDTH.fullmatch(spec)):
            message = f"Die Vorlage „{template}“ hat bei {{{name}}} eine unbekannte Breite; erlaubt ist z. B. :05."
            raise AktenzeichenInvalidError(message)
