"""The development issuer, seen by a client and by an independent verifier."""

import base64
import hashlib
import stat
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from dms_kit.adapters.oidc_verifier import OidcVerifier
from dms_standalone.errors import OperatorError
from dms_standalone.issuer import create_issuer_app
from dms_standalone.issuer_tokens import Signer
from dms_standalone.realm import load_realm
from dms_standalone.settings import DEMO_FILE

_ORIGIN = "http://127.0.0.1:8080"
_ISSUER = f"{_ORIGIN}/oidc/dueren"
_REDIRECT = "http://localhost:5173/callback"
_VERIFIER = "v" * 50
_CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(_VERIFIER.encode()).digest()).rstrip(b"=").decode()


def _app(tmp_path: Path, environment: str = "development"):
    signer = Signer(tmp_path / "issuer.pem")
    return create_issuer_app([load_realm(DEMO_FILE)], signer, public_url=_ORIGIN, seconds=300, environment=environment)


@pytest.fixture
async def client(tmp_path):
    async with httpx.AsyncClient(transport=httpx.ASGITransport(_app(tmp_path)), base_url=_ORIGIN) as client:
        yield client


async def _claims(client, token):
    keys = (await client.get("/oidc/dueren/jwks")).json()
    return jwt.decode(token, KeySet.import_key_set(keys), algorithms=["RS256"]).claims


async def _token(client, path="/oidc/token", **form):
    return await client.post(path, data=form)


async def test_portal_gets_a_token_with_its_client_role(client):
    answer = await _token(client, grant_type="client_credentials", client_id="portal", client_secret="portal")
    assert answer.headers["cache-control"] == "no-store"
    claims = await _claims(client, answer.json()["access_token"])
    assert claims["iss"] == _ISSUER
    assert claims["aud"] == ["registratur-api"]
    assert claims["azp"] == "portal"
    assert claims["typ"] == "Bearer"
    assert claims["resource_access"] == {"registratur-api": {"roles": ["portal"]}}
    assert claims["exp"] - claims["iat"] == answer.json()["expires_in"] == 300


async def test_client_may_authenticate_by_header(client):
    answer = await client.post(
        "/oidc/dueren/token", data={"grant_type": "client_credentials"}, auth=("portal", "portal")
    )
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("username", "group"),
    [
        ("sachbearbeitung-32", "/oe/32/sachbearbeitung"),
        ("leitung-50", "/oe/50/leitung"),
        ("poststelle-10", "/oe/10/poststelle"),
        ("betrieb", "/oe/00/betrieb"),
        ("archiv", "/oe/00/archiv"),
    ],
)
async def test_person_is_member_of_the_group_in_the_name(client, username, group):
    answer = await _token(client, grant_type="password", client_id="demo", username=username, password="demo")
    claims = await _claims(client, answer.json()["access_token"])
    assert claims["groups"] == [group]
    assert claims["preferred_username"] == username
    assert claims["azp"] == "demo"
    assert "resource_access" not in claims


def test_every_role_in_every_office_has_a_person():
    people = load_realm(DEMO_FILE).people
    assert len(people) == 10 * 5 + 5
    assert len({person.sub for person in people.values()}) == len(people)


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({"grant_type": "password"}, 401, "invalid_client"),
        ({"client_id": "demo"}, 400, "invalid_request"),
        ({"client_id": "portal", "client_secret": "x", "grant_type": "client_credentials"}, 401, "invalid_client"),
        ({"client_id": "portal", "grant_type": "client_credentials"}, 401, "invalid_client"),
        ({"client_id": "demo", "grant_type": "client_credentials"}, 400, "unauthorized_client"),
        ({"client_id": "portal", "client_secret": "portal", "grant_type": "password"}, 400, "unauthorized_client"),
        ({"client_id": "demo", "grant_type": "implicit"}, 400, "unsupported_grant_type"),
        (
            {"client_id": "demo", "grant_type": "password", "username": "betrieb", "password": "x"},
            400,
            "invalid_grant",
        ),
        (
            {"client_id": "demo", "grant_type": "password", "username": "nobody", "password": "demo"},
            400,
            "invalid_grant",
        ),
        ({"client_id": "workplace", "grant_type": "authorization_code", "code": "x"}, 400, "invalid_grant"),
    ],
)
async def test_refusal_is_an_oauth_error(client, form, status, error):
    answer = await _token(client, **form)
    assert (answer.status_code, answer.json()["error"]) == (status, error)


async def test_json_body_and_repeated_parameter_are_invalid_requests(client):
    assert (await client.post("/oidc/token", json={})).json()["error"] == "invalid_request"
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await client.post("/oidc/token", content="client_id=demo&client_id=demo", headers=headers)
    assert answer.json()["error"] == "invalid_request"


def _query(**changes):
    query = {
        "response_type": "code",
        "client_id": "workplace",
        "redirect_uri": _REDIRECT,
        "scope": "openid",
        "state": "s&1",
        "nonce": "n",
        "code_challenge": _CHALLENGE,
        "code_challenge_method": "S256",
    }
    return {name: value for name, value in {**query, **changes}.items() if value is not None}


async def _code(client, **changes):
    form = {**_query(), "username": "leitung-32", "password": "demo", **changes}
    answer = await client.post("/oidc/dueren/authorize", data=form)
    assert answer.status_code == 303
    parameters = parse_qs(urlsplit(answer.headers["location"]).query)
    assert parameters["state"] == ["s&1"]
    return parameters["code"][0]


async def test_browser_client_logs_a_person_in_with_pkce(client):
    page = await client.get("/oidc/dueren/authorize", params=_query())
    assert page.status_code == 200
    assert 'name="password"' in page.text
    form = {
        "grant_type": "authorization_code",
        "client_id": "workplace",
        "code": await _code(client),
        "redirect_uri": _REDIRECT,
        "code_verifier": _VERIFIER,
    }
    answer = (await _token(client, "/oidc/dueren/token", **form)).json()
    assert (await _claims(client, answer["access_token"]))["preferred_username"] == "leitung-32"
    identity = await _claims(client, answer["id_token"])
    assert (identity["aud"], identity["nonce"]) == ("workplace", "n")
    again = await _token(client, "/oidc/dueren/token", **form)
    assert again.json()["error"] == "invalid_grant"


@pytest.mark.parametrize("changes", [{"code_verifier": "w" * 50}, {"redirect_uri": "http://localhost:1/"}])
async def test_wrong_verifier_or_redirect_burns_the_code(client, changes):
    form = {
        "grant_type": "authorization_code",
        "client_id": "workplace",
        "code": await _code(client),
        "redirect_uri": _REDIRECT,
        "code_verifier": _VERIFIER,
    }
    assert (await _token(client, **{**form, **changes})).json()["error"] == "invalid_grant"
    assert (await _token(client, **form)).json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    "uri", ["https://evil.example/cb", "javascript:alert(1)", "http://localhost.evil.example/", "//127.0.0.1/", None]
)
async def test_nobody_is_redirected_off_this_machine(client, uri):
    answer = await client.get("/oidc/dueren/authorize", params=_query(redirect_uri=uri))
    assert answer.status_code == 400
    assert "location" not in answer.headers


@pytest.mark.parametrize("changes", [{"code_challenge": None}, {"code_challenge_method": "plain"}])
async def test_pkce_is_not_optional(client, changes):
    answer = await client.get("/oidc/dueren/authorize", params=_query(**changes))
    assert "error=invalid_request" in answer.headers["location"]


async def test_wrong_password_shows_the_form_again(client):
    form = {**_query(state='"><script>'), "username": "leitung-32", "password": "x"}
    answer = await client.post("/oidc/dueren/authorize", data=form)
    assert answer.status_code == 400
    assert "<script>" not in answer.text


async def test_our_verifier_accepts_the_tokens(client):
    verifier = OidcVerifier({_ISSUER: "dueren"}, client=client)
    answer = await _token(client, grant_type="password", client_id="demo", username="leitung-32", password="demo")
    actor = await verifier.verify(answer.json()["access_token"])
    assert actor.mandant == "dueren"
    assert {(one.unit, one.role) for one in actor.memberships} == {("32", "leitung")}
    await verifier.close()


def test_key_is_private_and_outlives_a_restart(tmp_path):
    first = Signer(tmp_path / "issuer.pem").public_keys()
    assert stat.S_IMODE((tmp_path / "issuer.pem").stat().st_mode) == 0o600
    assert Signer(tmp_path / "issuer.pem").public_keys() == first
    assert "d" not in first["keys"][0]


def test_production_refuses_the_development_issuer(tmp_path):
    with pytest.raises(OperatorError, match="production"):
        _app(tmp_path, environment="production")


async def test_unknown_path_is_a_problem_document(client):
    answer = await client.get("/oidc/nowhere")
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("application/problem+json")
