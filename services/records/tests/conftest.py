"""A running records on a database of its own, with the demo municipality, people, and Anträge that arrive."""

import asyncio
import contextlib
import dataclasses
import hashlib
import http.client
import json
import socket
import struct
import uuid
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from google.protobuf.message import Message as ProtobufMessage
from google.protobuf.timestamp_pb2 import Timestamp
from sqlalchemy import text

from dms.ingest.v1.antrag_events_pb2 import Anlage as SubmittedAnlage
from dms.ingest.v1.antrag_events_pb2 import AntragSubmitted, Objekt
from dms_kit.core.actor import Actor, Membership
from dms_kit.messaging.consumer import Incoming
from dms_kit.messaging.outbox import topic_of
from dms_kit.ports.object_store import ObjectStore
from dms_kit.testing.clock import ManualClock
from dms_kit.testing.contracts.event_bus import a_message
from dms_kit.testing.fakes import MemoryStore, StaticVerifier
from dms_kit.testing.kept_rows import KeptRows
from dms_records.adapters.gemeinde_file import read_gemeinde
from dms_records.bootstrap import Container, build
from dms_records.bus.incoming import subscriptions
from dms_records.domain.gemeinde import Gemeinde
from dms_records.main import create_app
from dms_records.settings import Settings
from dms_records.use_cases.apply_gemeinde import apply_gemeinde

MANDANT = "dueren"
DEMO = Path(__file__).parents[3] / "deploy/demo/dueren.yaml"
GEWERBE = "99050012104000"
REGION = "053580008008"
FORM = b'{"betreff": "Anmeldung", "formulardaten": {"beitrag": 12.50, "gross": 1E+2, "text": "\\u00e4"}, "x": 1}'


def person(name: str, *memberships: str, mandant: str = MANDANT) -> Actor:
    parsed = frozenset(Membership(*membership.split("/")) for membership in memberships)
    return Actor(mandant=mandant, sub=f"sub-{name}", name=name.title(), client="demo", memberships=parsed)


PEOPLE = {
    "anna-32": person("anna", "32/sachbearbeitung"),
    "bert-32": person("bert", "32/sachbearbeitung"),
    "leitung-32": person("leitung", "32/leitung"),
    "registratur-32": person("registratur", "32/registratur"),
    "dora-50": person("dora", "50/sachbearbeitung"),
    "chefin-00": person("chefin", "00/leitung"),
    "reg-10": person("reg", "10/registratur"),
    "poststelle": person("poststelle", "10/poststelle"),
    "betrieb": person("betrieb", "00/betrieb"),
    "betrieb-nachbarstadt": person("betrieb", "00/betrieb", mandant="nachbarstadt"),
    "revision": person("revision", "00/revision"),
    "revision-nachbarstadt": person("rita", "00/revision", mandant="nachbarstadt"),
    "aktenplan": person("aktenplan", "00/aktenplan"),
    "neu-57": person("neu", "57/sachbearbeitung"),
    "aktenplan-nachbarstadt": person("paul", "00/aktenplan", mandant="nachbarstadt"),
    "registratur-00": person("rita", "00/registratur"),
    "leitung-61": person("leitung", "61/leitung"),
    "portal": Actor(mandant=MANDANT, sub="portal", client="portal", client_roles=frozenset({"portal"})),
    "anna-nachbarstadt": person("anna", "32/sachbearbeitung", mandant="nachbarstadt"),
    "poststelle-nachbarstadt": person("post", "10/poststelle", mandant="nachbarstadt"),
}


class Ingest:
    """Plays the other services: what they say arrives in records."""

    def __init__(self, container: Container) -> None:
        self._container = container
        rows = subscriptions(store=container.store, units=container.units, clock=container.clock)
        self._table = {row.event: row for row in rows}

    async def say(self, body: ProtobufMessage, *, mandant: str = MANDANT) -> None:
        headers = {"dms-mandant": mandant, "dms-actor": "portal", "ce_type": body.DESCRIPTOR.full_name}
        message = a_message(topic_of(body), "key", body.SerializeToString(), **headers)
        incoming: Incoming[Any] = Incoming(message=message, body=body, actor=Actor(mandant=mandant, sub="portal"))
        row = self._table[type(body)]
        if row.prepare is not None:
            incoming.prepared = await row.prepare(incoming)
        assert row.apply is not None
        await row.apply(incoming)

    async def store(self, content: bytes, mandant: str = MANDANT) -> Objekt:
        async def chunks() -> AsyncIterator[bytes]:
            yield content

        stored = await self._container.store.put(mandant, "ingest", chunks())
        return Objekt(key=stored.key, groesse=stored.size, sha256=stored.sha256, sha512=stored.sha512)

    async def antrag(
        self,
        *,
        leistung: str = GEWERBE,
        region: str = REGION,
        betreff: str = "Anmeldung eines Gewerbes",
        form: bytes = FORM,
        files: Sequence[tuple[str, str, bytes]] = (),
        mandant: str = MANDANT,
    ) -> AntragSubmitted:
        moment = Timestamp()
        moment.FromDatetime(datetime(2026, 3, 2, 7, 59, tzinfo=UTC))
        return AntragSubmitted(
            antrag_id=str(uuid.uuid4()),
            version=1,
            eingangsnummer="E-2026-0000042",
            eingegangen_am=moment,
            leistung_schluessel=leistung,
            leistung_bezeichnung="Gewerbe Anmeldung",
            region=region,
            betreff=betreff,
            formular=await self.store(form, mandant),
            anlagen=[
                SubmittedAnlage(
                    id=str(uuid.uuid4()),
                    dateiname=name,
                    mime_type=mime_type,
                    objekt=await self.store(content, mandant),
                    position=position,
                )
                for position, (name, mime_type, content) in enumerate(files)
            ],
        )

    async def submit(self, **facts: Any) -> AntragSubmitted:
        antrag = await self.antrag(**facts)
        await self.say(antrag, mandant=facts.get("mandant", MANDANT))
        return antrag


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


class Clamd:
    """
    Speaks as clamd(8) does, on a port: what holds `MARKER` is infected, everything else clean.

    `behaviour` other than `scan`: `hang_up` in the middle of a stream, `be_silent` at its end, `fail` with an ERROR.
    """

    MARKER = b"registratur-test-marker"

    def __init__(self) -> None:
        self.behaviour = "scan"
        self.stream_max = 64 * 1024 * 1024
        self.scanned: list[bytes] = []
        self.port = 0
        self._server: asyncio.Server | None = None

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if await reader.readuntil(b"\0") == b"zPING\0":
                answer = "PONG"
            else:
                answer = await self._instream(reader)
            writer.write(answer.encode() + b"\0" if answer else b"")
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            # With bytes unread this resets the connection, as clamd does.
            writer.close()

    async def _instream(self, reader: asyncio.StreamReader) -> str:
        content = bytearray()
        while length := struct.unpack(">I", await reader.readexactly(4))[0]:
            if self.behaviour == "hang_up":
                return ""
            if len(content) + length > self.stream_max:
                return "INSTREAM size limit exceeded. ERROR"
            content += await reader.readexactly(length)
        if self.behaviour == "be_silent":
            await reader.read()
            return ""
        if self.behaviour == "fail":
            return "stream: Can't allocate memory ERROR"
        self.scanned.append(bytes(content))
        return "stream: Test.Marker.UNOFFICIAL FOUND" if self.MARKER in content else "stream: OK"


@pytest.fixture
async def clamd() -> AsyncIterator[Clamd]:
    server = Clamd()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
def extra_settings() -> dict[str, Any]:
    """Settings beside the databases; test files replace it."""
    return {}


@pytest.fixture
def object_store() -> ObjectStore:
    """The store of the container; test files replace it."""
    return MemoryStore()


@pytest.fixture
async def start_records(
    service_urls: Callable[[str], Any], clock: ManualClock, object_store: ObjectStore
) -> AsyncIterator[Callable[..., Container]]:
    """Return what builds a process of records with these settings, over the same database and store each time."""
    urls, built = service_urls("records"), []

    def one(**extra_settings: Any) -> Container:
        settings = Settings(
            DMS_RECORDS_DATABASE_URL=urls.app,
            DMS_RECORDS_SYSTEM_DATABASE_URL=urls.system,
            bus_database_url=urls.bus,
            **extra_settings,
        )
        built.append(build(settings, clock=clock, store=object_store, verifier=StaticVerifier(PEOPLE)))
        return built[-1]

    yield one
    for container in built:
        await container.close()


@pytest.fixture
def container(start_records: Callable[..., Container], extra_settings: dict[str, Any]) -> Container:
    return start_records(**extra_settings)


@pytest.fixture(scope="session")
def gemeinde() -> Gemeinde:
    return read_gemeinde(DEMO)


@pytest.fixture(scope="session")
def kept_demos() -> dict[datetime, KeptRows]:
    """What `apply_gemeinde` has made of the demo municipality, by the time of its clock."""
    return {}


@pytest.fixture
async def demo(
    container: Container,
    gemeinde: Gemeinde,
    kept_demos: dict[datetime, KeptRows],
    service_urls: Callable[[str], Any],
) -> None:
    """The demo municipality, and a neighbour with the same offices."""
    now = container.clock.now()
    if now in kept_demos:
        await kept_demos[now].bring_back()
        return
    for mandant in (MANDANT, "nachbarstadt"):
        declared = dataclasses.replace(gemeinde, mandant=mandant)
        await apply_gemeinde(declared, unit_of_work=container.units.for_mandant(mandant), clock=container.clock)
    kept = KeptRows(service_urls("records").superuser, "records")
    await kept.keep()
    # One copy is enough: hardly a test sets the clock before it asks for the municipality.
    kept_demos.clear()
    kept_demos[now] = kept


@pytest.fixture
def ingest(container: Container, demo: None) -> Ingest:
    return Ingest(container)


@pytest.fixture
def app(container: Container) -> FastAPI:
    return create_app(container)


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator["Client"]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as http:
        yield Client(http)


class Client:
    """HTTP as one of `PEOPLE`."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http

    async def get(self, path: str, who: str = "anna-32", **options: Any) -> httpx.Response:
        return await self.request("GET", path, who, **options)

    async def post(self, path: str, body: Any = None, who: str = "anna-32", **headers: str) -> httpx.Response:
        """Send a body, or nothing; `If-Match: *` unless said otherwise."""
        sent = {"headers": {"If-Match": "*", **headers}} | ({} if body is None else {"json": body})
        return await self.request("POST", path, who, **sent)

    async def request(self, method: str, path: str, who: str = "anna-32", **options: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {who}", **options.pop("headers", {})}
        return await self.http.request(method, f"/api/v1/{path}", headers=headers, **options)


@pytest.fixture
def rows(container: Container) -> Callable[..., Any]:
    """Run SQL as the system role."""

    async def run(statement: str, **values: Any) -> list[Any]:
        async with container.system_engine.connect() as connection:
            return list((await connection.execute(text(statement), values)).all())

    return run


@contextlib.asynccontextmanager
async def _over_a_socket(app: FastAPI) -> AsyncIterator[Callable[..., Any]]:
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, http="httptools", lifespan="off", log_config=None))
    running = asyncio.create_task(server.serve(sockets=[listener]))
    port = listener.getsockname()[1]
    try:
        yield lambda path, headers: asyncio.to_thread(_read_all, port, path, headers)
    finally:
        server.should_exit = True
        await running


def _read_all(port: int, path: str, headers: dict[str, str]) -> tuple[int, int, bytes, bool]:
    """Return status, promised length, what came, and whether that was all before the server hung up."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", f"/api/v1/{path}", headers={"Authorization": "Bearer anna-32", **headers})
    answer = connection.getresponse()
    try:
        return answer.status, int(answer.headers["content-length"]), answer.read(), True
    except http.client.IncompleteRead as error:
        return answer.status, int(answer.headers["content-length"]), error.partial, False
    finally:
        connection.close()


@pytest.fixture
def served_over_a_socket() -> Callable[[FastAPI], Any]:
    """Serve an app on a port: how an answer ends is seen only there."""
    return _over_a_socket


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def uuid_of(value: str) -> UUID:
    return UUID(value)


def parsed(value: str) -> Any:
    return json.loads(value)
