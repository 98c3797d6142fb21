"""Numbers under pressure: given once, per unit and per year, and nobody waits for another unit."""

import asyncio
import contextlib
from collections import Counter
from datetime import date

import pytest

from dms_records.domain.aktenplaneinheit import resolve_stelle
from dms_records.use_cases.give_aktenzeichen import give_aktenzeichen

pytestmark = pytest.mark.usefixtures("demo")
DAY = date(2026, 3, 2)
LEISTUNGEN = ("99050012104000", "99025000000000", "99110009000000", "99012020031000")
CLIENTS, EACH = 16, 32


class Registration:
    """One registration that is not finished yet."""

    def __init__(self, container, schluessel, day=DAY):
        self._container, self._schluessel, self._day = container, schluessel, day

    async def __aenter__(self):
        self._uow = await self._container.units.for_mandant("dueren")().__aenter__()
        einheit = await self._uow.aktenplan.by_schluessel(self._schluessel)
        self._stelle = resolve_stelle(await self._uow.aktenplan.path(einheit.id, hold=True), self._day)
        return self

    async def __aexit__(self, *error):
        await self._uow.__aexit__(*error)

    async def number(self):
        return await give_aktenzeichen(self._uow, self._stelle, tag=self._day)

    async def commit(self):
        await self._uow.commit()


@pytest.fixture
def set_template(client):
    async def run(schluessel, template):
        waiting = (await client.get("aktenplan")).json()["items"]
        for einheit in waiting:
            waiting += einheit["untergeordnet"]
        [einheit] = [einheit for einheit in waiting if einheit["schluessel"] == schluessel]
        path, body = f"aktenplan/{einheit['id']}", {"aktenzeichen_akte": template}
        answer = await client.request("PATCH", path, "aktenplan", json=body, headers={"If-Match": "*"})
        assert answer.status_code == 200, answer.text

    return run


@pytest.fixture
def take(container):
    async def run(schluessel, *, day=DAY, count=1):
        numbers = []
        for _ in range(count):
            async with Registration(container, schluessel, day) as registration:
                numbers.append(await registration.number())
                await registration.commit()
        return numbers

    return run


@pytest.mark.timeout(400)
async def test_16_clients_get_512_numbers_without_a_double(ingest, rows):
    async def client(number):
        for turn in range(EACH):
            await ingest.submit(leistung=LEISTUNGEN[(number + turn) % len(LEISTUNGEN)])

    await asyncio.gather(*(client(number) for number in range(CLIENTS)))
    akten = [row.aktenzeichen for row in await rows("SELECT aktenzeichen FROM records.akte")]
    vorgaenge = [row.aktenzeichen for row in await rows("SELECT aktenzeichen FROM records.vorgang")]
    assert len(akten) == len(set(akten)) == CLIENTS * EACH
    assert sorted(vorgaenge) == sorted(f"{akte}#0001" for akte in akten)
    counted = Counter(akte.split("#")[0] for akte in akten)
    highest = {unit: max(int(akte.split("#")[1]) for akte in akten if akte.startswith(f"{unit}#")) for unit in counted}
    assert counted == highest
    assert len(counted) == len(LEISTUNGEN)


@pytest.mark.timeout(300)
async def test_16_clients_are_all_answered_over_http(client, ingest):
    for _ in range(CLIENTS * 3):
        await ingest.submit(leistung="99999999999999")
    waiting = (await client.get("posteingang?limit=200", "poststelle")).json()["items"]

    async def assign(items):
        answers = []
        for item in items:
            path, body = f"posteingang/{item['id']}/assign", {"organisationseinheit": "32", "aktenplaneinheit": "32.20"}
            answers.append(await client.request("POST", path, "poststelle", json=body, headers={"If-Match": "*"}))
        return answers

    answers = await asyncio.gather(*(assign(waiting[number::CLIENTS]) for number in range(CLIENTS)))
    given = [answer.json().get("aktenzeichen") for some in answers for answer in some]
    assert sorted(given) == [f"32.20#{number:05}#0001" for number in range(1, CLIENTS * 3 + 1)]


async def test_different_units_do_not_wait_for_each_other(container):
    async with Registration(container, "32.20") as first, Registration(container, "32.30") as other:
        assert await first.number() == "32.20#00001"
        async with asyncio.timeout(10):
            assert await other.number() == "32.30#00001"
            await other.commit()
        async with Registration(container, "32.20") as second:
            waiting = asyncio.create_task(second.number())
            done, _ = await asyncio.wait([waiting], timeout=0.3)
            assert not done
            await first.commit()
            assert await waiting == "32.20#00002"


async def test_number_of_what_was_not_kept_is_no_double(container, take):
    async with Registration(container, "32.20") as given_up:
        await given_up.number()
    assert await take("32.20", count=2) == ["32.20#00001", "32.20#00002"]


async def test_numbers_start_anew_each_year_where_the_template_names_it(take, set_template):
    await set_template("32.20", "{plan}-{akte}/{jahr}")
    later = date(2027, 1, 1)
    assert await take("32.20", count=2) == ["32.20-1/2026", "32.20-2/2026"]
    assert await take("32.20", day=later) == ["32.20-1/2027"]
    assert await take("32.30", count=1) + await take("32.30", day=later) == ["32.30#00001", "32.30#00002"]


async def test_changed_template_goes_on_counting_and_gives_nothing_twice(take, set_template):
    given = await take("32.20", count=2)
    await set_template("32.20", "{plan}-{akte}/{jahr}")
    given += await take("32.20", count=2)
    await set_template("32.20", "{plan}#{akte:05}")
    given += await take("32.20", count=2)
    assert given == ["32.20#00001", "32.20#00002", "32.20-1/2026", "32.20-2/2026", "32.20#00003", "32.20#00004"]


async def test_number_that_another_units_template_gave_is_passed_over(client, ingest, take, set_template):
    await set_template("32.20", "{plan}-1/{akte}")
    await ingest.submit()
    body = {"schluessel": "32.20-1", "titel": "T", "uebergeordnet": "32", "aktenzeichen_akte": "{plan}/{akte}"}
    assert (await client.request("POST", "aktenplan", "aktenplan", json=body)).status_code == 201
    [akte] = (await client.get("akten")).json()["items"]
    assert akte["aktenzeichen"] == "32.20-1/1"
    assert await take("32.20-1") == ["32.20-1/2"]


async def test_number_that_was_given_up_by_a_move_is_passed_over(client, ingest, take, set_template):
    await set_template("32.20", "{plan}-1/{akte}")
    await ingest.submit()
    [akte] = (await client.get("akten")).json()["items"]
    move = {"aktenplaneinheit": "32.30", "grund": "Irrtümlich hier abgelegt"}
    assert (await client.post(f"akten/{akte['id']}/move", move)).status_code == 200
    body = {"schluessel": "32.20-1", "titel": "T", "uebergeordnet": "32", "aktenzeichen_akte": "{plan}/{akte}"}
    assert (await client.request("POST", "aktenplan", "aktenplan", json=body)).status_code == 201
    assert await take("32.20-1") == ["32.20-1/2"]


async def test_attributes_fill_their_places(take, set_template):
    await set_template("32.20", "{oe}.{plan}#{akte:03}")
    assert await take("32.20") == ["32.32.20#001"]


async def test_registering_holds_one_connection_and_waits_for_no_other(container, client):
    draft = {"titel": "Entwurf", "aktenplaneinheit": "32.20"}
    akte = (await client.request("POST", "akten", "anna-32", json=draft)).json()
    # The rights are read anew in each request, as they are each second.
    container.scopes._ttl = -1.0
    async with contextlib.AsyncExitStack() as stack:
        for _ in range(container.engine.pool.size() - 1):
            await stack.enter_async_context(container.engine.connect())
        path, headers = f"akten/{akte['id']}/register", {"If-Match": akte["etag"]}
        answer = await client.request("POST", path, "anna-32", headers=headers)
    assert answer.status_code == 200, answer.text
