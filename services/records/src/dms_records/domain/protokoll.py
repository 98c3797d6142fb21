"""What an audited act says of its object, field by field: xdomea's HistorienProtokollInformation."""

from collections.abc import Mapping
from dataclasses import dataclass

# A key with this ending holds the value that the field had before.
_OLD = "_alt"
# Entries that were written before: three keys for the one field that changed, two for a number.
_FIELD, _BEFORE, _AFTER = "feld", "alt", "neu"
_REMARKS = ("bemerkung", "grund", "begruendung", "kommentar", "anlass")


@dataclass(frozen=True, kw_only=True)
class ProtokollAenderung:
    """One field of one act; an act without a field has one of these too, with its remark at most."""

    metadatum_name: str | None = None
    alter_wert: str | None = None
    neuer_wert: str | None = None
    bemerkung: str | None = None


def aenderungen_of(values: Mapping[str, object]) -> list[ProtokollAenderung]:
    """
    Return the fields of an act in the order of their names.

    A field is its new value under its name and its old one under the name with `_alt`; remarks belong to every field.
    """
    values = _named(values)
    said = [str(values[key]) for key in _REMARKS if values.get(key) is not None]
    bemerkung = " · ".join(said) or None
    names = {key.removesuffix(_OLD) for key in values if key not in _REMARKS}
    fields = [
        ProtokollAenderung(
            metadatum_name=name,
            alter_wert=_text(values.get(name + _OLD)),
            neuer_wert=_text(values.get(name)),
            bemerkung=bemerkung,
        )
        for name in sorted(names)
    ]
    return fields or [ProtokollAenderung(bemerkung=bemerkung)]


def _named(values: Mapping[str, object]) -> Mapping[str, object]:
    if values.keys() not in ({_FIELD, _BEFORE, _AFTER}, {_BEFORE, _AFTER}):
        return values
    name = str(values.get(_FIELD, "aktenzeichen"))
    return {name + _OLD: values[_BEFORE], name: values[_AFTER]}


def _text(value: object) -> str | None:
    return None if value is None else str(value)
