"""An Aktenplan as a file, CSV or JSON: read row by row with every fault in its place, and written."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from pydantic import ValidationError

from dms_kit.core.errors import FieldError, InvalidInputError, MalformedRequestError
from dms_kit.core.text import is_storable, normalise
from dms_kit.web import strict_json
from dms_kit.web.validation import pointer_of, sentence_of
from dms_records.api.schemas.aktenplan import angaben_of
from dms_records.api.schemas.aktenplan_import import FIELDS, Zeile
from dms_records.domain.aktenplan_errors import AktenplanImportError
from dms_records.domain.aktenplan_import import AktenplanZeile
from dms_records.use_cases.queries import AktenplanRow

MAX_ROWS = 50_000
_MOST_FAULTS = 1000
_BOM = "\ufeff"
_WORDS = {"true": True, "wahr": True, "ja": True, "false": False, "falsch": False, "nein": False}
_TRUTHS = frozenset({"unbefristet", "stillgelegt"})
# Where an empty cell says nothing instead of "inherited from above".
_NEVER_EMPTY = frozenset({"vertraulichkeit", "stillgelegt", "gueltig_von"})


@dataclass(frozen=True)
class AktenplanDatei:
    """The rows of a file, and the pointer below which their faults are named."""

    zeilen: Sequence[AktenplanZeile]
    pointer: str


def read_json(body: bytes) -> AktenplanDatei:
    """Read `{"items": […]}`; raises AktenplanImportError with every wrong row."""
    content = strict_json.parse(body)
    items = content.get("items") if isinstance(content, dict) else None
    if not isinstance(items, list) or not isinstance(content, dict) or set(content) != {"items"}:
        raise InvalidInputError(errors=[FieldError("/items", "Erwartet wird ein Objekt mit der Liste items.")])
    return AktenplanDatei(_rows(enumerate(items), "/items"), "/items")


def read_csv(body: bytes) -> AktenplanDatei:
    """Read CSV in UTF-8 with a line of names, `;` or `,` between fields; raises AktenplanImportError as above."""
    try:
        text = normalise(body.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise MalformedRequestError("Die Datei ist kein UTF-8.") from error
    if not is_storable(text):
        raise MalformedRequestError("Die Datei enthält NUL-Zeichen.")
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if ";" in first else ",", strict=True)
    try:
        names = next(reader, [])
        _check_names(names)
        lines = [(reader.line_num, _cells(names, cells)) for cells in reader if cells]
    except csv.Error as error:
        raise MalformedRequestError(f"Zeile {reader.line_num} ist kein gültiges CSV.") from error
    return AktenplanDatei(_rows(lines, "/zeile"), "/zeile")


def _check_names(names: Sequence[str]) -> None:
    doubles = sorted(name for name, count in Counter(names).items() if count > 1)
    unknown = [name for name in names if name not in FIELDS]
    for what, wrong in (("unbekannt", unknown), ("doppelt", doubles)):
        if wrong:
            detail = f"Zeile 1: Die Spalte {wrong[0]} ist {what}."
            raise AktenplanImportError(detail, errors=[FieldError("/zeile/1", detail)])


def write_json(rows: Sequence[AktenplanRow]) -> bytes:
    """Return the plan as a flat list, sorted by key."""
    return orjson.dumps({"items": list(_written(rows))})


def write_csv(rows: Sequence[AktenplanRow]) -> bytes:
    """Return the plan as CSV that spreadsheets open as it is meant."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";")
    writer.writerow(FIELDS)
    writer.writerows([_text(angaben[name]) for name in FIELDS] for angaben in _written(rows))
    return (_BOM + out.getvalue()).encode()


def _written(rows: Sequence[AktenplanRow]) -> Iterator[Mapping[str, Any]]:
    keys = {row.id: row.schluessel for row in rows}
    for row in rows:
        yield angaben_of(row, None if row.uebergeordnet_id is None else keys[row.uebergeordnet_id])


def _text(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _cells(names: Sequence[str], cells: Sequence[str]) -> object:
    if len(cells) != len(names):
        return f"Erwartet werden {len(names)} Felder, es sind {len(cells)}."
    return {
        name: _value(name, cell) for name, cell in zip(names, cells, strict=True) if cell or name not in _NEVER_EMPTY
    }


def _value(name: str, cell: str) -> object:
    if not cell:
        return None
    if name in _TRUTHS:
        return _WORDS.get(cell.lower(), cell)
    if name == "aufbewahrungsdauer" and cell.isascii() and cell.isdecimal():
        return int(cell[:9])
    return cell


def _rows(items: Any, pointer: str) -> Sequence[AktenplanZeile]:
    zeilen: list[AktenplanZeile] = []
    faults: list[FieldError] = []
    for number, item in items:
        try:
            if isinstance(item, str):
                faults.append(FieldError(f"{pointer}/{number}", f"Zeile {number}: {item}"))
                continue
            zeilen.append(Zeile.model_validate(item).to_domain(number))
        except ValidationError as error:
            faults += [
                FieldError(f"{pointer}/{number}{pointer_of(fault['loc'])}", f"Zeile {number}: {sentence_of(fault)}")
                for fault in error.errors(include_url=False, include_context=True, include_input=False)
            ]
        except InvalidInputError as error:
            faults += [
                FieldError(f"{pointer}/{number}{fault.pointer}", f"Zeile {number}: {fault.detail}")
                for fault in error.errors
            ]
    if len(zeilen) > MAX_ROWS:
        detail = f"Ein Import hat höchstens {MAX_ROWS} Zeilen."
        raise AktenplanImportError(detail, errors=[FieldError(pointer, detail)])
    if faults:
        message = f"{len(faults)} Angaben sind falsch; nichts wurde gespeichert."
        raise AktenplanImportError(message, errors=faults[:_MOST_FAULTS])
    return zeilen
