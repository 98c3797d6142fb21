"""What the realm of a Mandant has to be: from the municipality's file, the role table and what the operator chose."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dms_keycloak.state import API, ClientState, RealmState, Settings, UserState
from dms_standalone.errors import OperatorError
from dms_standalone.realm import DEMO_PASSWORD, Client, Person, Realm

MARK = "registratur.mandant"
"""Attribute of each client that this tool made: a client of the same name without it is somebody else's."""
DEMO_CLIENT = "demo"
BUILT_IN_CLIENT = "admin-cli"
"""Keycloak makes it with every realm and lets people log in with it by password, which only `demo` may."""
PASSWORD, BROWSER, MACHINE = "password", "authorization_code", "client_credentials"

_MINUTE, _HOUR = 60, 3600
_LIFETIMES: Settings = {
    "accessTokenLifespan": 5 * _MINUTE,
    "accessTokenLifespanForImplicitFlow": 5 * _MINUTE,
    "accessCodeLifespan": _MINUTE,
    "ssoSessionIdleTimeout": 30 * _MINUTE,
    "ssoSessionMaxLifespan": 10 * _HOUR,
    "revokeRefreshToken": True,
    "refreshTokenMaxReuse": 0,
}
# Ten wrong passwords lock a person out for a minute, then two, up to a quarter of an hour; never for good, since that
# would let anybody lock everybody out.
_BRUTE_FORCE: Settings = {
    "bruteForceProtected": True,
    "permanentLockout": False,
    "failureFactor": 10,
    "waitIncrementSeconds": _MINUTE,
    "maxFailureWaitSeconds": 15 * _MINUTE,
    "maxDeltaTimeSeconds": 12 * _HOUR,
}
_LOOPBACK = ("http://127.0.0.1:*", "http://localhost:*")
_SCOPES: Mapping[str, frozenset[str]] = {
    PASSWORD: frozenset({"basic", "profile"}),
    BROWSER: frozenset({"basic", "profile", "web-origins"}),
    # Keycloak itself adds the last one to every client with a service account.
    MACHINE: frozenset({"basic", "profile", "roles", "service_account"}),
}
_IN_ACCESS_TOKEN = {
    "access.token.claim": "true",
    "id.token.claim": "false",
    "introspection.token.claim": "true",
    "userinfo.token.claim": "false",
}
_MAPPERS: Mapping[str, Settings] = {
    "groups": {
        "protocol": "openid-connect",
        "protocolMapper": "oidc-group-membership-mapper",
        "config": {"claim.name": "groups", "full.path": "true", **_IN_ACCESS_TOKEN},
    },
    API: {
        "protocol": "openid-connect",
        "protocolMapper": "oidc-audience-mapper",
        "config": {
            "included.client.audience": API,
            **{name: value for name, value in _IN_ACCESS_TOKEN.items() if name != "userinfo.token.claim"},
        },
    },
}


@dataclass(frozen=True, kw_only=True)
class Choices:
    """
    What the operator chose.

    `demo` adds made-up people, their client and the published secrets; `origins` are those of the web workplace.
    """

    demo: bool = False
    origins: tuple[str, ...] = ()


def desired_realm(realm: Realm, roles: Iterable[str], choices: Choices) -> RealmState:
    """Return the realm that a municipality needs; raises OperatorError for a file that asks for too much."""
    _check(realm)
    clients = [client for client in realm.clients.values() if choices.demo or client.id != DEMO_CLIENT]
    machine_roles = frozenset(role for client in clients for role in client.roles)
    states = [
        _api(realm.mandant, machine_roles),
        *(_client(realm.mandant, client, choices) for client in clients),
        ClientState(id=BUILT_IN_CLIENT, settings={"directAccessGrantsEnabled": False}),
    ]
    people = realm.people.values() if choices.demo else ()
    return RealmState(
        name=realm.mandant,
        settings=_realm_settings(realm),
        groups=frozenset(_groups(realm.offices, sorted(set(roles) - machine_roles))),
        clients={state.id: state for state in states},
        users={person.username: _user(realm.mandant, person) for person in people},
    )


def absent_realm(name: str) -> RealmState:
    """Return a realm that is not there, with what Keycloak puts into every new one."""
    built_in = ClientState(id=BUILT_IN_CLIENT, settings={"directAccessGrantsEnabled": True})
    return RealmState(name=name, settings=None, clients={built_in.id: built_in})


def demo_email(mandant: str, username: str) -> str:
    """Return the address by which a demo user is told from a real one of the same name."""
    return f"{username}@{mandant}.invalid"


def _check(realm: Realm) -> None:
    if realm.mandant == "master":
        raise OperatorError("Der Realm master verwaltet Keycloak selbst: Der Mandant braucht einen anderen Schlüssel.")
    for client in realm.clients.values():
        if client.id in {API, BUILT_IN_CLIENT}:
            raise OperatorError(f"Der Client {client.id} ist vorgegeben und gehört nicht in die Datei.")
        if not client.grants <= _SCOPES.keys():
            raise OperatorError(f"Client {client.id}: erlaubt sind die Anmeldewege {', '.join(sorted(_SCOPES))}.")
        if PASSWORD in client.grants and client.id != DEMO_CLIENT:
            raise OperatorError(f"Client {client.id}: Mit Passwort meldet sich nur der Client {DEMO_CLIENT} an.")


def _realm_settings(realm: Realm) -> Settings:
    return {
        "enabled": True,
        "displayName": realm.name,
        "sslRequired": "external",
        "registrationAllowed": False,
        "defaultSignatureAlgorithm": "RS256",
        "internationalizationEnabled": True,
        "supportedLocales": ["de", "en"],
        "defaultLocale": "de",
        **_LIFETIMES,
        **_BRUTE_FORCE,
    }


def _groups(offices: Iterable[str], roles: Iterable[str]) -> Iterator[str]:
    yield "/oe"
    for office in offices:
        yield f"/oe/{office}"
        yield from (f"/oe/{office}/{role}" for role in roles)


def _client(mandant: str, client: Client, choices: Choices) -> ClientState:
    settings = _client_settings(mandant, client.grants, public=MACHINE not in client.grants)
    if BROWSER in client.grants:
        origins = [*(f"{origin}/*" for origin in choices.origins), *(_LOOPBACK if choices.demo else ())]
        attributes = {"pkce.code.challenge.method": "S256", "post.logout.redirect.uris": "+"}
        settings |= {"redirectUris": origins, "webOrigins": ["+"]}
        settings["attributes"] |= attributes
    if choices.demo and client.secret is not None:
        settings["secret"] = client.secret
    return ClientState(
        id=client.id,
        settings=settings,
        mappers=_MAPPERS,
        scopes=frozenset().union(*(_SCOPES[grant] for grant in client.grants)),
        token_roles=frozenset(client.roles),
        service_roles=frozenset(client.roles) if MACHINE in client.grants else frozenset(),
    )


def _api(mandant: str, roles: frozenset[str]) -> ClientState:
    return ClientState(id=API, settings=_client_settings(mandant, frozenset(), public=False), roles=roles)


def _client_settings(mandant: str, grants: frozenset[str], *, public: bool) -> dict[str, Any]:
    return {
        "enabled": True,
        "protocol": "openid-connect",
        "publicClient": public,
        "bearerOnly": False,
        "standardFlowEnabled": BROWSER in grants,
        "implicitFlowEnabled": False,
        "directAccessGrantsEnabled": PASSWORD in grants,
        "serviceAccountsEnabled": MACHINE in grants,
        "fullScopeAllowed": False,
        "attributes": {
            MARK: mandant,
            "oauth2.device.authorization.grant.enabled": "false",
            "oidc.ciba.grant.enabled": "false",
        },
    }


def _user(mandant: str, person: Person) -> UserState:
    # Keycloak wants two names; the second word of many a made-up one is missing.
    first, _, last = person.name.rpartition(" ")
    return UserState(
        username=person.username,
        settings={
            "enabled": True,
            "email": demo_email(mandant, person.username),
            "emailVerified": True,
            "firstName": first or "Demo",
            "lastName": last,
        },
        groups=frozenset(person.groups),
        password=DEMO_PASSWORD,
    )
