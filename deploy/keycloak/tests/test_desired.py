"""What the realm of a Mandant has to be."""

import dataclasses

import pytest

from dms_keycloak.desired import Choices, desired_realm
from dms_kit.roles import ROLES
from dms_standalone.errors import OperatorError
from dms_standalone.realm import Client, Realm, load_realm
from dms_standalone.settings import DEMO_FILE


@pytest.fixture(scope="module")
def dueren() -> Realm:
    return load_realm(DEMO_FILE)


def _with_client(realm: Realm, client: Client) -> Realm:
    return dataclasses.replace(realm, clients={**realm.clients, client.id: client})


def _password_clients(realm: Realm, choices: Choices) -> list[str]:
    clients = desired_realm(realm, ROLES, choices).clients.values()
    return [client.id for client in clients if client.settings["directAccessGrantsEnabled"]]


def test_every_office_has_a_group_for_every_role_of_people(dueren):
    groups = desired_realm(dueren, ROLES, Choices()).groups
    assert {"/oe", "/oe/00", "/oe/00/betrieb", "/oe/32/leitung", "/oe/66/fachadministration"} <= groups
    assert len(groups) == 1 + 7 + 7 * 10
    assert not any(path.endswith("/portal") for path in groups)


def test_every_membership_is_in_a_group_that_is_made(dueren):
    realm = desired_realm(dueren, ROLES, Choices(demo=True))
    assert {group for user in realm.users.values() for group in user.groups} <= realm.groups


def test_people_client_and_secrets_of_the_demonstration_come_only_when_asked_for(dueren):
    plain, demo = (desired_realm(dueren, ROLES, Choices(demo=demo)) for demo in (False, True))
    assert (len(plain.users), len(demo.users)) == (0, 55)
    assert demo.clients.keys() - plain.clients.keys() == {"demo"}
    assert "secret" not in plain.clients["portal"].settings
    assert demo.clients["portal"].settings["secret"] == "portal"
    assert plain.clients["workplace"].settings["redirectUris"] == []


def test_only_the_demo_client_logs_people_in_by_password(dueren):
    assert _password_clients(dueren, Choices(demo=True)) == ["demo"]
    assert _password_clients(dueren, Choices()) == []


def test_workplace_forces_pkce_and_returns_to_its_origins(dueren):
    client = desired_realm(dueren, ROLES, Choices(origins=("https://akte.example",))).clients["workplace"]
    assert client.settings["publicClient"]
    assert client.settings["redirectUris"] == ["https://akte.example/*"]
    assert client.settings["attributes"]["pkce.code.challenge.method"] == "S256"


def test_tokens_carry_no_more_than_they_must(dueren):
    clients = desired_realm(dueren, ROLES, Choices(demo=True)).clients
    for name in ("portal", "demo", "workplace"):
        assert clients[name].settings["fullScopeAllowed"] is False
        assert clients[name].mappers["groups"]["config"]["full.path"] == "true"
        assert clients[name].mappers["registratur-api"]["config"]["included.client.audience"] == "registratur-api"
    assert clients["portal"].token_roles == clients["portal"].service_roles == {"portal"}
    assert clients["registratur-api"].roles == {"portal"}
    assert not clients["demo"].token_roles | clients["workplace"].token_roles


def test_realm_limits_guessing_and_lifetimes(dueren):
    settings = desired_realm(dueren, ROLES, Choices()).settings
    assert settings["accessTokenLifespan"] == 300
    assert settings["bruteForceProtected"] is True
    assert settings["permanentLockout"] is False
    assert settings["displayName"] == "Stadt Düren"


@pytest.mark.parametrize(
    ("client", "word"),
    [
        (Client("app", None, frozenset({"password"}), ()), "Passwort"),
        (Client("app", None, frozenset({"implicit"}), ()), "Anmeldewege"),
        (Client("registratur-api", None, frozenset(), ()), "vorgegeben"),
        (Client("admin-cli", None, frozenset(), ()), "vorgegeben"),
    ],
)
def test_file_that_asks_for_too_much_is_refused(dueren, client, word):
    with pytest.raises(OperatorError, match=word):
        desired_realm(_with_client(dueren, client), ROLES, Choices())


def test_realm_of_keycloak_itself_is_never_a_mandant(dueren):
    with pytest.raises(OperatorError, match="master"):
        desired_realm(dataclasses.replace(dueren, mandant="master"), ROLES, Choices())


def test_file_without_people_makes_a_realm_without_people(tmp_path):
    file = tmp_path / "stadt.yaml"
    text = DEMO_FILE.read_text()
    people, clients = text.index("\nbenutzer:"), text.index("\nclients:")
    file.write_text(text[:people] + text[clients:])
    assert desired_realm(load_realm(file), ROLES, Choices(demo=True)).users == {}
