"""The key of the receipts."""

import stat

from joserfc import jwt
from joserfc.jwk import KeySet

from dms_ingest.adapters.quittung_signer import load_signer


def test_key_is_made_once_and_only_for_its_owner(tmp_path):
    path = tmp_path / "neu" / "quittung-key.pem"
    first, second = load_signer(path), load_signer(path)
    assert first.jwks() == second.jwks()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


def test_quittung_is_verified_by_the_published_key(tmp_path):
    signer = load_signer(tmp_path / "key.pem")
    keys = KeySet.import_key_set(signer.jwks())
    token = jwt.decode(signer.sign({"sub": "antrag"}), keys, algorithms=["ES256"])
    assert token.claims == {"sub": "antrag"}
    assert token.header["typ"] == "registratur-quittung+jwt"
    assert token.header["kid"] == keys.keys[0].thumbprint()


def test_keys_of_checkpoints_are_published_behind_that_of_the_quittung(tmp_path):
    paths = [tmp_path / name for name in ("quittung.pem", "audit.pem")]
    published = load_signer(*paths).jwks()["keys"]
    assert published == [load_signer(path).jwks()["keys"][0] for path in paths]


def test_private_part_is_not_published(tmp_path):
    (key,) = load_signer(tmp_path / "key.pem").jwks()["keys"]
    assert "d" not in key
    assert (key["kty"], key["crv"], key["alg"], key["use"]) == ("EC", "P-256", "ES256", "sig")
