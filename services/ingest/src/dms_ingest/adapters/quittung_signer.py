"""Signs receipts with ES256; the private key is a file that is made once."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey

from dms_ingest.domain.quittung import QUITTUNG_TYP
from dms_kit.core.ids import new_id

_ALGORITHM = "ES256"


class EcQuittungSigner:
    """Holds one P-256 key; its `kid` is the RFC 7638 thumbprint."""

    def __init__(self, key: ECKey) -> None:
        self._key = key
        self._header = {"alg": _ALGORITHM, "typ": QUITTUNG_TYP, "kid": key.thumbprint()}

    def sign(self, claims: Mapping[str, Any]) -> str:
        """Return the compact JWS over the claims."""
        return jwt.encode(dict(self._header), dict(claims), self._key, algorithms=[_ALGORITHM])

    def jwks(self) -> dict[str, Any]:
        """Return the public key as a JWK set."""
        public = self._key.as_dict(private=False)
        return {"keys": [{**public, "kid": self._header["kid"], "use": "sig", "alg": _ALGORITHM}]}


def load_signer(path: Path) -> EcQuittungSigner:
    """Read the key file, or make it (mode 600, fsynced); of two processes that start at once one makes it."""
    if not path.exists():
        _make_key(path)
    return EcQuittungSigner(ECKey.import_key(path.read_bytes()))


def _make_key(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{new_id()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(ECKey.generate_key("P-256").as_pem(private=True))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
