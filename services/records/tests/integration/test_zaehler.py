"""Who waits for the counter of one unit of the plan holds up nobody but those who register there too."""

import asyncio

import pytest

pytestmark = pytest.mark.usefixtures("demo")
# More than there are connections.
_WAITING = 12
_COUNTER = """
    SELECT 1 FROM records.aktenzeichen_zaehler AS z
    WHERE z.bereich_id IN (SELECT id FROM records.aktenplaneinheit WHERE schluessel = '{unit}' UNION
        SELECT id FROM records.akte WHERE titel = '{unit}') FOR UPDATE
"""


@pytest.fixture
def drafts(client):
    async def drafts(unit, number):
        body = {"titel": unit, "aktenplaneinheit": unit}
        return [(await client.post("akten", body)).json()["id"] for _ in range(number)]

    return drafts


async def _register(client, path, ids):
    return [asyncio.create_task(client.post(f"{path}/{one}/register")) for one in ids]


async def _all_but_the_held_one_go_on(client, container, held, waiting, free):
    async with container.system_engine.begin() as connection:
        await connection.exec_driver_sql(_COUNTER.format(unit=held))
        stuck = await _register(client, *waiting)
        await asyncio.sleep(0.2)
        [elsewhere] = await asyncio.gather(*await _register(client, *free))
        read = await client.get("akten?limit=1")
        assert (elsewhere.status_code, read.status_code) == (200, 200), (elsewhere.text, read.text)
        assert [task.done() for task in stuck] == [False] * _WAITING
    answers = await asyncio.gather(*stuck)
    assert {answer.status_code for answer in answers} == {200}
    return [answer.json()["aktenzeichen"] for answer in answers]


async def test_akten_of_other_units_and_reads_do_not_wait_for_a_held_counter(client, container, drafts):
    await client.post(f"akten/{(await drafts('32.20', 1))[0]}/register")
    waiting, free = await drafts("32.20", _WAITING), await drafts("32.30", 1)
    numbers = await _all_but_the_held_one_go_on(client, container, "32.20", ("akten", waiting), ("akten", free))
    assert len(set(numbers)) == _WAITING


async def test_vorgaenge_of_other_akten_and_reads_do_not_wait_for_a_held_counter(client, container, drafts):
    [held], [other] = await drafts("32.20", 1), await drafts("32.30", 1)
    vorgaenge = {}
    for akte, number in ((held, _WAITING + 1), (other, 1)):
        await client.post(f"akten/{akte}/register")
        body = {"akte_id": akte, "betreff": "B"}
        vorgaenge[akte] = [(await client.post("vorgaenge", body)).json()["id"] for _ in range(number)]
    await client.post(f"vorgaenge/{vorgaenge[held].pop()}/register")
    waiting, free = ("vorgaenge", vorgaenge[held]), ("vorgaenge", vorgaenge[other])
    numbers = await _all_but_the_held_one_go_on(client, container, "32.20", waiting, free)
    assert len(set(numbers)) == _WAITING
