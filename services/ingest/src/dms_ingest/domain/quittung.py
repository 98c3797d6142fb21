"""The receipt: what ingest states, signed, about an accepted Antrag."""

from datetime import UTC
from typing import Any

from dms_ingest.domain.anlage import Objekt
from dms_ingest.domain.antrag import Antrag

QUITTUNG_TYP = "registratur-quittung+jwt"


def quittung_claims(antrag: Antrag, *, issuer: str) -> dict[str, Any]:
    """Return the claims that name every file of the Antrag by its hashes."""
    return {
        "iss": issuer,
        "mandant": antrag.mandant,
        "sub": str(antrag.id),
        "eingangsnummer": antrag.eingangsnummer,
        "eingegangen_am": antrag.eingegangen_am.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "antrag": _hashes(antrag.formular),
        "anlagen": [
            {"id": str(anlage.id), "dateiname": anlage.dateiname, **_hashes(anlage.objekt)} for anlage in antrag.anlagen
        ],
    }


def _hashes(objekt: Objekt) -> dict[str, Any]:
    return {"groesse": objekt.groesse, "sha256": objekt.sha256, "sha512": objekt.sha512}
