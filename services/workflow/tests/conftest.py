"""A running workflow on a database of its own: offices, people, and Vorgänge that arrive as messages."""

import dataclasses
import uuid
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from google.protobuf.message import Message
from sqlalchemy import text

from dms.records.v1.organisation_events_pb2 import OrganisationseinheitChanged, ZustaendigkeitChanged
from dms.records.v1.schutz_pb2 import Schutz
from dms.records.v1.vorgang_events_pb2 import Vorgang, VorgangChanged, VorgangCreated
from dms_kit.access import ScopeResolver
from dms_kit.access.projection import load_directory
from dms_kit.core.actor import Actor, Membership
from dms_kit.messaging.consumer import Incoming
from dms_kit.testing.clock import ManualClock
from dms_kit.testing.contracts.event_bus import a_message
from dms_kit.testing.fakes import StaticVerifier
from dms_workflow.adapters.postgres.tables import metadata
from dms_workflow.bootstrap import Container, build
from dms_workflow.bus.incoming import subscriptions
from dms_workflow.main import create_app
from dms_workflow.settings import Settings

MANDANT = "dueren"
OFFICES = ("00", "32", "50")


def person(name: str, *memberships: str, mandant: str = MANDANT) -> Actor:
    """Return a person; a membership is `<unit>/<role>`."""
    parsed = frozenset(Membership(*membership.split("/")) for membership in memberships)
    return Actor(mandant=mandant, sub=f"sub-{name}", name=name.title(), client="demo", memberships=parsed)


PEOPLE = {
    "anna-32": person("anna", "32/sachbearbeitung"),
    "bernd-32": person("bernd", "32/sachbearbeitung"),
    "chefin-32": person("chefin", "32/leitung"),
    "register-32": person("register", "32/registratur"),
    "both": person("both", "32/registratur", "50/sachbearbeitung"),
    "dora-50": person("dora", "50/sachbearbeitung"),
    "betrieb": person("betrieb", "00/betrieb"),
    "anna-nachbarstadt": person("anna", "32/sachbearbeitung", mandant="nachbarstadt"),
}


class Records:
    """Plays the service records: what it says arrives in workflow."""

    def __init__(self, container: Container) -> None:
        self._table = {row.event: row for row in subscriptions(container.units, clock=container.clock)}
        self.zustaendigkeiten: dict[tuple[str, str], UUID] = {}

    async def say(self, body: Message, *, mandant: str = MANDANT) -> None:
        headers = {"dms-mandant": mandant, "dms-actor": "portal", "ce_type": body.DESCRIPTOR.full_name}
        message = a_message("topic", "key", body.SerializeToString(), **headers)
        incoming: Incoming[Any] = Incoming(message=message, body=body, actor=Actor(mandant=mandant, sub="portal"))
        apply = self._table[type(body)].apply
        assert apply is not None
        await apply(incoming)

    async def found(self, mandant: str = MANDANT) -> None:
        ids = {office: str(uuid.uuid4()) for office in OFFICES}
        for office in OFFICES:
            await self.say(
                OrganisationseinheitChanged(
                    id=ids[office],
                    version=1,
                    schluessel=office,
                    name=f"Amt {office}",
                    uebergeordnet_id="" if office == "00" else ids["00"],
                    gueltig_von="2020-01-01",
                ),
                mandant=mandant,
            )
            zustaendigkeit = uuid.uuid4()
            self.zustaendigkeiten[mandant, office] = zustaendigkeit
            await self.say(
                ZustaendigkeitChanged(
                    id=str(zustaendigkeit),
                    version=1,
                    aktenplaneinheit_id=str(uuid.uuid4()),
                    organisationseinheit_id=ids[office],
                    gueltig_von="2020-01-01",
                ),
                mandant=mandant,
            )

    def vorgang(self, office: str = "32", *, mandant: str = MANDANT, **changed: Any) -> Vorgang:
        schutz = Schutz(
            zustaendigkeit_id=str(self.zustaendigkeiten[mandant, office]),
            rang=changed.pop("rang", 0),
            abgeschirmt=changed.pop("abgeschirmt", False),
        )
        fields = {"id": str(uuid.uuid4()), "version": 1, "antrag_id": str(uuid.uuid4()), "status": "offen", **changed}
        return Vorgang(akte_id=str(uuid.uuid4()), aktenzeichen="32.20#00001#0001", schutz=schutz, **fields)

    async def create(self, office: str = "32", *, mandant: str = MANDANT, **changed: Any) -> Vorgang:
        vorgang = self.vorgang(office, mandant=mandant, **changed)
        await self.say(VorgangCreated(vorgang=vorgang), mandant=mandant)
        return vorgang

    async def change(self, vorgang: Vorgang, **changed: Any) -> None:
        known = {field.name: getattr(vorgang, field.name) for field in Vorgang.DESCRIPTOR.fields}
        await self.say(VorgangChanged(vorgang=Vorgang(**{**known, "version": vorgang.version + 1, **changed})))


@pytest.fixture
async def container(service_urls) -> AsyncIterator[Container]:
    urls = service_urls("workflow")
    settings = Settings(
        DMS_WORKFLOW_DATABASE_URL=urls.app,
        DMS_WORKFLOW_SYSTEM_DATABASE_URL=urls.system,
        bus_database_url=urls.bus,
    )
    built = build(settings, clock=ManualClock())

    async def directory(mandant: str, known: Any) -> Any:
        return await load_directory(built.engine, metadata, mandant, known)

    await built.verifier.close()
    yield dataclasses.replace(
        built, verifier=StaticVerifierWithClose(PEOPLE), scopes=ScopeResolver(directory, built.clock, ttl=0)
    )
    await built.close()


class StaticVerifierWithClose(StaticVerifier):
    """The table of people, with the end that a container expects."""

    async def close(self) -> None:
        """Do nothing."""


@pytest.fixture
async def records(container) -> Records:
    player = Records(container)
    await player.found()
    return player


@pytest.fixture
def app(container) -> FastAPI:
    return create_app(container)


class Api:
    """Calls the API as a person."""

    def __init__(self, app: FastAPI) -> None:
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")

    async def get(self, who: str, path: str, **params: Any) -> httpx.Response:
        return await self.client.get(f"/api/v1/{path}", params=params, headers={"Authorization": f"Bearer {who}"})

    async def post(self, who: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        options = {} if body is None else {"json": body}
        return await self.client.post(f"/api/v1/{path}", headers={"Authorization": f"Bearer {who}", **named}, **options)

    async def only(self, who: str, **params: Any) -> dict[str, Any]:
        items = (await self.get(who, "aufgaben", **params)).json()["items"]
        assert len(items) == 1
        return items[0]


@pytest.fixture
async def api(app, records) -> AsyncIterator[Api]:
    caller = Api(app)
    yield caller
    await caller.client.aclose()


@pytest.fixture
def rows(container):
    """Return a function that reads rows of all Mandanten with the system role."""

    async def read(statement: str) -> list[Any]:
        async with container.system_engine.connect() as connection:
            return list((await connection.execute(text(statement))).all())

    return read
