"""
Two acts that meet at one object: whatever the moment, one is refused or waits, none fails, and nothing is half-done.

The first act stops before each of its statements in turn, the second one runs as far as it can, then the first goes on.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextvars import ContextVar
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.util import await_only

from dms_records.use_cases.reap_papierkorb import reap_papierkorb
from dms_records.use_cases.reap_uploads import reap_uploads

Act = Callable[["World"], Awaitable[Any]]

pytestmark = pytest.mark.usefixtures("demo")
_UNIT = "32.20"
_FIRM = {"rolle": "hinzugezogen", "art": "organisation", "name": "Bären GmbH"}
_WITH_REASON = {"grund": "Falsch abgelegt"}
_STOP: ContextVar["Stop | None"] = ContextVar("stop", default=None)


class Stop:
    """Where an act stops: before the statement of this number; `goes_on` lets it go on."""

    def __init__(self, number: int) -> None:
        self.left = number
        self.reached = asyncio.Event()
        self.goes_on = asyncio.Event()

    def count(self) -> None:
        self.left -= 1
        if self.left == 0:
            self.reached.set()
            await_only(self.goes_on.wait())


class World:
    """What the acts meet at: a draft Akte, and a draft Dokument in a registered Vorgang; fresh each time."""

    def __init__(self, client: Any, container: Any) -> None:
        self.client = client
        self.container = container
        self.akte: dict[str, Any] = {}
        self.vorgang: dict[str, Any] = {}
        self.draft: dict[str, Any] = {}
        self.dokument: dict[str, Any] = {}
        self.upload: dict[str, Any] = {}

    async def begin(self) -> None:
        self.akte = await self.made("akten", titel="Akte", aktenplaneinheit=_UNIT)
        await self.client.post(f"akten/{self.akte['id']}/register")
        self.vorgang = await self.made("vorgaenge", akte_id=self.akte["id"], betreff="Vorgang")
        await self.client.post(f"vorgaenge/{self.vorgang['id']}/register")

    async def renew(self, wants: str) -> None:
        if wants == "draft":
            self.draft = await self.made("akten", titel="Entwurf", aktenplaneinheit=_UNIT)
            return
        if wants == "upload":
            self.upload = await self.made("uploads", dateiname="b.txt", groesse=4)
            await self.append(b"12")
        answer = await create_dokument(self)
        if answer.status_code == 409:
            # The last time it was closed.
            await self.client.post(f"vorgaenge/{self.vorgang['id']}/reopen", _WITH_REASON)
            answer = await create_dokument(self)
        assert answer.status_code == 201, answer.text
        self.dokument = answer.json()
        if wants == "checked out":
            await self.client.post(f"dokumente/{self.dokument['id']}/checkout")
        if wants == "discarded":
            await self.client.request("DELETE", f"dokumente/{self.dokument['id']}", headers={"If-Match": "*"})

    async def made(self, path: str, **body: Any) -> dict[str, Any]:
        answer = await self.client.post(path, body)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    async def append(self, part: bytes) -> Any:
        start = str(0 if part == b"12" else 2)
        headers = {"Upload-Offset": start, "Content-Type": "application/octet-stream"}
        return await self.client.request("PATCH", f"uploads/{self.upload['id']}", content=part, headers=headers)

    async def reap(self) -> None:
        units = self.container.units.for_mandant("dueren")
        await reap_papierkorb(unit_of_work=units, clock=_Later(self.container.clock))
        await reap_uploads(unit_of_work=units, clock=_Later(self.container.clock))


class _Later:
    """The clock when every period is over."""

    def __init__(self, clock: Any) -> None:
        self._clock = clock

    def now(self) -> Any:
        return self._clock.now() + timedelta(days=400)


def post(path: str, **body: Any) -> Act:
    """Return the act of a request; `{…}` in it are ids of the world."""

    async def act(world: World) -> Any:
        return await world.client.post(_filled(path, world), _filled(body, world) or None)

    return act


def delete(path: str) -> Act:
    async def act(world: World) -> Any:
        return await world.client.request("DELETE", _filled(path, world), headers={"If-Match": "*"})

    return act


async def check_in(world: World) -> Any:
    path, files = f"dokumente/{world.dokument['id']}/checkin", {"datei": ("a.txt", b"y")}
    return await world.client.request("POST", path, files=files, headers={"If-Match": "*"})


async def create_dokument(world: World) -> Any:
    path, files = f"vorgaenge/{world.vorgang['id']}/dokumente", {"datei": ("c.txt", b"y")}
    return await world.client.request("POST", path, files=files)


async def append(world: World) -> Any:
    return await world.append(b"34")


async def reap(world: World) -> Any:
    await world.reap()


async def discard_and_reap(world: World) -> Any:
    answer = await delete("dokumente/{dokument}")(world)
    await world.reap()
    return answer


def _filled(what: Any, world: World) -> Any:
    if isinstance(what, dict):
        return {name: _filled(value, world) for name, value in what.items()}
    if not isinstance(what, str):
        return what
    for name in ("akte", "vorgang", "draft", "dokument", "upload"):
        what = what.replace(f"{{{name}}}", str(getattr(world, name).get("id")))
    return what


def _verweis(art: str) -> dict[str, Any]:
    return {"typ": "bezieht_sich_auf", "ziel": {"art": art, "id": f"{{{'draft' if art == 'akte' else art}}}"}}


DELETE_AKTE = delete("akten/{draft}")
AT_A_DRAFT_AKTE = {
    "register": post("akten/{draft}/register"),
    "vorgang": post("vorgaenge", akte_id="{draft}", betreff="B"),
    "teilakte": post("akten", titel="T", aktenplaneinheit=_UNIT, uebergeordnet_id="{draft}"),
    "beteiligter": post("akten/{draft}/beteiligte", **_FIRM),
    "verweis from": post("akten/{draft}/verweise", typ="ersetzt", ziel={"art": "akte", "id": "{akte}"}),
    "verweis to": post("akten/{akte}/verweise", **_verweis("akte")),
    "move": post("akten/{draft}/move", aktenplaneinheit="32.30", **_WITH_REASON),
    "move below": post("akten/{akte}/move", aktenplaneinheit=_UNIT, uebergeordnet_id="{draft}", **_WITH_REASON),
    "move a vorgang into": post("vorgaenge/{vorgang}/move", akte_id="{draft}", **_WITH_REASON),
    "delete": DELETE_AKTE,
}
AT_A_DOKUMENT = {
    "register": post("dokumente/{dokument}/register"),
    "freeze": post("dokumente/{dokument}/freeze"),
    "checkout": post("dokumente/{dokument}/checkout"),
    "verweis from": post("dokumente/{dokument}/verweise", typ="ersetzt", ziel={"art": "akte", "id": "{akte}"}),
    "verweis to": post("akten/{akte}/verweise", **_verweis("dokument")),
    "close above": post("vorgaenge/{vorgang}/close"),
    "discard": delete("dokumente/{dokument}"),
}
PAIRS = [
    *(("draft", name, act, "delete", DELETE_AKTE) for name, act in AT_A_DRAFT_AKTE.items()),
    *(("draft", "delete", DELETE_AKTE, name, act) for name, act in AT_A_DRAFT_AKTE.items() if name != "delete"),
    *(("dokument", name, act, "reap", discard_and_reap) for name, act in AT_A_DOKUMENT.items()),
    ("dokument", "reap", discard_and_reap, "verweis to", AT_A_DOKUMENT["verweis to"]),
    ("checked out", "checkin", check_in, "break", post("dokumente/{dokument}/break", **_WITH_REASON)),
    ("checked out", "checkin", check_in, "checkin", check_in),
    ("checked out", "checkin", check_in, "close above", post("vorgaenge/{vorgang}/close")),
    ("discarded", "restore", post("papierkorb/{dokument}/restore"), "reap", reap),
    ("discarded", "reap", reap, "restore", post("papierkorb/{dokument}/restore")),
    ("dokument", "create", create_dokument, "close above", post("vorgaenge/{vorgang}/close")),
    ("upload", "append", append, "reap", reap),
    ("upload", "reap", reap, "append", append),
    ("upload", "append", append, "give up", delete("uploads/{upload}")),
    ("upload", "append", append, "append", append),
]


@pytest.fixture
async def world(client: Any, container: Any) -> AsyncIterator[World]:
    """The world, and acts that stop where `_STOP` says."""

    def before(*_said: object) -> None:
        if (stop := _STOP.get()) is not None:
            stop.count()

    world, engine = World(client, container), container.engine.sync_engine
    await world.begin()
    # Who stops while it loads the directory would hold up the other one, and no lock of the database would say so.
    await container.scopes.directory("dueren")
    container.scopes._ttl = 3600.0
    event.listen(engine, "before_cursor_execute", before)
    yield world
    event.remove(engine, "before_cursor_execute", before)


@pytest.mark.parametrize(
    ("wants", "first", "second"),
    [pytest.param(pair[0], pair[2], pair[4], id=f"{pair[1]}, {pair[3]}") for pair in PAIRS],
)
async def test_neither_of_two_acts_that_meet_fails(world, rows, illegal, wants, first, second) -> None:
    number, goes_on = 0, True
    while goes_on:
        number += 1
        await world.renew(wants)
        answers, goes_on = await _meet(world, rows, number, (first, second))
        for answer in answers:
            assert answer is None or answer.status_code < 500, (number, answer.text)
    # Each has been stopped before at least one of its statements.
    assert number > 3
    assert await illegal() == {}


async def _meet(world: World, rows: Any, number: int, acts: tuple[Act, Act]) -> tuple[list[Any], bool]:
    """Return the answers of both, and whether the first has a statement of that number at all."""
    stop = Stop(number)

    async def stopped() -> Any:
        _STOP.set(stop)
        return await acts[0](world)

    running = asyncio.create_task(stopped())
    reached = asyncio.create_task(stop.reached.wait())
    await asyncio.wait({running, reached}, return_when=asyncio.FIRST_COMPLETED)
    other = asyncio.create_task(_of(acts[1](world)))
    while not other.done() and not await rows("SELECT 1 FROM pg_locks WHERE NOT granted LIMIT 1"):
        await asyncio.wait({other}, timeout=0.02)
    stop.goes_on.set()
    answers = [await running, await other]
    reached.cancel()
    return answers, stop.reached.is_set()


async def _of(act: Awaitable[Any]) -> Any:
    return await act
