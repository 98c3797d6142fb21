"""Access tokens of OpenID Connect issuers, checked against their published keys."""

import asyncio
import base64
import hashlib
import json
import re
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import structlog
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, RSAKey

from dms_kit.core.actor import Actor, Membership
from dms_kit.core.clock import Clock, SystemClock
from dms_kit.core.errors import UnauthenticatedError, UnavailableError
from dms_kit.core.text import is_storable
from dms_kit.telemetry import KEY_FETCHES, TOKENS

_KEY_TYPES: Mapping[str, type[RSAKey] | type[ECKey]] = {"RS256": RSAKey, "PS256": RSAKey, "ES256": ECKey}
_ACCESS_TOKEN_TYPES = frozenset({"", "jwt", "at+jwt", "application/at+jwt"})
_GROUP = re.compile(r"/oe/([0-9A-Za-z][0-9A-Za-z._-]{0,63})/([a-z][a-z_]{0,63})")

_MAX_TOKEN_CHARACTERS = 16 * 1024
_MAX_DOCUMENT_BYTES = 1024 * 1024
_MAX_TEXT_CHARACTERS = 255
_MAX_SECONDS_SINCE_EPOCH = 253_402_300_799
_MIN_RSA_BITS = 2048

_LEEWAY = timedelta(seconds=10)
_PAUSE = timedelta(seconds=30)
# Without any key nobody can work, so an issuer that starts a moment later is asked again soon.
_PAUSE_WITHOUT_KEYS = timedelta(seconds=1)
_KEYS_GROW_OLD = timedelta(minutes=10)
_TIMEOUT_SECONDS = 5.0

log = structlog.get_logger()

Key = RSAKey | ECKey


class _UnusableDocumentError(Exception):
    """Raised for a discovery document or key set that is not what it should be; the known keys stay."""


@dataclass
class _Issuer:
    """An issuer with its keys by `kid`, as fetched last."""

    url: str
    mandant: str
    keys: dict[str, Key] = field(default_factory=dict)
    fetched_at: datetime | None = None
    tried_at: datetime | None = None
    failed: bool = False
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    refresh: asyncio.Task[None] | None = None


class OidcVerifier:
    """
    Verifies RS256, PS256 and ES256 access tokens of the configured issuers, each of which names one Mandant.

    Keys are fetched when first needed, for an unknown `kid` at most once in 30 s, and anew every 10 minutes in the
    background; with known keys it goes on while the issuer is away. Verified tokens are remembered until they expire.
    """

    def __init__(
        self,
        issuers: Mapping[str, str],
        audience: str = "registratur-api",
        *,
        client: httpx.AsyncClient | None = None,
        clock: Clock | None = None,
        known_tokens: int = 4096,
    ) -> None:
        self._issuers = {url: _Issuer(url, mandant) for url, mandant in issuers.items()}
        self._audience = audience
        self._client = client or httpx.AsyncClient(timeout=_TIMEOUT_SECONDS, trust_env=False)
        self._clock = clock or SystemClock()
        self._known_tokens = known_tokens
        self._known: OrderedDict[bytes, tuple[Actor, datetime]] = OrderedDict()

    async def verify(self, token: str) -> Actor:
        """Return the actor of a valid access token; see the port for what it raises."""
        if len(token) > _MAX_TOKEN_CHARACTERS or not token.isascii():
            raise _refused("size")
        fingerprint = hashlib.sha256(token.encode("ascii")).digest()
        if (actor := self._remembered(fingerprint)) is not None:
            TOKENS.labels("cached").inc()
            return actor
        header, claims = _read_unverified(token)
        issuer = self._issuers.get(_text(claims.get("iss")))
        if issuer is None:
            raise _refused("issuer")
        key = await self._key(issuer, header)
        _check_signature(token, key, header["alg"])
        expires = self._check_claims(claims)
        actor = _actor_of(claims, issuer.mandant)
        self._remember(fingerprint, actor, expires)
        TOKENS.labels("accepted").inc()
        return actor

    async def ping(self) -> None:
        """Raise UnavailableError when the last fetch from an issuer failed; fetches where that is allowed again."""
        for issuer in self._issuers.values():
            async with issuer.lock:
                if issuer.failed or issuer.fetched_at is None:
                    await self._fetch_if_allowed(issuer)
                if issuer.failed or issuer.fetched_at is None:
                    raise UnavailableError

    async def close(self) -> None:
        """End running fetches and close the HTTP client."""
        for issuer in self._issuers.values():
            if issuer.refresh is not None:
                issuer.refresh.cancel()
        await self._client.aclose()

    def _remembered(self, fingerprint: bytes) -> Actor | None:
        known = self._known.get(fingerprint)
        if known is None:
            return None
        actor, expires = known
        if self._clock.now() >= expires:
            del self._known[fingerprint]
            return None
        self._known.move_to_end(fingerprint)
        return actor

    def _remember(self, fingerprint: bytes, actor: Actor, expires: datetime) -> None:
        self._known[fingerprint] = (actor, expires)
        if len(self._known) > self._known_tokens:
            self._known.popitem(last=False)

    async def _key(self, issuer: _Issuer, header: Mapping[str, Any]) -> Key:
        kid = _text(header.get("kid"))
        if not kid:
            raise _refused("kid")
        if kid not in issuer.keys:
            async with issuer.lock:
                if kid not in issuer.keys:
                    await self._fetch_if_allowed(issuer)
            if issuer.fetched_at is None:
                TOKENS.labels("unavailable").inc()
                raise UnavailableError
        elif self._are_old(issuer):
            issuer.refresh = asyncio.create_task(self._refresh(issuer))
        key = issuer.keys.get(kid)
        if key is None or not isinstance(key, _KEY_TYPES[header["alg"]]) or key.alg not in {None, header["alg"]}:
            raise _refused("key")
        return key

    def _are_old(self, issuer: _Issuer) -> bool:
        running = issuer.refresh is not None and not issuer.refresh.done()
        old = issuer.fetched_at is not None and self._clock.now() - issuer.fetched_at > _KEYS_GROW_OLD
        return old and not running and self._may_fetch(issuer)

    def _may_fetch(self, issuer: _Issuer) -> bool:
        pause = _PAUSE_WITHOUT_KEYS if issuer.fetched_at is None else _PAUSE
        return issuer.tried_at is None or self._clock.now() - issuer.tried_at >= pause

    async def _refresh(self, issuer: _Issuer) -> None:
        async with issuer.lock:
            await self._fetch_if_allowed(issuer)

    async def _fetch_if_allowed(self, issuer: _Issuer) -> None:
        if not self._may_fetch(issuer):
            return
        issuer.tried_at = self._clock.now()
        try:
            keys = await self._fetch(issuer.url)
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, RecursionError, _UnusableDocumentError) as error:
            issuer.failed = True
            KEY_FETCHES.labels("failed").inc()
            log.warning("oidc.keys_not_fetched", issuer=issuer.url, error=type(error).__name__)
            return
        KEY_FETCHES.labels("fetched").inc()
        if issuer.keys.keys() - keys.keys():
            # A withdrawn key may have signed any of the remembered tokens.
            self._known.clear()
        issuer.keys, issuer.fetched_at, issuer.failed = keys, issuer.tried_at, False

    async def _fetch(self, url: str) -> dict[str, Key]:
        discovery = await self._document(f"{url.rstrip('/')}/.well-known/openid-configuration")
        if discovery.get("issuer") != url:
            raise _UnusableDocumentError
        key_set = await self._document(_text(discovery.get("jwks_uri")))
        entries = key_set.get("keys")
        if not isinstance(entries, list):
            raise _UnusableDocumentError
        return dict(found for entry in entries if (found := _usable_key(entry)) is not None)

    async def _document(self, url: str) -> dict[str, Any]:
        async with self._client.stream("GET", url, headers={"Accept": "application/json"}) as response:
            response.raise_for_status()
            content = bytearray()
            async for chunk in response.aiter_bytes():
                content += chunk
                if len(content) > _MAX_DOCUMENT_BYTES:
                    raise _UnusableDocumentError
        document = json.loads(content)
        if not isinstance(document, dict):
            raise _UnusableDocumentError
        return document

    def _check_claims(self, claims: Mapping[str, Any]) -> datetime:
        audiences = claims.get("aud")
        if self._audience not in (audiences if isinstance(audiences, list) else [audiences]):
            raise _refused("audience")
        if _text(claims.get("typ")).lower() not in {"", "bearer"}:
            raise _refused("type")
        if not _text(claims.get("sub")):
            raise _refused("subject")
        now = self._clock.now()
        expires = _moment(claims.get("exp"))
        if expires is None or now >= expires + _LEEWAY:
            raise _refused("expired")
        if "nbf" in claims:
            valid_from = _moment(claims["nbf"])
            if valid_from is None or now < valid_from - _LEEWAY:
                raise _refused("not_yet_valid")
        return expires


def _read_unverified(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    parts = token.split(".")
    if len(parts) != 3:
        raise _refused("form")
    header, claims = _json_object(parts[0]), _json_object(parts[1])
    if not isinstance(header.get("alg"), str) or header["alg"] not in _KEY_TYPES:
        raise _refused("algorithm")
    if "crit" in header or "b64" in header:
        raise _refused("crit")
    if _text(header.get("typ")).lower() not in _ACCESS_TOKEN_TYPES:
        raise _refused("type")
    return header, claims


def _json_object(part: str) -> dict[str, Any]:
    try:
        value = json.loads(base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True))
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise _refused("form")
    return value


def _check_signature(token: str, key: Key, algorithm: str) -> None:
    # Other header parameters (jwk, jku, x5c …) are not looked at: the key is ours already.
    registry = jws.JWSRegistry(algorithms=[algorithm], strict_check_header=False)
    registry.max_header_length = _MAX_TOKEN_CHARACTERS
    try:
        jws.deserialize_compact(token, key, registry=registry)
    except (JoseError, ValueError, TypeError) as error:
        raise _refused("signature") from error


def _usable_key(entry: Any) -> tuple[str, Key] | None:
    if not isinstance(entry, dict) or not _text(entry.get("kid")) or entry.get("use", "sig") != "sig":
        return None
    if entry.get("kty") not in {"RSA", "EC"} or "d" in entry:
        return None
    try:
        key = JWKRegistry.import_key(entry)
    except (JoseError, ValueError, TypeError):
        return None
    if isinstance(key, RSAKey):
        return (entry["kid"], key) if key.public_key.key_size >= _MIN_RSA_BITS else None
    if isinstance(key, ECKey):
        return (entry["kid"], key) if key.curve_name == "P-256" else None
    return None


def _actor_of(claims: Mapping[str, Any], mandant: str) -> Actor:
    groups = claims.get("groups")
    found = [_GROUP.fullmatch(group) for group in groups if isinstance(group, str)] if isinstance(groups, list) else []
    return Actor(
        mandant=mandant,
        sub=_text(claims.get("sub")),
        name=_text(claims.get("name")) or _text(claims.get("preferred_username")),
        client=_text(claims.get("azp")),
        memberships=frozenset(Membership(match[1], match[2]) for match in found if match),
        client_roles=_client_roles(claims.get("resource_access")),
    )


def _client_roles(access: Any) -> frozenset[str]:
    ours = access.get("registratur-api") if isinstance(access, dict) else None
    roles = ours.get("roles") if isinstance(ours, dict) else None
    return frozenset(role for role in roles if isinstance(role, str)) if isinstance(roles, list) else frozenset()


def _text(value: Any) -> str:
    usable = isinstance(value, str) and len(value) <= _MAX_TEXT_CHARACTERS and is_storable(value)
    return value if usable else ""


def _moment(value: Any) -> datetime | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _MAX_SECONDS_SINCE_EPOCH:
        return None
    return datetime.fromtimestamp(value, UTC)


def _refused(reason: str) -> UnauthenticatedError:
    TOKENS.labels("refused").inc()
    log.debug("oidc.token_refused", reason=reason)
    return UnauthenticatedError()
