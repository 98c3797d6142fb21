"""The whole service over a real database, index and file system; only the tokens are from a table."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from dms.records.v1 import akte_events_pb2 as akten
from dms.records.v1 import dokument_events_pb2 as dokumente
from dms.records.v1 import organisation_events_pb2 as organisation
from dms.records.v1 import republish_events_pb2 as republish
from dms.records.v1 import vorgang_events_pb2 as vorgaenge
from dms.records.v1.schutz_pb2 import Schutz
from dms_kit.core.actor import Actor, Membership
from dms_kit.messaging.outbox import topic_of
from dms_kit.ports.event_bus import Message
from dms_kit.testing.fakes import StaticVerifier
from dms_search.bootstrap import Container, build
from dms_search.main import create_app, run_consumers, run_relay
from dms_search.settings import Settings

OE = {schluessel: UUID(int=int(schluessel)) for schluessel in ("32", "50")}
ZUSTAENDIGKEIT = {schluessel: UUID(int=1000 + int(schluessel)) for schluessel in OE}
ACTORS = {
    f"{rolle}-{oe}{suffix}": Actor(
        mandant=mandant, sub=f"{rolle}-{oe}", client="demo", memberships=frozenset({Membership(oe, rolle)})
    )
    for rolle, oe in (("sachbearbeitung", "32"), ("sachbearbeitung", "50"), ("poststelle", "10"), ("betrieb", "00"))
    for mandant, suffix in (("dueren", ""), ("nachbarstadt", "@nachbarstadt"))
}


class Facts:
    """What records says, as messages on the bus; keeps what a republish would say again."""

    def __init__(self, container: Container, mandant: str = "dueren") -> None:
        self._container = container
        self._mandant = mandant
        self.living: dict[tuple[str, str], Any] = {}

    async def organisation(self) -> None:
        for schluessel, oe in OE.items():
            await self.say(
                organisation.OrganisationseinheitChanged(
                    id=str(oe), version=1, schluessel=schluessel, name="Amt", gueltig_von="2020-01-01"
                )
            )
            await self.say(
                organisation.ZustaendigkeitChanged(
                    id=str(ZUSTAENDIGKEIT[schluessel]),
                    version=1,
                    aktenplaneinheit_id=str(uuid4()),
                    organisationseinheit_id=str(oe),
                    gueltig_von="2020-01-01",
                )
            )

    async def akte(self, titel: str, *, oe: str = "32", **facts: Any) -> UUID:
        row = uuid4()
        values = {"aktenzeichen": "32.20#00001", "version": 1, **facts}
        await self.say(akten.AkteCreated(akte=akten.Akte(id=str(row), titel=titel, schutz=_schutz(oe), **values)))
        return row

    async def vorgang(self, betreff: str, *, oe: str = "32", row: UUID | None = None, **facts: Any) -> UUID:
        row = row or uuid4()
        values = {"aktenzeichen": "32.20#00001#0001", "version": 1, "akte_id": str(uuid4()), "status": "offen", **facts}
        body = vorgaenge.Vorgang(id=str(row), betreff=betreff, schutz=_schutz(oe), **values)
        event = vorgaenge.VorgangCreated if body.version == 1 else vorgaenge.VorgangChanged
        await self.say(event(vorgang=body))
        return row

    async def dokument(self, content: bytes, *, mime_type: str = "text/plain", oe: str = "32", **facts: Any) -> UUID:
        async def chunks() -> AsyncIterator[bytes]:
            yield content

        stored = await self._container.store.put(self._mandant, "records", chunks())
        row = uuid4()
        values = {
            "version": 1,
            "vorgang_id": str(uuid4()),
            "akte_id": str(uuid4()),
            "antrag_id": str(uuid4()),
            "aktenzeichen": "32.20#00001#0001#0001",
            "titel": "Nachweis",
            "dateiname": "nachweis.txt",
            "objekt_key": stored.key,
            "groesse": stored.size,
            "sha256": stored.sha256,
            **facts,
        }
        body = dokumente.Dokument(id=str(row), mime_type=mime_type, schutz=_schutz(oe), **values)
        await self.say(dokumente.DokumentAdded(dokument=body))
        return row

    async def dokument_changed(self, row: UUID, **facts: Any) -> None:
        """Say that a Dokument has other facts than before, at its next version."""
        body = self.living[(dokumente.DESCRIPTOR.name, str(row))].dokument
        changed = dokumente.Dokument()
        changed.CopyFrom(body)
        changed.MergeFrom(dokumente.Dokument(version=body.version + 1))
        for name, value in facts.items():
            setattr(changed, name, value)
        await self.say(dokumente.DokumentChanged(dokument=changed))

    async def say(self, body: Any, **headers: str) -> None:
        """Publish a fact; one of an aggregate is what a republish says again."""
        key = next((value.id for _, value in body.ListFields() if hasattr(value, "id")), None) or str(
            getattr(body, "id", "") or getattr(body, "lauf_id", "")
        )
        if not headers and not isinstance(body, republish.RepublishCompleted):
            self.living[(type(body).DESCRIPTOR.file.name, key)] = body
        message = Message(
            topic=topic_of(body),
            key=key,
            value=body.SerializeToString(),
            headers={
                "ce_id": str(uuid4()),
                "ce_type": body.DESCRIPTOR.full_name,
                "ce_time": datetime.now(UTC).isoformat(),
                "dms-mandant": self._mandant,
                "dms-actor": "system",
                **headers,
            },
        )
        await self._container.bus.publish([message])

    async def republish(self, lauf_id: str, *, anzahl: int | None = None, only: int | None = None) -> None:
        for body in list(self.living.values())[:only]:
            await self.say(body, **{"dms-republish": "search", "dms-republish-run": lauf_id})
        await self.complete(lauf_id, anzahl)

    async def complete(self, lauf_id: str, anzahl: int | None = None) -> None:
        count = len(self.living) if anzahl is None else anzahl
        await self.say(republish.RepublishCompleted(lauf_id=lauf_id, gruppe="search", anzahl=count))


def _schutz(oe: str) -> Schutz:
    return Schutz(zustaendigkeit_id=str(ZUSTAENDIGKEIT[oe]), rang=0)


@dataclass(kw_only=True)
class Service:
    """One search with its API and, while `running`, its consumers and its relay."""

    container: Container
    client: httpx.AsyncClient
    facts: Facts

    async def get(self, path: str, token: str = "sachbearbeitung-32", **params: Any) -> httpx.Response:
        return await self.client.get(path, headers={"Authorization": f"Bearer {token}"}, params=params)

    async def post(self, path: str, token: str = "betrieb-00") -> httpx.Response:
        return await self.client.post(path, headers={"Authorization": f"Bearer {token}"})

    async def suche(self, q: str, token: str = "sachbearbeitung-32", **params: Any) -> dict[str, Any]:
        answer = await self.get("/api/v1/suche", token, q=q, **params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def until_quiet(self) -> None:
        async with asyncio.timeout(30):
            while not await self.container.backlog.is_empty():
                await asyncio.sleep(0.05)

    async def until_indexed(self) -> None:
        """Wait for the end of the first run, and for all facts."""
        async with asyncio.timeout(30):
            while (await self.container.index.state()).current is None:
                await asyncio.sleep(0.05)
        await self.until_quiet()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        stop = asyncio.Event()
        tasks = [
            asyncio.create_task(run_consumers(self.container, stop)),
            asyncio.create_task(run_relay(self.container, stop)),
        ]
        try:
            yield
        finally:
            stop.set()
            await asyncio.gather(*tasks)

    def facts_of(self, mandant: str) -> Facts:
        return self.facts if mandant == "dueren" else Facts(self.container, mandant)

    @asynccontextmanager
    async def with_records(self) -> AsyncIterator[None]:
        """Answer every RepublishRequested with what the facts know."""
        task = asyncio.create_task(self._answer())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _answer(self) -> None:
        answered: set[tuple[str, str]] = set()
        while True:
            for mandant, lauf_id in await self.asked():
                if (mandant, lauf_id) not in answered:
                    answered.add((mandant, lauf_id))
                    await self.facts_of(mandant).republish(lauf_id)
            await asyncio.sleep(0.1)

    async def asked(self) -> list[tuple[str, str]]:
        """Return (Mandant, run) of each RepublishRequested on the bus, as records would hear them."""
        dsn = self.container.settings.bus_database_url.replace("+asyncpg", "")
        connection = await asyncpg.connect(dsn)
        try:
            rows = await connection.fetch(
                "SELECT key, headers ->> 'dms-mandant' AS mandant FROM bus.message"
                " WHERE headers ->> 'ce_type' = 'dms.search.v1.RepublishRequested' ORDER BY id"
            )
        finally:
            await connection.close()
        return [(row["mandant"], row["key"]) for row in rows]


@pytest.fixture
def start_service(service_urls: Callable[[str], Any], tmp_path: Path) -> Callable[..., Any]:
    urls = service_urls("search")

    @asynccontextmanager
    async def start(**settings: Any) -> AsyncIterator[Service]:
        container = build(
            Settings(
                DMS_SEARCH_DATABASE_URL=urls.app,
                DMS_SEARCH_SYSTEM_DATABASE_URL=urls.system,
                bus_database_url=urls.bus,
                **{
                    "data": tmp_path,
                    "extraction_workers": 1,
                    "issuers": {"https://issuer/dueren": "dueren", "https://issuer/nachbarstadt": "nachbarstadt"},
                    **settings,
                },
            ),
            verifier=StaticVerifier(ACTORS),
        )
        transport = httpx.ASGITransport(create_app(container))
        try:
            async with httpx.AsyncClient(transport=transport, base_url="https://registratur.test") as client:
                yield Service(container=container, client=client, facts=Facts(container))
        finally:
            await container.close()

    return start


@pytest.fixture
async def service(start_service: Callable[..., Any]) -> AsyncIterator[Service]:
    async with start_service() as started:
        yield started


@pytest.fixture
async def found(service: Service) -> AsyncIterator[Service]:
    """Give a running service whose first index answers."""
    async with service.with_records(), service.running():
        await service.facts.organisation()
        await service.until_indexed()
        yield service
