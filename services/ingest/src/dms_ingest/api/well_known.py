"""The keys by which anybody can verify receipts and the checkpoints of the Protokoll."""

from typing import Any

from fastapi.responses import JSONResponse

from dms_ingest.api.dependencies import IngestParts
from dms_kit.web.routing import Router


class _JwkSetResponse(JSONResponse):
    media_type = "application/jwk-set+json"


router = Router(tags=["Information"])


@router.get(
    "/.well-known/jwks.json",
    response_class=_JwkSetResponse,
    response_model=dict[str, Any],
    summary="Öffentliche Schlüssel der Quittungen und des Protokolls",
    description="JWK Set (RFC 7517); ohne Anmeldung. `kid` ist der Fingerabdruck nach RFC 7638.",
    operation_id="get_jwks",
)
async def get_jwks(ingest: IngestParts) -> JSONResponse:
    return _JwkSetResponse(ingest.signer.jwks(), headers={"Cache-Control": "public, max-age=300"})
