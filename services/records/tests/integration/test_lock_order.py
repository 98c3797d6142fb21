"""
Acts that meet in one tree wait for each other in turn; none ends as the victim of a deadlock.

Somebody else holds one row, so that each act stops where it would wait in a circle if it took its locks otherwise.
Seen red: without the turn the first four end with a victim, with a shared Akte that is to be taken up the fifth, and
with a turn that everybody has alone the last one does not end.
"""

import asyncio
from contextlib import asynccontextmanager

import pytest

pytestmark = pytest.mark.usefixtures("demo")


@pytest.fixture
def begin(client):
    async def begin(path, *, registers=True, **body):
        draft = (await client.post(path, body)).json()
        return (await client.post(f"{path}/{draft['id']}/register")).json() if registers else draft

    return begin


@pytest.fixture
def akten(begin):
    async def akten(*, registers=True, **body):
        return await begin("akten", registers=registers, titel="A", aktenplaneinheit="32.20", **body)

    return akten


@pytest.fixture
def hold(container, rows):
    """Hold a row; `hold.waiters` waits until so many others wait for a lock."""

    @asynccontextmanager
    async def hold(table, row_id):
        async with container.system_engine.begin() as connection:
            # A table that the test names, and an id that the API gave.
            await connection.exec_driver_sql(f"SELECT 1 FROM records.{table} WHERE {row_id} FOR UPDATE")
            yield

    async def waiters(number):
        waiting = "SELECT DISTINCT pid FROM pg_locks WHERE NOT granted"
        async with asyncio.timeout(20):
            while len(await rows(waiting)) < number:
                await asyncio.sleep(0.02)

    hold.waiters = waiters
    return hold


MOVES = [
    pytest.param("move", {"aktenplaneinheit": "32.30", "grund": "x"}, id="move"),
    pytest.param("handover", {"organisationseinheit": "50", "grund": "x"}, id="handover"),
]


@pytest.mark.parametrize(("act", "body"), MOVES)
async def test_registering_in_an_akte_that_goes(container, client, akten, begin, hold, act, body):
    # Rights of before the Zuständigkeit below would be believed for a second.
    container.scopes._ttl = -1.0
    akte = await akten()
    # The Zuständigkeit that it gets is there already: rights are resolved before an act waits.
    other = {"titel": "Andere", "aktenplaneinheit": "32.20", "organisationseinheit": "50"}
    assert (await client.post("akten", other, "chefin-00")).status_code == 201
    first, second = [await begin("vorgaenge", registers=False, akte_id=akte["id"], betreff=n) for n in "12"]
    async with hold("vorgang", f"id = '{first['id']}'"):
        moving = asyncio.create_task(client.post(f"akten/{akte['id']}/{act}", body, "chefin-00"))
        await hold.waiters(1)
        registering = asyncio.create_task(client.post(f"vorgaenge/{second['id']}/register", None, "chefin-00"))
        await hold.waiters(2)
    moved, registered = await asyncio.gather(moving, registering)
    assert (moved.status_code, registered.status_code) == (200, 200), (moved.text, registered.text)
    assert registered.json()["aktenzeichen"].startswith(moved.json()["aktenzeichen"])


async def test_registering_a_dokument_in_a_vorgang_that_moves(client, akten, begin, hold):
    akte, other = await akten(), await akten()
    vorgang = await begin("vorgaenge", akte_id=akte["id"], betreff="V")
    path = f"vorgaenge/{vorgang['id']}/dokumente"
    first, second = [
        (await client.request("POST", path, files={"datei": (f"{name}.txt", b"x")})).json() for name in "12"
    ]
    async with hold("dokument", f"id = '{first['id']}'"):
        body = {"akte_id": other["id"], "grund": "x"}
        moving = asyncio.create_task(client.post(f"vorgaenge/{vorgang['id']}/move", body))
        await hold.waiters(1)
        registering = asyncio.create_task(client.post(f"dokumente/{second['id']}/register"))
        await hold.waiters(2)
    moved, registered = await asyncio.gather(moving, registering)
    assert (moved.status_code, registered.status_code) == (200, 200), (moved.text, registered.text)
    assert registered.json()["aktenzeichen"].startswith(moved.json()["aktenzeichen"])


async def test_two_akten_that_move_below_each_other(client, akten, begin, hold):
    one, other = await akten(), await akten()
    inside = await begin("vorgaenge", akte_id=one["id"], betreff="V")
    async with hold("vorgang", f"id = '{inside['id']}'"):
        moves = []
        for number, (moved, above) in enumerate([(one, other), (other, one)], start=1):
            body = {"aktenplaneinheit": "32.20", "uebergeordnet_id": above["id"], "grund": "x"}
            moves.append(asyncio.create_task(client.post(f"akten/{moved['id']}/move", body)))
            await hold.waiters(number)
    first, second = await asyncio.gather(*moves)
    assert (first.status_code, second.status_code) == (200, 409)
    assert second.json()["type"] == "/problems/uebergeordnet-unzulaessig"


async def test_two_who_take_up_an_akte_that_is_registered_just_now(client, akten, begin, hold):
    await akten()
    akte = await akten(registers=False)
    vorgaenge = [await begin("vorgaenge", registers=False, akte_id=akte["id"], betreff=n) for n in "12"]
    async with hold("aktenzeichen_zaehler", "true"):
        acts = [asyncio.create_task(client.post(f"akten/{akte['id']}/register"))]
        await hold.waiters(1)
        acts += [asyncio.create_task(client.post(f"vorgaenge/{one['id']}/register")) for one in vorgaenge]
        await hold.waiters(3)
    answers = await asyncio.gather(*acts)
    assert [answer.status_code for answer in answers] == [200, 200, 200], [answer.text for answer in answers]
    numbers = {answer.json()["aktenzeichen"] for answer in answers[1:]}
    assert numbers == {f"{answers[0].json()['aktenzeichen']}#000{number}" for number in (1, 2)}


async def test_others_do_not_wait_for_each_other(client, akten, begin, hold):
    akte = await akten()
    held = await begin("vorgaenge", akte_id=akte["id"], betreff="Gehalten")
    free = await begin("vorgaenge", registers=False, akte_id=akte["id"], betreff="Frei")
    async with hold("vorgang", f"id = '{held['id']}'"):
        waiting = asyncio.create_task(client.post(f"vorgaenge/{held['id']}/close"))
        await hold.waiters(1)
        async with asyncio.timeout(10):
            assert (await client.post(f"vorgaenge/{free['id']}/register")).status_code == 200
    assert (await waiting).status_code == 200
