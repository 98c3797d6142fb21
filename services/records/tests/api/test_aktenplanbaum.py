"""The tree of the plan, kept by a process: never an old one, never that of another Mandant, only to who lacks it."""

import gzip

import httpx
import pytest

from dms_records.api.aktenplanbaum import Aktenplanbaeume, accepts_gzip
from dms_records.main import create_app

pytestmark = pytest.mark.usefixtures("demo")
UNPACKED = {"Accept-Encoding": "identity"}


def titles(answer):
    """What is called how in a tree."""
    waiting, found = list(answer.json()["items"]), {}
    for einheit in waiting:
        found[einheit["schluessel"]] = einheit["titel"]
        waiting += einheit["untergeordnet"]
    return found


async def rename(client, titel, who="aktenplan", schluessel="32.20"):
    waiting = list((await client.get("aktenplan", who)).json()["items"])
    for einheit in waiting:
        waiting += einheit["untergeordnet"]
    [einheit] = [einheit for einheit in waiting if einheit["schluessel"] == schluessel]
    headers = {"If-Match": einheit["etag"]}
    answer = await client.request("PATCH", f"aktenplan/{einheit['id']}", who, json={"titel": titel}, headers=headers)
    assert answer.status_code == 200, answer.text


@pytest.fixture
async def other_process(start_records, client):
    """A client of another process over the same database."""
    transport = httpx.ASGITransport(create_app(start_records()))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
        yield type(client)(http)


async def test_change_shows_at_once(client):
    before = await client.get("aktenplan")
    for titel in ("Gewerbe", "Gewerbe und Märkte"):
        await rename(client, titel)
        assert titles(await client.get("aktenplan"))["32.20"] == titel
    assert titles(before)["32.20"] == "Gewerbeanzeigen"


async def test_change_by_another_process_shows_at_once(client, other_process):
    tag = (await client.get("aktenplan")).headers["etag"]
    await rename(other_process, "Anderswo geändert")
    answer = await client.get("aktenplan", headers={"If-None-Match": tag})
    assert titles(answer)["32.20"] == "Anderswo geändert"
    assert answer.headers["etag"] == (await other_process.get("aktenplan")).headers["etag"] != tag


async def test_office_that_was_given_another_name_or_unit_shows_at_once(client):
    await client.get("aktenplan")
    steps = [{"art": "create", "schluessel": "33", "name": "Gewerbeamt", "uebergeordnet": "00"}]
    steps += [{"art": "split", "von": "32", "teile": [{"nach": "33", "aktenplaneinheiten": ["32.20"]}], "bleibt": True}]
    answer = await client.post("reorganisationen", {"grund": "Test", "schritte": steps}, "aktenplan")
    assert answer.status_code == 201, answer.text
    assert '"organisationseinheit":"33"' in (await client.get("aktenplan")).text


async def test_each_mandant_has_its_own(client):
    own, theirs = await client.get("aktenplan"), await client.get("aktenplan", "anna-nachbarstadt")
    ids = [{einheit["id"] for einheit in answer.json()["items"]} for answer in (own, theirs)]
    assert ids[0]
    assert not ids[0] & ids[1]
    await rename(client, "Nur dort", "aktenplan-nachbarstadt")
    assert titles(await client.get("aktenplan"))["32.20"] == "Gewerbeanzeigen"
    assert titles(await client.get("aktenplan", "anna-nachbarstadt"))["32.20"] == "Nur dort"
    # As many rows and as many versions: only the Mandant tells them apart.
    await rename(client, "Nur hier")
    assert titles(await client.get("aktenplan"))["32.20"] == "Nur hier"
    stale = await client.get("aktenplan", headers={"If-None-Match": theirs.headers["etag"]})
    assert stale.status_code == 200


async def test_each_day_has_its_own(client, clock):
    day = clock.now().date().isoformat()
    clock.advance(2 * 86_400)
    await rename(client, "Neuer Name")
    for _ in range(2):
        assert titles(await client.get("aktenplan"))["32.20"] == "Neuer Name"
        assert titles(await client.get("aktenplan", params={"stichtag": day}))["32.20"] == "Gewerbeanzeigen"
        assert titles(await client.get("aktenplan", params={"stichtag": "1990-01-01"})) == {}
    # What is read of a day of the past does not stay: changes may hold from an earlier day on.
    tomorrow = {"stichtag": "2999-01-01"}
    assert titles(await client.get("aktenplan", params=tomorrow))["32.20"] == "Neuer Name"
    await rename(client, "Neuester Name")
    assert titles(await client.get("aktenplan", params=tomorrow))["32.20"] == "Neuester Name"


@pytest.mark.parametrize("headers", [{}, UNPACKED])
async def test_who_has_the_current_tree_gets_304(client, headers):
    answer = await client.get("aktenplan", headers=headers)
    for tag in (answer.headers["etag"], f'"1", {answer.headers["etag"]}', "*"):
        again = await client.get("aktenplan", headers={**headers, "If-None-Match": tag})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == answer.headers["etag"]
    await rename(client, "Gewerbe")
    changed = await client.get("aktenplan", headers={**headers, "If-None-Match": answer.headers["etag"]})
    assert (changed.status_code, titles(changed)["32.20"]) == (200, "Gewerbe")


async def test_who_may_not_read_the_plan_does_not_learn_whether_it_changed(client):
    tag = (await client.get("aktenplan")).headers["etag"]
    answer = await client.get("aktenplan", "portal", headers={"If-None-Match": tag})
    assert answer.status_code == 403
    assert "etag" not in answer.headers


async def test_tree_is_packed_for_who_can_unpack_it(client):
    plain = await client.get("aktenplan", headers=UNPACKED)
    packed = await client.get("aktenplan", headers={"Accept-Encoding": "br, gzip;q=0.8"})
    assert ("content-encoding" in plain.headers, packed.headers["content-encoding"]) == (False, "gzip")
    assert packed.content == plain.content
    assert int(packed.headers["content-length"]) == len(gzip.compress(plain.content, 6, mtime=0)) < len(plain.content)
    assert plain.headers["vary"] == packed.headers["vary"] == "Accept-Encoding"
    # Other bytes have no strong tag in common.
    assert packed.headers["etag"] == f"W/{plain.headers['etag']}"


@pytest.mark.parametrize(
    ("said", "can"),
    [("gzip", True), ("br, GZIP ; q=0.5", True), ("", False), ("gzip;q=0", False), ("gzip; q=0.000", False)],
)
def test_gzip_is_what_a_request_names_with_a_weight(said, can):
    assert accepts_gzip(said) is can


async def test_process_keeps_only_so_many_bytes_and_what_was_read_last(container, demo):
    units, today = container.units.for_mandant("dueren"), container.clock.now().date()
    one = (await Aktenplanbaeume().get("dueren", None, units)).size
    baeume, days = Aktenplanbaeume(most_bytes=2 * one), [today.replace(year=year) for year in range(2026, 2032)]
    for day in days:
        await baeume.get("dueren", None, units)
        await baeume.get("dueren", day, units)
        assert sum(baum.size for baum in baeume._kept.values()) <= 2 * one
    assert set(baeume._kept) == {("dueren", None), ("dueren", days[-1])}
