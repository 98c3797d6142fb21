"""People and portals that call an origin over HTTP, all with `Accept-Encoding: gzip`."""

import json
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self, TypeVar

import httpx

ValueT = TypeVar("ValueT")
File = tuple[str, bytes, str]
"""Name, content and declared media type of a file."""

STEPS = ("eingegangen", "abgelegt", "durchsuchbar", "zugewiesen", "abgeschlossen")
PORTAL = "portal"
GZIP = {"Accept-Encoding": "gzip"}


def an_antrag(**changed: Any) -> dict[str, Any]:
    """Return the form data of a Gewerbeanmeldung; a change to None leaves the field out."""
    known = {
        "leistung": {"schluessel": "99050012104000", "bezeichnung": "Gewerbe Anmeldung"},
        "region": "053580008008",
        "antragsteller": {
            "art": "natuerliche_person",
            "vorname": "Zoë",
            "nachname": "Müller-Lüdenscheidt",
            "anschrift": {"strasse": "Kölnstraße", "hausnummer": "12a", "plz": "52349", "ort": "Düren"},
            "email": "zoe@example.org",
        },
        "betreff": "Anmeldung eines Gewerbes",
        "formulardaten": {"taetigkeit": "Café", "beitrag": 12.5},
        "externe_referenz": f"PORTAL-{uuid.uuid4()}",
        **changed,
    }
    return {name: value for name, value in known.items() if value is not None}


def eventually(read: Callable[[], ValueT | None], what: str, *, seconds: float = 30) -> ValueT:
    """Return the first true value of `read`; fails when there is none in time."""
    deadline = time.monotonic() + seconds
    while not (value := read()):
        assert time.monotonic() < deadline, f"{what}: not after {seconds} s"
        time.sleep(0.05)
    return value


def multipart(antrag: bytes | dict[str, Any], files: Sequence[File]) -> list[tuple[str, Any]]:
    """Return the parts of `POST /antraege` for httpx."""
    raw = antrag if isinstance(antrag, bytes) else json.dumps(antrag, ensure_ascii=False).encode()
    return [("antrag", (None, raw, "application/json")), *(("anlage", file) for file in files)]


@dataclass
class Origin:
    """One origin, and the tokens of those who call it; without `issuer` they come from its development issuer."""

    url: str
    mandant: str = "dueren"
    issuer: str | None = None
    http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=60, headers=GZIP))
    _tokens: dict[str, tuple[str, float]] = field(default_factory=dict)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def token(self, who: str) -> str:
        """Return a token of a person, or of the portal."""
        known = self._tokens.get(who)
        if known is None or known[1] < time.monotonic():
            form = {"grant_type": "password", "client_id": "demo", "username": who, "password": "demo"}
            if who == PORTAL:
                form = {"grant_type": "client_credentials", "client_id": PORTAL, "client_secret": PORTAL}
            answer = self.http.post(self._token_url(), data=form)
            assert answer.status_code == 200, answer.text
            body = answer.json()
            known = (body["access_token"], time.monotonic() + body["expires_in"] * 0.8)
            self._tokens[who] = known
        return known[0]

    def _token_url(self) -> str:
        if self.issuer is None:
            return f"{self.url}/oidc/{self.mandant}/token"
        discovery = self.http.get(f"{self.issuer}/.well-known/openid-configuration").raise_for_status().json()
        return str(discovery["token_endpoint"])

    def headers(self, who: str | None, **more: str) -> dict[str, str]:
        """Return the headers of a caller; `If_Match` becomes `If-Match`."""
        named = {name.replace("_", "-"): value for name, value in more.items()}
        return named if who is None else {"Authorization": f"Bearer {self.token(who)}", **named}

    def get(self, who: str | None, path: str, *, headers: Mapping[str, str] = {}, **params: Any) -> httpx.Response:
        """Read below /api/v1."""
        return self.http.get(f"{self.url}/api/v1/{path}", params=params, headers=self.headers(who, **headers))

    def read(self, who: str, path: str, **params: Any) -> Any:
        """Read JSON that must be there."""
        answer = self.get(who, path, **params)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text}"
        return answer.json()

    def items(self, who: str, path: str, **params: Any) -> list[dict[str, Any]]:
        """Read every page of a list."""
        found: list[dict[str, Any]] = []
        cursor: str | None = None
        while True:
            page = self.read(who, path, **params, **({"cursor": cursor} if cursor else {}))
            found += page["items"]
            cursor = page["next"]
            if cursor is None:
                return found

    def post(self, who: str | None, path: str, body: Any = None, **headers: str) -> httpx.Response:
        """Act below /api/v1."""
        content = {} if body is None else {"json": body}
        return self.http.post(f"{self.url}/api/v1/{path}", headers=self.headers(who, **headers), **content)

    def submit(
        self, antrag: bytes | dict[str, Any], files: Sequence[File] = (), *, key: str | None = None, who: str = PORTAL
    ) -> httpx.Response:
        """Send an Antrag with its files."""
        headers = self.headers(who, Idempotency_Key=key or str(uuid.uuid4()))
        return self.http.post(f"{self.url}/api/v1/antraege", files=multipart(antrag, files), headers=headers)

    def accepted(self, antrag: bytes | dict[str, Any], files: Sequence[File] = ()) -> dict[str, Any]:
        """Send an Antrag that must be accepted."""
        answer = self.submit(antrag, files)
        assert answer.status_code == 201, f"{answer.status_code} {answer.text}"
        body: dict[str, Any] = answer.json()
        return body

    def wait_for(self, antrag_id: str, *steps: str, seconds: float = 60) -> dict[str, Any]:
        """Return the Antrag once its `verlauf` has these steps."""
        deadline = time.monotonic() + seconds
        while True:
            antrag: dict[str, Any] = self.read(PORTAL, f"antraege/{antrag_id}")
            if {entry["schritt"] for entry in antrag["verlauf"]} >= set(steps):
                return antrag
            assert time.monotonic() < deadline, f"{antrag['verlauf']} after {seconds} s, waiting for {steps}"
            time.sleep(0.1)
