"""What must change so that a realm is as wanted, and what stays."""

from dataclasses import replace
from typing import Any

import pytest

from dms_keycloak.changes import (
    AddScope,
    AddServiceRole,
    AddTokenRole,
    ChangeClient,
    ChangeMapper,
    ChangeRealm,
    ChangeUser,
    CreateClient,
    CreateGroup,
    CreateMapper,
    CreateRealm,
    CreateRole,
    CreateUser,
    FieldChange,
    JoinGroup,
)
from dms_keycloak.desired import Choices, absent_realm, desired_realm
from dms_keycloak.difference import difference
from dms_keycloak.state import ClientState, RealmState, UserState
from dms_kit.roles import ROLES
from dms_standalone.realm import load_realm
from dms_standalone.settings import DEMO_FILE

LEITUNG = "leitung-32"


@pytest.fixture(scope="module")
def wanted() -> RealmState:
    return desired_realm(load_realm(DEMO_FILE), ROLES, Choices(demo=True))


def with_client(realm: RealmState, name: str, **changed: Any) -> RealmState:
    return replace(realm, clients={**realm.clients, name: replace(realm.clients[name], **changed)})


def with_user(realm: RealmState, name: str, **changed: Any) -> RealmState:
    return replace(realm, users={**realm.users, name: replace(realm.users[name], **changed)})


def changes(wanted: RealmState, found: RealmState) -> list[Any]:
    return list(difference(wanted, found).changes)


def lines(wanted: RealmState, found: RealmState) -> list[str]:
    return [line for change in changes(wanted, found) for line in change.lines()]


def test_realm_as_wanted_needs_nothing(wanted):
    found = difference(wanted, wanted)
    assert (found.changes, found.conflicts, found.remarks) == ((), (), ())


def test_what_others_made_is_not_seen(wanted):
    others = replace(
        wanted,
        settings={**wanted.settings, "loginTheme": "stadt"},
        groups=wanted.groups | {"/oe/32/praktikum"},
        clients={**wanted.clients, "portal-2": ClientState(id="portal-2", settings={})},
        users={**wanted.users, "erika": UserState(username="erika", settings={}, groups=frozenset())},
    )
    others = with_user(others, LEITUNG, groups=wanted.users[LEITUNG].groups | {"/oe/50/leitung"})
    assert changes(wanted, others) == []


def test_absent_realm_is_made_whole_and_in_order(wanted):
    made = changes(wanted, absent_realm("dueren"))
    assert isinstance(made[0], CreateRealm)
    groups = [change.path for change in made if isinstance(change, CreateGroup)]
    assert set(groups) == wanted.groups
    assert all(path.rpartition("/")[0] in {"", *groups[:number]} for number, path in enumerate(groups))
    clients = [change.client.id for change in made if isinstance(change, CreateClient)]
    assert clients == ["registratur-api", "portal", "demo", "workplace"]
    assert made.index(CreateRole("portal")) < made.index(AddTokenRole("portal", "portal"))
    assert AddServiceRole("portal", "portal") in made
    assert ChangeClient("admin-cli", (FieldChange(("directAccessGrantsEnabled",), True, False),)) in made
    users = [change.user.username for change in made if isinstance(change, CreateUser)]
    assert len(users) == 55
    assert len(made) == 1 + len(groups) + 4 + 3 + 1 + 55


def test_drift_of_the_realm_is_named_field_by_field(wanted):
    found = replace(wanted, settings={**wanted.settings, "accessTokenLifespan": 60, "bruteForceProtected": False})
    assert all(isinstance(change, ChangeRealm) for change in changes(wanted, found))
    assert lines(wanted, found) == [
        "~ Realm dueren: accessTokenLifespan: 60 → 300",
        "~ Realm dueren: bruteForceProtected: false → true",
    ]


def test_drift_of_a_client_is_named_field_by_field(wanted):
    settings = wanted.clients["workplace"].settings
    drifted = {**settings, "fullScopeAllowed": True, "attributes": {"registratur.mandant": "dueren"}}
    found = with_client(wanted, "workplace", settings=drifted)
    assert "~ Client workplace: fullScopeAllowed: true → false" in lines(wanted, found)
    assert '~ Client workplace: attributes.pkce.code.challenge.method: "S256"' in lines(wanted, found)
    assert len(changes(wanted, found)) == 1


def test_order_of_a_list_is_no_difference(wanted):
    settings = wanted.clients["workplace"].settings
    turned = {**settings, "redirectUris": list(reversed(settings["redirectUris"]))}
    assert changes(wanted, with_client(wanted, "workplace", settings=turned)) == []


def test_secret_is_set_and_never_shown(wanted):
    settings = {**wanted.clients["portal"].settings, "secret": "geheim"}
    found = with_client(wanted, "portal", settings=settings)
    assert lines(wanted, found) == ["~ Client portal: secret wird gesetzt"]
    assert not any("geheim" in line or '"portal"' in line for line in lines(wanted, found))


def test_mappers_scopes_and_roles_are_put_back(wanted):
    mappers = wanted.clients["portal"].mappers
    crooked = {**mappers["groups"], "config": {**mappers["groups"]["config"], "full.path": "false"}}
    nothing = {"scopes": frozenset({"basic"}), "token_roles": frozenset(), "service_roles": frozenset()}
    found = with_client(wanted, "portal", mappers={"groups": crooked}, **nothing)
    assert changes(wanted, found) == [
        ChangeMapper("portal", "groups", (FieldChange(("config", "full.path"), "false", "true"),)),
        CreateMapper("portal", "registratur-api", mappers["registratur-api"]),
        *(AddScope("portal", scope) for scope in ("profile", "roles", "service_account")),
        AddTokenRole("portal", "portal"),
        AddServiceRole("portal", "portal"),
    ]


def test_user_is_put_back_into_the_group(wanted):
    user = wanted.users[LEITUNG]
    found = with_user(wanted, LEITUNG, groups=frozenset(), settings={**user.settings, "enabled": False})
    assert changes(wanted, found) == [
        ChangeUser(LEITUNG, (FieldChange(("enabled",), False, True),)),
        JoinGroup(LEITUNG, "/oe/32/leitung"),
    ]


def test_client_and_user_of_somebody_else_are_conflicts(wanted):
    foreign = with_client(wanted, "portal", settings={**wanted.clients["portal"].settings, "attributes": {}})
    foreign = with_user(foreign, LEITUNG, settings={"email": "k.loeffler@dueren.example"})
    assert difference(wanted, foreign).conflicts == (
        "Client portal besteht schon und ist nicht von hier",
        f"Benutzer {LEITUNG} besteht schon und ist keiner der erfundenen",
    )


def test_what_was_added_to_our_clients_stays_and_is_told(wanted):
    portal = wanted.clients["portal"]
    found = with_client(
        wanted,
        "portal",
        mappers={**portal.mappers, "abteilung": {}},
        optional_scopes=frozenset({"offline_access"}),
        service_roles=portal.service_roles | {"mehr"},
    )
    assert changes(wanted, found) == []
    assert difference(wanted, found).remarks == (
        "Client portal: Mapper abteilung ist nicht von hier und bleibt",
        "Client portal: Scope offline_access ist nicht von hier und bleibt",
        "Client portal: Rolle des Dienstkontos mehr ist nicht von hier und bleibt",
    )
