"""The Antragsteller: read from the form data, and made a Beteiligter of the Vorgang."""

import json
from collections.abc import Mapping

from dms_kit.core.clock import Clock
from dms_kit.core.text import is_storable, normalise
from dms_records.domain.beteiligter import NATUERLICHE_PERSON, ORGANISATION, Beteiligter, BeteiligterAngaben
from dms_records.domain.eingang import Eingang
from dms_records.domain.vorgang import Vorgang
from dms_records.use_cases.beteiligter_acts import audit_beteiligter
from dms_records.use_cases.ports import UnitOfWork
from dms_records.use_cases.raw_json import member_of

_NAMES = {NATUERLICHE_PERSON: ("vorname", "nachname"), ORGANISATION: ("name",)}
_NEEDED = {NATUERLICHE_PERSON: "nachname", ORGANISATION: "name"}
_ANSCHRIFT = ("strasse", "hausnummer", "plz", "ort")
_MAX_CHARACTERS = 500


def antragsteller_of(antrag: bytes) -> Mapping[str, str] | None:
    """
    Return what the part `antrag` says of the Antragsteller in the fields that the contract fixes; None without a name.

    A field that is no short text is left out: the Dokument has it.
    """
    raw = member_of(antrag, "antragsteller")
    said = {} if raw is None else json.loads(raw)
    art = said.get("art") if isinstance(said, dict) else None
    if not isinstance(art, str) or art not in _NAMES:
        return None
    anschrift = said.get("anschrift")
    found = {name: _line(said.get(name)) for name in (*_NAMES[art], "email")}
    if isinstance(anschrift, dict):
        found |= {name: _line(anschrift.get(name)) for name in _ANSCHRIFT}
    facts = {name: line for name, line in found.items() if line is not None}
    return {"art": art, **facts} if _NEEDED[art] in facts else None


def add_antragsteller(uow: UnitOfWork, eingang: Eingang, vorgang: Vorgang, *, clock: Clock) -> None:
    """Make the Antragsteller of an Eingang a Beteiligter of its Vorgang (glossary: xdomea's Beteiligung); once."""
    facts, eingang.antragsteller = eingang.antragsteller, None
    if facts is None:
        return
    beteiligter = Beteiligter.of(vorgang, BeteiligterAngaben.of_antragsteller(facts), moment=clock.now())
    uow.beteiligte.add(beteiligter)
    said = {"beteiligter": str(beteiligter.id), "rolle": beteiligter.rolle, "als": "system"}
    audit_beteiligter(uow, "added", beteiligter, said)


def _line(value: object) -> str | None:
    if not isinstance(value, str) or not is_storable(value):
        return None
    line = " ".join("".join(character if character.isprintable() else " " for character in value).split())
    return normalise(line) if 0 < len(line) <= _MAX_CHARACTERS else None
