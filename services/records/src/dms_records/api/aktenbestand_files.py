"""The Aktenbestandsverzeichnis as a file, CSV or JSON, written part by part."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from tempfile import SpooledTemporaryFile
from typing import Any

import orjson

from dms_kit.core.clock import BERLIN
from dms_records.api.schemas.aktenbestand import zeile_of
from dms_records.api.schemas.fields import OfficeKeys
from dms_records.use_cases.queries import AktenbestandRow

# Beyond it the file lies on disk.
_IN_MEMORY = 1024 * 1024
_CHUNK = 64 * 1024
_HEADER: Mapping[str, str] = {
    "aktenplaneinheit": "Aktenplaneinheit",
    "aktenplaneinheit_titel": "Bezeichnung der Aktenplaneinheit",
    "aktenzeichen": "Aktenzeichen",
    "titel": "Titel",
    "art": "Art",
    "jahr": "Jahr",
    "status": "Status",
    "federfuehrende_oe": "Federführende Organisationseinheit",
    "vertraulichkeit": "Vertraulichkeit",
    "erstellt_am": "Laufzeit von",
    "zda_am": "Laufzeit bis",
    "aussonderungsart": "Aussonderungsart",
    "aufbewahrungsdauer": "Aufbewahrungsdauer in Jahren",
    "aufzubewahren_bis": "Aufzubewahren bis",
}
_WORDS: Mapping[str, Mapping[str, str]] = {
    "art": {"fallakte": "Fallakte", "sammelakte": "Sammelakte"},
    "status": {"registriert": "registriert", "in_bearbeitung": "in Bearbeitung", "zda": "zdA"},
    "vertraulichkeit": {
        "nur_fuer_den_dienstgebrauch": "nur für den Dienstgebrauch",
        "streng_geheim": "streng geheim",
    },
    "aussonderungsart": {"A": "archivieren", "B": "bewerten", "V": "vernichten"},
}
# What a spreadsheet would take for a formula, with the full-width forms of the signs.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class Verzeichnisdatei:
    """A Verzeichnis that grows, on disk when it is long; its bytes are read once, from the beginning."""

    media_type: str

    def __init__(self, keys: OfficeKeys, stand: datetime) -> None:
        self._keys = keys
        self._stand = stand
        self._anzahl = 0
        # Closed by `chunks` or by `close`, whichever comes.
        self._file = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115
        self._file.write(self._head())

    def write(self, rows: Sequence[AktenbestandRow]) -> None:
        """Add rows."""
        self._file.write(self._rows([zeile_of(row, self._keys) for row in rows]))
        self._anzahl += len(rows)

    def finish(self) -> int:
        """Write the end and return the size in bytes."""
        self._file.write(self._tail())
        size = self._file.tell()
        self._file.seek(0)
        return size

    def chunks(self) -> Iterator[bytes]:
        """Yield the file, and close it."""
        try:
            while chunk := self._file.read(_CHUNK):
                yield chunk
        finally:
            self.close()

    def close(self) -> None:
        """Forget the file."""
        self._file.close()

    def _head(self) -> bytes:
        raise NotImplementedError

    def _rows(self, zeilen: Sequence[Mapping[str, Any]]) -> bytes:
        raise NotImplementedError

    def _tail(self) -> bytes:
        raise NotImplementedError


class JsonVerzeichnis(Verzeichnisdatei):
    """One object as `Aktenbestandsverzeichnis` says, a row a line."""

    media_type = "application/json"

    def _head(self) -> bytes:
        stand = orjson.dumps(self._stand, option=orjson.OPT_UTC_Z).decode()
        return f'{{"stand":{stand},"items":[\n'.encode()

    def _rows(self, zeilen: Sequence[Mapping[str, Any]]) -> bytes:
        lines = b",\n".join(orjson.dumps(zeile, option=orjson.OPT_UTC_Z) for zeile in zeilen)
        return b",\n" + lines if self._anzahl and zeilen else lines

    def _tail(self) -> bytes:
        return f'\n],"anzahl":{self._anzahl}}}'.encode()


class CsvVerzeichnis(Verzeichnisdatei):
    """German words for officials; no cell is a formula to any spreadsheet."""

    media_type = "text/csv; charset=utf-8; header=present"

    def _head(self) -> bytes:
        return _lines([list(_HEADER.values())])

    def _rows(self, zeilen: Sequence[Mapping[str, Any]]) -> bytes:
        return _lines([[_cell(name, zeile) for name in _HEADER] for zeile in zeilen])

    def _tail(self) -> bytes:
        return b""


def _lines(cells: Sequence[Sequence[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";").writerows(cells)
    return out.getvalue().encode()


def _cell(name: str, zeile: Mapping[str, Any]) -> str:
    value = zeile[name]
    if name == "aufbewahrungsdauer" and zeile["unbefristet"]:
        return "unbefristet"
    if value is None:
        return ""
    if isinstance(value, datetime):
        return str(value.astimezone(BERLIN).date())
    if isinstance(value, date | int):
        return str(value)
    text = _WORDS.get(name, {}).get(value, value)
    return f"'{text}" if text.startswith(_FORMULA) else text
