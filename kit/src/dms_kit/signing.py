"""Keys that sign what others verify (ES256, RFC 7515); a private key is a file that is made once."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey

from dms_kit.core.ids import new_id

ALGORITHM = "ES256"


class Signer:
    """Holds one P-256 key; its `kid` is the RFC 7638 thumbprint."""

    def __init__(self, key: ECKey) -> None:
        self._key = key

    def sign(self, claims: Mapping[str, Any], *, typ: str) -> str:
        """Return the compact JWS over the claims."""
        header = {"alg": ALGORITHM, "typ": typ, "kid": self._key.thumbprint()}
        return jwt.encode(header, dict(claims), self._key, algorithms=[ALGORITHM])

    def jwk(self) -> dict[str, Any]:
        """Return the public key as a JWK."""
        public = self._key.as_dict(private=False)
        return {**public, "kid": self._key.thumbprint(), "use": "sig", "alg": ALGORITHM}


def load_signer(path: Path) -> Signer:
    """Read the key file, or make it (mode 600, fsynced); of two processes that start at once one makes it."""
    if not path.exists():
        _make_key(path)
    return Signer(ECKey.import_key(path.read_bytes()))


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
