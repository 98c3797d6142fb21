"""Signs receipts with ES256; the private key is a file that is made once."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dms_ingest.domain.quittung import QUITTUNG_TYP
from dms_kit import signing
from dms_kit.signing import Signer


class EcQuittungSigner:
    """Signs with one key; publishes it, and the others of the installation with it."""

    def __init__(self, signer: Signer, others: Sequence[Signer] = ()) -> None:
        self._signer = signer
        self._others = others

    def sign(self, claims: Mapping[str, Any]) -> str:
        """Return the compact JWS over the claims."""
        return self._signer.sign(claims, typ=QUITTUNG_TYP)

    def jwks(self) -> dict[str, Any]:
        """Return the public keys as a JWK set, that of the receipts first."""
        return {"keys": [signer.jwk() for signer in (self._signer, *self._others)]}


def load_signer(path: Path, *others: Path) -> EcQuittungSigner:
    """Read the key files, or make them."""
    return EcQuittungSigner(signing.load_signer(path), [signing.load_signer(other) for other in others])
