"""
The development issuer: OpenID Connect for made-up people, one issuer a Mandant.

It stands in for Keycloak in the embedded profile and refuses to exist in production.
"""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from dms_kit.web import problems
from dms_standalone.errors import OperatorError
from dms_standalone.issuer_codes import Codes, is_challenge, is_loopback
from dms_standalone.issuer_login import login_page, refusal_page
from dms_standalone.issuer_requests import OAuthError, client_of, read_form, read_query
from dms_standalone.issuer_tokens import Signer, access_claims, id_claims
from dms_standalone.realm import DEMO_PASSWORD, Client, Person, Realm

_LOOPBACK_ORIGINS = r"https?://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?"
_NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}
_PARAMETERS = (
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
)


@dataclass(frozen=True)
class Issuer:
    """The issuer of one Mandant: endpoints as functions, HTTP is put on by `create_issuer_app`."""

    url: str
    realm: Realm
    signer: Signer
    codes: Codes
    seconds: int

    def discovery(self) -> dict[str, Any]:
        """Return the discovery document."""
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/jwks",
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code", "client_credentials", "password"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
            "code_challenge_methods_supported": ["S256"],
            "scopes_supported": ["openid", "profile"],
            "authorization_response_iss_parameter_supported": True,
        }

    async def token(self, request: Request) -> Response:
        """Answer the token endpoint (RFC 6749)."""
        try:
            form = await read_form(request)
            client = client_of(self.realm, request.headers.get("authorization"), form)
            answer = self._granted(client, form)
        except OAuthError as error:
            return error.response()
        return JSONResponse(answer, headers=_NO_STORE)

    def _granted(self, client: Client, form: Mapping[str, str]) -> dict[str, Any]:
        grant_type = form.get("grant_type", "")
        if not grant_type:
            raise OAuthError("invalid_request", "grant_type is missing")
        if grant_type not in {"client_credentials", "password", "authorization_code"}:
            raise OAuthError("unsupported_grant_type", "use client_credentials, password or authorization_code")
        if grant_type not in client.grants:
            raise OAuthError("unauthorized_client", f"client {client.id} may not use this grant type")
        if grant_type == "client_credentials":
            return self._answer(client, None)
        if grant_type == "password":
            person = self._logged_in(form)
            if person is None:
                raise OAuthError("invalid_grant", "user name or password is wrong")
            return self._answer(client, person)
        return self._redeemed(client, form)

    def _redeemed(self, client: Client, form: Mapping[str, str]) -> dict[str, Any]:
        grant = self.codes.redeem(
            form.get("code", ""),
            client_id=client.id,
            redirect_uri=form.get("redirect_uri", ""),
            verifier=form.get("code_verifier", ""),
        )
        if grant is None:
            raise OAuthError("invalid_grant", "the code is unknown, used, expired or not yours")
        answer = self._answer(client, grant.person)
        if "openid" in grant.scope.split():
            claims = id_claims(self.url, client, grant.person, grant.nonce, seconds=self.seconds)
            answer |= {"id_token": self.signer.sign(claims), "scope": grant.scope}
        return answer

    def _answer(self, client: Client, person: Person | None) -> dict[str, Any]:
        token = self.signer.sign(access_claims(self.url, client, person, seconds=self.seconds))
        return {"access_token": token, "token_type": "Bearer", "expires_in": self.seconds}

    def _logged_in(self, form: Mapping[str, str]) -> Person | None:
        right = hmac.compare_digest(form.get("password", "").encode(), DEMO_PASSWORD.encode())
        return self.realm.people.get(form.get("username", "")) if right else None

    async def authorize(self, request: Request) -> Response:
        """Answer the authorization endpoint: a form first, then the redirect with a code."""
        try:
            given = await read_form(request) if request.method == "POST" else read_query(request)
        except OAuthError as error:
            return refusal_page(self.realm.name, error.description)
        asked = {name: given[name] for name in _PARAMETERS if given.get(name)}
        refusal = self._refusal(asked)
        if refusal is not None:
            return refusal
        if request.method == "GET":
            return login_page(self.realm.name, asked)
        person = self._logged_in(given)
        return login_page(self.realm.name, asked, failed=True) if person is None else self._code_for(asked, person)

    def _refusal(self, asked: Mapping[str, str]) -> Response | None:
        client = self.realm.clients.get(asked.get("client_id", ""))
        if client is None or "authorization_code" not in client.grants:
            return refusal_page(self.realm.name, "Dieses Programm ist nicht bekannt.")
        if not is_loopback(asked.get("redirect_uri", "")):
            return refusal_page(self.realm.name, "Die Rückkehradresse muss auf diesem Rechner liegen (localhost).")
        if asked.get("response_type") != "code":
            return self._redirect(asked, {"error": "unsupported_response_type"})
        if asked.get("code_challenge_method") != "S256" or not is_challenge(asked.get("code_challenge", "")):
            return self._redirect(asked, {"error": "invalid_request", "error_description": "PKCE with S256 is needed"})
        return None

    def _code_for(self, asked: Mapping[str, str], person: Person) -> Response:
        code = self.codes.issue(
            client_id=asked["client_id"],
            redirect_uri=asked["redirect_uri"],
            challenge=asked["code_challenge"],
            nonce=asked.get("nonce", ""),
            scope=asked.get("scope", ""),
            person=person,
        )
        return self._redirect(asked, {"code": code})

    def _redirect(self, asked: Mapping[str, str], answer: Mapping[str, str]) -> Response:
        state = {"state": asked["state"]} if "state" in asked else {}
        target = asked["redirect_uri"]
        query = urlencode({**answer, **state, "iss": self.url})
        return RedirectResponse(f"{target}{'&' if '?' in target else '?'}{query}", status_code=303, headers=_NO_STORE)


def create_issuer_app(
    realms: Sequence[Realm], signer: Signer, *, public_url: str, seconds: int, environment: str
) -> FastAPI:
    """Return the app below /oidc; `/oidc/token` is short for the first realm's token endpoint."""
    if environment == "production":
        raise OperatorError(
            "The development issuer does not start with DMS_ENVIRONMENT=production:"
            " name your own OIDC issuers in DMS_ISSUERS."
        )
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    app.add_middleware(
        CORSMiddleware, allow_origin_regex=_LOOPBACK_ORIGINS, allow_methods=["GET", "POST"], allow_headers=["*"]
    )
    problems.install(app)
    for number, realm in enumerate(realms):
        issuer = Issuer(issuer_url(public_url, realm), realm, signer, Codes(), seconds)
        _add_routes(app, issuer, f"/oidc/{realm.mandant}")
        if number == 0:
            app.add_route("/oidc/token", issuer.token, methods=["POST"])
    return app


def issuer_url(public_url: str, realm: Realm) -> str:
    """Return the URL that names the issuer of a realm."""
    return f"{public_url.rstrip('/')}/oidc/{realm.mandant}"


def _add_routes(app: FastAPI, issuer: Issuer, path: str) -> None:
    async def discovery(_request: Request) -> Response:
        return JSONResponse(issuer.discovery())

    async def keys(_request: Request) -> Response:
        return JSONResponse(issuer.signer.public_keys())

    app.add_route(f"{path}/.well-known/openid-configuration", discovery, methods=["GET"])
    app.add_route(f"{path}/jwks", keys, methods=["GET"])
    app.add_route(f"{path}/token", issuer.token, methods=["POST"])
    app.add_route(f"{path}/authorize", issuer.authorize, methods=["GET", "POST"])
