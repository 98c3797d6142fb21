"""The longer texts and examples of the API document."""

from typing import Any

from pydantic import BaseModel

from dms_ingest.api.schemas import AntragEingabe

SUBMIT_DESCRIPTION = """
Ein Teil `antrag` (JSON) und beliebig viele Teile `anlage` (Dateien), in beliebiger Reihenfolge. `filename` ist rohes
UTF-8, `filename*` (RFC 8187) gilt auch. Die Grenzen stehen in `GET /api/v1/info`; leere Dateien werden abgelehnt.

`Content-Digest` oder `Repr-Digest` (sha-256, sha-512) werden an der Anfrage und an jedem Teil geprüft, wenn sie
mitkommen.

Eine Wiederholung mit demselben `Idempotency-Key`, denselben Bytes im Teil `antrag` und denselben Dateien bekommt die
erste Antwort noch einmal; der Schlüssel gilt, solange es den Antrag gibt.
""".strip()

GET_DESCRIPTION = """
Für das Portal, das den Antrag eingereicht hat, und für alle, die seinen Vorgang sehen dürfen. Jeder Abruf wird
protokolliert.
""".strip()


def _schema_of(model: type[BaseModel]) -> Any:
    """Return a schema in one piece: its parts have no place in a document whose routes do not declare the model."""
    schema = model.model_json_schema()
    parts = schema.pop("$defs", {})

    def whole(value: Any) -> Any:
        if isinstance(value, list):
            return [whole(item) for item in value]
        if not isinstance(value, dict):
            return value
        if "$ref" in value:
            return whole(parts[value["$ref"].rsplit("/", 1)[1]])
        return {name: whole(item) for name, item in value.items() if name != "discriminator"}

    return whole(schema)


_ANTRAG = {
    "leistung": {"schluessel": "99050012104000", "bezeichnung": "Gewerbe Anmeldung"},
    "region": "053580008008",
    "antragsteller": {"art": "natuerliche_person", "vorname": "Änne", "nachname": "Groß"},
    "betreff": "Anmeldung eines Gewerbes",
    "formulardaten": {"betrieb": {"bezeichnung": "Bäckerei Groß", "beschaeftigte": 3}},
    "formular": {"schema_uri": "https://schema.fitko.de/fim/s00000121_1.0.0.schema.json", "version": "1.0.0"},
    "externe_referenz": "PORTAL-2026-000123",
}

SUBMIT_BODY: dict[str, Any] = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["antrag"],
                "additionalProperties": False,
                "properties": {
                    "antrag": _schema_of(AntragEingabe),
                    "anlage": {
                        "type": "array",
                        "items": {"type": "string", "contentMediaType": "application/octet-stream", "minLength": 1},
                    },
                },
            },
            "encoding": {
                "antrag": {"contentType": "application/json"},
                "anlage": {"contentType": "application/octet-stream"},
            },
            "example": {"antrag": _ANTRAG},
        }
    },
}

_HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

ANTRAG_EXAMPLE: dict[str, Any] = {
    "application/json": {
        "example": {
            "id": "019ac1a2-5f00-7000-8000-000000000001",
            "eingangsnummer": "E-2026-0000042",
            "status": "eingegangen",
            "eingegangen_am": "2026-11-25T09:30:00.123456Z",
            "externe_referenz": "PORTAL-2026-000123",
            "etag": '"1"',
            "anlagen": [
                {
                    "id": "019ac1a2-5f00-7000-8000-000000000002",
                    "dateiname": "nachweis.pdf",
                    "groesse": 48213,
                    "mime_type": "application/pdf",
                    "sha256": _HASH,
                    "sha512": _HASH * 2,
                    "pruefstatus": "nicht_geprueft",
                }
            ],
            "quittung": "eyJhbGciOiJFUzI1NiIs…",
        }
    }
}
