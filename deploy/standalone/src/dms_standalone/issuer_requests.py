"""What the development issuer reads from a request, and its OAuth errors (RFC 6749, section 5.2)."""

import base64
import binascii
import hmac
from collections.abc import Mapping
from urllib.parse import parse_qsl, unquote_plus

from starlette.requests import Request
from starlette.responses import JSONResponse

from dms_standalone.realm import Client, Realm

_FORM_LIMIT_BYTES = 64 * 1024
_FORM = "application/x-www-form-urlencoded"


class OAuthError(Exception):
    """Raised inside the token endpoint; becomes its JSON error answer, 401 only for an unknown client."""

    def __init__(self, code: str, description: str) -> None:
        super().__init__(code)
        self.code = code
        self.description = description

    def response(self) -> JSONResponse:
        """Return the answer."""
        headers = {"Cache-Control": "no-store", "Pragma": "no-cache"}
        if self.code == "invalid_client":
            headers["WWW-Authenticate"] = 'Basic realm="registratur"'
        body = {"error": self.code, "error_description": self.description}
        return JSONResponse(body, status_code=401 if self.code == "invalid_client" else 400, headers=headers)


async def read_form(request: Request) -> dict[str, str]:
    """Return the form; one that is too large, not UTF-8 or names a parameter twice is an invalid request."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        raise OAuthError("invalid_request", f"send {_FORM}")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _FORM_LIMIT_BYTES:
            raise OAuthError("invalid_request", "the form is too large")
    return _parameters(bytes(body))


def read_query(request: Request) -> dict[str, str]:
    """Return the query's parameters, by the same rules."""
    return _parameters(request.scope["query_string"])


def _parameters(raw: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(raw.decode(), keep_blank_values=True, errors="strict", max_num_fields=50)
    except ValueError as error:
        raise OAuthError("invalid_request", "the form is not readable") from error
    parameters = dict(pairs)
    if len(parameters) != len(pairs):
        raise OAuthError("invalid_request", "a parameter is given twice")
    return parameters


def client_of(realm: Realm, authorization: str | None, form: Mapping[str, str]) -> Client:
    """Return the client that a token request comes from, authenticated by header or form when it has a secret."""
    given = (form.get("client_id", ""), form.get("client_secret", ""))
    if authorization is not None:
        if "client_secret" in form:
            raise OAuthError("invalid_request", "authenticate either by header or by form")
        given = _basic(authorization)
    client = realm.clients.get(given[0])
    if client is None or not hmac.compare_digest((client.secret or "").encode(), given[1].encode()):
        raise OAuthError("invalid_client", "client is unknown or its secret is wrong")
    return client


def _basic(authorization: str) -> tuple[str, str]:
    scheme, _, encoded = authorization.partition(" ")
    try:
        client, colon, secret = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        colon = ""
    if scheme.lower() != "basic" or not colon:
        raise OAuthError("invalid_client", "the Authorization header is not readable")
    return unquote_plus(client), unquote_plus(secret)
