"""The realm as code, against a real Keycloak."""

import base64
import json
from typing import Any

import httpx
import pytest
from keycloak import KeycloakAdmin

from tests.harness.keycloak import Keycloak, TestRealm

pytestmark = [pytest.mark.real, pytest.mark.timeout(600)]

LEITUNG = "leitung-32"


def claims_of(token: str) -> dict[str, Any]:
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    return claims


def test_applied_twice_changes_nothing(realm: TestRealm) -> None:
    assert realm.plan("--demo") == (0, [f"Realm {realm.name}: keine Änderungen"])
    again = realm.keycloak.run("apply", realm.file, "--demo")
    assert (again.returncode, again.stdout) == (0, f"Realm {realm.name}: keine Änderungen\n")
    assert realm.plan("--demo")[0] == 0


def test_plan_of_an_absent_realm_makes_none(keycloak: Keycloak, realm: TestRealm) -> None:
    file = realm.file.with_name("niemand.yaml")
    file.write_text(realm.file.read_text().replace(f"schluessel: {realm.name}", "schluessel: niemand"))
    planned = keycloak.run("plan", file)
    assert planned.returncode == 2
    assert "+ Realm niemand" in planned.stdout.splitlines()
    assert "niemand" not in {one["realm"] for one in realm.api.get_realms()}


def test_drift_is_shown_line_by_line_and_put_back(own_realm: TestRealm) -> None:
    api = own_realm.api
    api.update_realm(own_realm.name, {"accessTokenLifespan": 3600, "bruteForceProtected": False})
    portal = api.get_client(str(api.get_client_id("portal")))
    api.update_client(portal["id"], {**portal, "fullScopeAllowed": True, "directAccessGrantsEnabled": True})
    api.group_user_remove(api.get_user_id(LEITUNG), api.get_group_by_path("/oe/32/leitung")["id"])
    api.delete_group(api.get_group_by_path("/oe/50/leitung")["id"])
    code, lines = own_realm.plan("--demo")
    assert code == 2
    assert lines == [
        f"~ Realm {own_realm.name}: accessTokenLifespan: 3600 → 300",
        f"~ Realm {own_realm.name}: bruteForceProtected: false → true",
        "+ Gruppe /oe/50/leitung",
        "~ Client portal: directAccessGrantsEnabled: true → false",
        "~ Client portal: fullScopeAllowed: true → false",
        # Whoever was a member of the deleted group is missing there too.
        "+ Benutzer leitung-32: Mitglied von /oe/32/leitung",
        "+ Benutzer leitung-50: Mitglied von /oe/50/leitung",
        f"Realm {own_realm.name}: 5 Änderungen",
    ]
    applied = own_realm.keycloak.run("apply", own_realm.file, "--demo")
    assert (applied.returncode, applied.stdout.splitlines()) == (0, lines)
    assert own_realm.plan("--demo")[0] == 0


def test_what_others_made_stays(own_realm: TestRealm) -> None:
    api = own_realm.api
    group = str(api.create_group({"name": "praktikum"}, parent=api.get_group_by_path("/oe/32")["id"]))
    api.create_group({"name": "verein"})
    erika = api.create_user({"username": "erika", "enabled": True, "groups": ["/oe/32/praktikum"]})
    api.group_user_add(api.get_user_id(LEITUNG), group)
    client = api.create_client({"clientId": "fachverfahren", "directAccessGrantsEnabled": True})
    before = _everything(api, erika, client)
    assert own_realm.plan("--demo")[0] == 0
    api.update_realm(own_realm.name, {"accessTokenLifespan": 60})
    assert own_realm.keycloak.run("apply", own_realm.file, "--demo").returncode == 0
    assert _everything(api, erika, client) == before
    members = {user["username"] for user in api.get_group_members(group)}
    assert members == {"erika", LEITUNG}
    assert api.get_realm(own_realm.name)["accessTokenLifespan"] == 300


def _everything(api: KeycloakAdmin, user: str, client: str) -> list[dict[str, Any]]:
    found = api.get_client(client)
    # Keycloak names them in any order.
    scopes = {name: sorted(found[name]) for name in ("defaultClientScopes", "optionalClientScopes")}
    return [api.get_user(user), {**found, **scopes}, api.get_group_by_path("/verein")]


def test_client_of_somebody_else_stops_everything(own_realm: TestRealm) -> None:
    api = own_realm.api
    api.delete_client(str(api.get_client_id("portal")))
    foreign = api.create_client({"clientId": "portal", "description": "des Kreises"})
    api.update_realm(own_realm.name, {"accessTokenLifespan": 60})
    for verb in ("plan", "apply"):
        ended = own_realm.keycloak.run(verb, own_realm.file, "--demo")
        assert ended.returncode == 1
        assert "! Client portal besteht schon und ist nicht von hier" in ended.stdout
    assert api.get_client(foreign)["description"] == "des Kreises"
    assert api.get_realm(own_realm.name)["accessTokenLifespan"] == 60


def test_without_the_demonstration_nobody_logs_in_by_password(keycloak: Keycloak, tmp_path: Any) -> None:
    with keycloak.realm(tmp_path, "--workplace", "https://akte.example") as plain:
        assert plain.plan("--workplace", "https://akte.example")[0] == 0
        clients = {client["clientId"]: client for client in plain.api.get_clients()}
        assert [name for name, client in clients.items() if client.get("directAccessGrantsEnabled")] == []
        assert "demo" not in clients
        assert clients["workplace"]["redirectUris"] == ["https://akte.example/*"]
        assert len(clients["portal"]["secret"]) >= 32
        assert plain.api.get_users() == []


def test_second_mandant_is_a_second_realm(realm: TestRealm, own_realm: TestRealm) -> None:
    tokens = [claims_of(one.person(LEITUNG)["access_token"]) for one in (realm, own_realm)]
    assert [claims["iss"] for claims in tokens] == [realm.issuer, own_realm.issuer]
    assert tokens[0]["sub"] != tokens[1]["sub"]


def test_tokens_say_exactly_what_they_must(realm: TestRealm) -> None:
    portal = claims_of(realm.portal()["access_token"])
    assert (portal["aud"], portal["azp"]) == ("registratur-api", "portal")
    assert portal["resource_access"] == {"registratur-api": {"roles": ["portal"]}}
    for tokens in (realm.person(LEITUNG), realm.browser(LEITUNG)):
        person = claims_of(tokens["access_token"])
        assert (person["aud"], person["groups"]) == ("registratur-api", ["/oe/32/leitung"])
        assert (person["name"], person["typ"]) == ("Karl-Heinz Löffler", "Bearer")
        assert person["exp"] - person["iat"] == 300
        assert not {"realm_access", "resource_access", "email"} & person.keys()
        assert "groups" not in claims_of(tokens["id_token"])


@pytest.mark.parametrize("client", ["workplace", "admin-cli", "account-console", "portal", "registratur-api"])
def test_no_other_client_takes_a_password(realm: TestRealm, client: str) -> None:
    form = {"client_id": client, "username": LEITUNG, "password": "demo"}
    if client == "portal":
        form["client_secret"] = "portal"
    answer = realm.ask(grant_type="password", **form)
    assert answer.json()["error"] in {"unauthorized_client", "invalid_client"}


def test_workplace_needs_pkce_and_its_own_address(realm: TestRealm) -> None:
    with httpx.Client(timeout=30, trust_env=False) as client:
        assert "Missing+parameter" in realm.authorize(client).headers["location"]
        plain = realm.authorize(client, code_challenge="x" * 43, code_challenge_method="plain")
        assert "error=invalid_request" in plain.headers["location"]
        pkce = {"code_challenge": "x" * 43, "code_challenge_method": "S256"}
        assert realm.authorize(client, redirect_uri="https://evil.example/", **pkce).status_code == 400


def test_no_token_outlives_the_session(realm: TestRealm) -> None:
    form = {"client_id": "demo", "username": LEITUNG, "password": "demo", "scope": "openid offline_access"}
    assert realm.ask(grant_type="password", **form).json()["error"] == "invalid_scope"


def test_refresh_token_is_good_once(realm: TestRealm) -> None:
    form = {"grant_type": "refresh_token", "client_id": "demo", "refresh_token": realm.person(LEITUNG)["refresh_token"]}
    assert [realm.ask(**form).status_code for _ in range(2)] == [200, 400]


def test_ten_wrong_passwords_lock_a_person_out(own_realm: TestRealm) -> None:
    form = {"grant_type": "password", "client_id": "demo", "username": LEITUNG}
    for _ in range(10):
        assert own_realm.ask(**form, password="falsch").json()["error"] == "invalid_grant"
    assert own_realm.ask(**form, password="demo").json()["error"] == "invalid_grant"
    assert own_realm.api.get_bruteforce_detection_status(own_realm.api.get_user_id(LEITUNG))["disabled"]
    assert own_realm.person("leitung-50")["access_token"]
