"""A real Keycloak: realms applied by the command line, tokens by every way that the realm allows."""

import base64
import hashlib
import html
import os
import re
import secrets
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import yaml
from joserfc.jwk import RSAKey
from keycloak import KeycloakAdmin

from tests.harness.server import ROOT

REDIRECT = "http://127.0.0.1:5173/callback"
VARIABLE = "DMS_TEST_KEYCLOAK"


@dataclass(frozen=True)
class Keycloak:
    """A server that tests may make realms in."""

    url: str
    admin: str
    password: str

    @classmethod
    def from_environment(cls) -> "Keycloak | None":
        """Read `http://admin:password@127.0.0.1:8180`."""
        parts = urlsplit(os.environ.get(VARIABLE, ""))
        if not parts.hostname:
            return None
        return cls(f"{parts.scheme}://{parts.hostname}:{parts.port}", parts.username or "admin", parts.password or "")

    def run(self, verb: str, file: Path, *options: str) -> "subprocess.CompletedProcess[str]":
        """Run the tool as an operator does."""
        command = [sys.executable, "-m", "dms_keycloak", verb, str(file), "--url", self.url, "--admin", self.admin]
        environment = {**os.environ, "DMS_KEYCLOAK_PASSWORD": self.password}
        return subprocess.run(
            [*command, *options], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )

    def api(self, realm: str) -> KeycloakAdmin:
        """Return the admin API of a realm."""
        return KeycloakAdmin(
            server_url=self.url,
            username=self.admin,
            password=self.password,
            realm_name=realm,
            user_realm_name="master",
        )

    def master_token(self) -> str:
        """Return an access token of the administrator, which Keycloak itself takes."""
        connection = self.api("master").connection
        connection.get_token()
        assert connection.token is not None
        return str(connection.token["access_token"])

    @contextmanager
    def realm(self, folder: Path, *options: str, whole: bool = False) -> Iterator["TestRealm"]:
        """Make a realm of the demo municipality, or of two of its offices, under a name of its own; delete it."""
        name = f"test-{uuid.uuid4().hex[:8]}"
        file = folder / f"{name}.yaml"
        town = yaml.safe_load((ROOT / "deploy/demo/dueren.yaml").read_text(encoding="utf-8"))
        town["mandant"]["schluessel"] = name
        if not whole:
            offices = town["organisationseinheiten"]
            town["organisationseinheiten"] = [office for office in offices if office["schluessel"] in {"32", "50"}]
            town["benutzer"] |= {"rollen": ["leitung", "sachbearbeitung"], "oe": ["32", "50"], "kurznamen": []}
        file.write_text(yaml.safe_dump(town, allow_unicode=True), encoding="utf-8")
        realm = TestRealm(self, name, file)
        try:
            made = self.run("apply", file, *options)
            assert made.returncode == 0, made.stderr
            yield realm
        finally:
            self.api(name).delete_realm(name)


@dataclass(frozen=True)
class TestRealm:
    """One realm."""

    __test__ = False

    keycloak: Keycloak
    name: str
    file: Path

    @property
    def issuer(self) -> str:
        """Return the URL that names the realm in tokens."""
        return f"{self.keycloak.url}/realms/{self.name}"

    @property
    def api(self) -> KeycloakAdmin:
        """Return the admin API."""
        return self.keycloak.api(self.name)

    def plan(self, *options: str) -> tuple[int, list[str]]:
        """Return exit code and lines of a dry run."""
        planned = self.keycloak.run("plan", self.file, *options)
        return planned.returncode, (planned.stdout + planned.stderr).splitlines()

    def ask(self, **form: str) -> httpx.Response:
        """Ask the token endpoint."""
        return httpx.post(f"{self.issuer}/protocol/openid-connect/token", data=form, timeout=30, trust_env=False)

    def tokens(self, **form: str) -> dict[str, Any]:
        """Ask the token endpoint for what it must give."""
        answer = self.ask(**form)
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body

    def portal(self) -> dict[str, Any]:
        """Return tokens of the portal."""
        return self.tokens(grant_type="client_credentials", client_id="portal", client_secret="portal")

    def person(self, username: str, password: str = "demo") -> dict[str, Any]:
        """Return tokens of a person who gave the password to the client of the demonstration."""
        form = {"username": username, "password": password, "scope": "openid"}
        return self.tokens(grant_type="password", client_id="demo", **form)

    def authorize(self, client: httpx.Client, **changed: str) -> httpx.Response:
        """Ask for the login page of the workplace."""
        query = {"client_id": "workplace", "response_type": "code", "scope": "openid", "redirect_uri": REDIRECT}
        return client.get(f"{self.issuer}/protocol/openid-connect/auth", params={**query, **changed})

    def browser(self, username: str) -> dict[str, Any]:
        """Return tokens of a person who logged in by the form, with PKCE."""
        verifier = secrets.token_urlsafe(48)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
        with httpx.Client(timeout=30, trust_env=False) as client:
            page = self.authorize(client, code_challenge=challenge, code_challenge_method="S256")
            form = re.search(r'<form id="kc-form-login"[^>]*action="([^"]+)"', page.text)
            assert form is not None, page.text
            # The cookies are `Secure` even on loopback without TLS, so a jar keeps them back.
            cookies = "; ".join(line.split(";")[0] for line in page.headers.get_list("set-cookie"))
            login = {"username": username, "password": "demo"}
            answer = client.post(html.unescape(form[1]), data=login, headers={"Cookie": cookies})
        code = parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]
        grant = {"grant_type": "authorization_code", "client_id": "workplace", "redirect_uri": REDIRECT}
        return self.tokens(**grant, code=code, code_verifier=verifier)

    def publish(self, key: RSAKey) -> RSAKey:
        """Let the realm publish a key of ours, below its own in rank; return it with the `kid` that it got."""
        pem = key.as_pem(private=True).decode()
        return RSAKey.import_key(key.as_pem(private=True), {"kid": self.add_key("rsa", "50", privateKey=[pem])})

    def add_key(self, provider: str, priority: str, **config: list[str]) -> str:
        """Add a key to the realm and return its `kid`; the highest priority signs."""
        component = {
            "name": f"{provider}-{uuid.uuid4().hex[:6]}",
            "providerId": provider,
            "providerType": "org.keycloak.keys.KeyProvider",
            "config": {"priority": [priority], "enabled": ["true"], "active": ["true"], **config},
        }
        component_id = self.api.create_component(component)
        keys: list[dict[str, Any]] = self.api.get_keys()["keys"]
        return str(next(key["kid"] for key in keys if key["providerId"] == component_id))
