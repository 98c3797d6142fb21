"""The whole service over a real database and a real file system; only the tokens are from a table."""

import json
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc.jwk import ECKey

from dms_ingest.adapters.quittung_signer import EcQuittungSigner
from dms_ingest.bootstrap import Container, build
from dms_ingest.main import create_app
from dms_ingest.settings import Settings
from dms_kit.core.actor import Actor, Membership
from dms_kit.signing import Signer
from dms_kit.testing.clock import ManualClock
from dms_kit.testing.fakes import StaticVerifier

PORTAL_ROLES = frozenset({"portal"})
ACTORS = {
    "portal": Actor(mandant="dueren", sub="sa-portal", client="portal", client_roles=PORTAL_ROLES),
    "portal-2": Actor(mandant="dueren", sub="sa-portal-2", client="portal-2", client_roles=PORTAL_ROLES),
    "portal-nachbarstadt": Actor(mandant="nachbarstadt", sub="sa-portal", client="portal", client_roles=PORTAL_ROLES),
    **{
        f"{rolle}-{oe}": Actor(
            mandant="dueren",
            sub=f"{rolle}-{oe}",
            client="demo",
            memberships=frozenset({Membership(oe, rolle)}),
        )
        for rolle, oe in (("sachbearbeitung", "32"), ("sachbearbeitung", "50"), ("poststelle", "10"), ("betrieb", "00"))
    },
}
KEY = ECKey.generate_key("P-256")


@pytest.fixture(name="antrag_json")
def _antrag_json() -> Callable[..., dict[str, Any]]:
    return antrag_json


def antrag_json(**changes: Any) -> dict[str, Any]:
    """Return form data that is accepted but for what a test changes; a change to `...` leaves the field out."""
    fields = {
        "leistung": {"schluessel": "99050012104000", "bezeichnung": "Gewerbe Anmeldung"},
        "region": "053580008008",
        "antragsteller": {"art": "natuerliche_person", "vorname": "Änne", "nachname": "Groß"},
        "betreff": "Anmeldung eines Gewerbes",
        "formulardaten": {"beschaeftigte": 3},
        **changes,
    }
    return {name: value for name, value in fields.items() if value is not ...}


@dataclass(kw_only=True)
class Portal:
    """Talks to the API as one actor of the table."""

    client: httpx.AsyncClient
    token: str = "portal"
    _keys: Iterator[int] = field(default_factory=lambda: iter(range(10_000)))

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    async def submit(
        self,
        antrag: dict[str, Any] | bytes | None = None,
        *anlagen: tuple[str, bytes],
        key: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        content = antrag if isinstance(antrag, bytes) else json.dumps(antrag or antrag_json()).encode()
        parts: Sequence[Any] = [
            ("antrag", ("antrag.json", content, "application/json")),
            *(("anlage", (name, data, "application/octet-stream")) for name, data in anlagen),
        ]
        return await self.submit_parts(parts, key=key, headers=headers)

    async def submit_parts(
        self, parts: Sequence[Any], *, key: str | None = None, headers: dict[str, str] | None = None
    ) -> httpx.Response:
        own = {"Idempotency-Key": key or f"{self.token}-{next(self._keys)}"}
        return await self.client.post(
            "/api/v1/antraege", files=list(parts), headers={**self.headers, **own, **(headers or {})}
        )

    async def get(self, path: str, **params: Any) -> httpx.Response:
        return await self.client.get(path, headers=self.headers, params=params)


@dataclass(kw_only=True)
class Service:
    """One running ingest."""

    container: Container
    client: httpx.AsyncClient

    def as_actor(self, token: str) -> Portal:
        return Portal(client=self.client, token=token)

    async def stored_keys(self) -> list[str]:
        return [info.key async for info in self.container.store.list(None, "ingest")]


@pytest.fixture
def start_service(service_urls: Callable[[str], Any], tmp_path: Path) -> Callable[..., Any]:
    urls = service_urls("ingest")

    @asynccontextmanager
    async def start(**settings: Any) -> AsyncIterator[Service]:
        container = build(
            Settings(
                DMS_INGEST_DATABASE_URL=urls.app,
                DMS_INGEST_SYSTEM_DATABASE_URL=urls.system,
                bus_database_url=urls.bus,
                data=tmp_path,
                issuers={"https://issuer/dueren": "dueren", "https://issuer/nachbarstadt": "nachbarstadt"},
                public_url="https://registratur.test",
                **settings,
            ),
            clock=ManualClock(),
            verifier=StaticVerifier(ACTORS),
            signer=EcQuittungSigner(Signer(KEY)),
        )
        transport = httpx.ASGITransport(create_app(container))
        try:
            async with httpx.AsyncClient(transport=transport, base_url="https://registratur.test") as client:
                yield Service(container=container, client=client)
        finally:
            await container.close()

    return start


@pytest.fixture
async def service(start_service: Callable[..., Any]) -> AsyncIterator[Service]:
    async with start_service() as started:
        yield started


@pytest.fixture
def portal(service: Service) -> Portal:
    return service.as_actor("portal")
