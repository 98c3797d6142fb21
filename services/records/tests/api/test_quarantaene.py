"""Objects that are no longer what was written: nothing of them leaves, and operations are told."""

import pytest

from dms_kit.core.errors import UnavailableError
from dms_kit.ports.object_store import BLOCK_SIZE

pytestmark = pytest.mark.usefixtures("demo")
CONTENT = bytes(range(256)) * 9000  # more than two blocks of 1 MiB
QUARANTAENE = "betrieb/records/quarantaene"
DAMAGED = "/problems/inhalt-beschaedigt"


class Stored:
    """The object of a Dokument in the store, and what can happen to it there."""

    def __init__(self, store, content):
        self._store = store
        self.content = content
        self.key = next(key for key, data in store.objects.items() if data == content and "/records/" in key)

    def flip(self, place):
        data = bytearray(self.content)
        data[place] ^= 1
        self._store.objects[self.key] = bytes(data)

    def truncate(self, size):
        self._store.objects[self.key] = self.content[:size]

    def delete(self):
        del self._store.objects[self.key]

    def restore(self):
        self._store.objects[self.key] = self.content


@pytest.fixture
async def dokument(client, ingest):
    await ingest.submit(files=[("nachweis.pdf", "application/pdf", CONTENT)])
    return await last_dokument(client)


@pytest.fixture
def stored(dokument, container):
    return Stored(container.store, CONTENT)


async def last_dokument(client, position=1):
    [vorgang] = (await client.get("vorgaenge")).json()["items"]
    return (await client.get(f"vorgaenge/{vorgang['id']}/dokumente")).json()["items"][position]


async def quarantined(client, **params):
    return (await client.get(QUARANTAENE, "betrieb", params=params)).json()["items"]


DAMAGES = [
    (lambda stored: stored.flip(0), "pruefsumme"),
    (lambda stored: stored.flip(BLOCK_SIZE - 1), "pruefsumme"),
    (lambda stored: stored.truncate(7), "groesse"),
    (lambda stored: stored.delete(), "fehlt"),
]


@pytest.mark.parametrize(("damage", "schaden"), DAMAGES)
async def test_a_damaged_first_block_is_a_problem_and_quarantines_the_object(client, dokument, stored, damage, schaden):
    damage(stored)
    answer = await client.get(f"dokumente/{dokument['id']}/inhalt")
    assert (answer.status_code, answer.json()["type"]) == (503, DAMAGED)
    assert answer.headers["retry-after"]
    [found] = await quarantined(client)
    assert (found["objekt_key"], found["schaden"], found["gefunden_durch"]) == (stored.key, schaden, "lesen")


async def test_every_read_of_a_quarantined_object_is_refused_at_once(client, dokument, stored):
    stored.flip(0)
    await client.get(f"dokumente/{dokument['id']}/inhalt")
    # Even if the store has it right again: what came and went may do so once more.
    stored.restore()
    for path in ("inhalt", "versionen/1/inhalt"):
        for headers in ({}, {"Range": f"bytes={BLOCK_SIZE}-"}, {"If-None-Match": f'"{dokument["sha256"]}"'}):
            answer = await client.get(f"dokumente/{dokument['id']}/{path}", headers=headers)
            assert (answer.status_code, answer.json()["type"]) == (503, DAMAGED)
        assert (await client.request("HEAD", f"dokumente/{dokument['id']}/{path}")).status_code == 503


async def test_a_part_before_the_damage_is_served_and_one_with_it_is_not(client, dokument, stored):
    stored.flip(BLOCK_SIZE + 5)
    whole = await client.get(f"dokumente/{dokument['id']}/inhalt", headers={"Range": f"bytes=0-{BLOCK_SIZE - 1}"})
    assert whole.content == CONTENT[:BLOCK_SIZE]
    damaged = await client.get(f"dokumente/{dokument['id']}/inhalt", headers={"Range": f"bytes={BLOCK_SIZE + 9}-"})
    assert (damaged.status_code, damaged.json()["type"]) == (503, DAMAGED)


async def test_damaged_form_data_have_no_lesefassung(client, ingest, container):
    form = b'{"betreff": "Anmeldung", "formulardaten": {"beitrag": 12.50}}'
    await ingest.submit(form=form)
    dokument = await last_dokument(client, 0)
    Stored(container.store, form).flip(3)
    for _ in range(2):
        answer = await client.get(f"dokumente/{dokument['id']}/lesefassung")
        assert (answer.status_code, answer.json()["type"]) == (503, DAMAGED)
    assert len(await quarantined(client)) == 1


async def test_damaged_file_in_the_posteingang_is_refused(client, ingest, container):
    await ingest.submit(leistung="99999999999999", files=[("a.pdf", "application/pdf", CONTENT)])
    [item] = (await client.get("posteingang", "poststelle")).json()["items"]
    Stored(container.store, CONTENT).flip(0)
    for _ in range(2):
        answer = await client.get(f"posteingang/{item['id']}/anlagen/{item['anlagen'][0]['id']}/inhalt", "poststelle")
        assert (answer.status_code, answer.json()["type"]) == (503, DAMAGED)


async def test_a_store_that_is_away_quarantines_nothing(client, dokument, container):
    container.store.failure = UnavailableError()
    answer = await client.get(f"dokumente/{dokument['id']}/inhalt")
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/nicht-verfuegbar")
    container.store.failure = None
    assert (await client.get(f"dokumente/{dokument['id']}/inhalt")).content == CONTENT
    assert await quarantined(client) == []


async def test_quarantine_and_release_are_in_the_protokoll(client, dokument, stored, rows):
    stored.flip(0)
    for _ in range(2):
        await client.get(f"dokumente/{dokument['id']}/inhalt")
    stored.restore()
    [found] = await quarantined(client)
    await client.request("POST", f"{QUARANTAENE}/{found['id']}/release", "betrieb", headers={"If-Match": "*"})
    entries = await rows("SELECT action, actor FROM records.audit_entry WHERE object_type = 'objekt' ORDER BY id")
    assert [tuple(entry) for entry in entries] == [("objekt.quarantined", "system"), ("objekt.released", "sub-betrieb")]


async def test_release_demands_the_current_state_and_a_whole_object(client, dokument, stored):
    stored.flip(len(CONTENT) - 1)
    await client.get(f"dokumente/{dokument['id']}/inhalt", headers={"Range": "bytes=-1"})
    [found] = await quarantined(client)
    path = f"{QUARANTAENE}/{found['id']}"

    async def release(**headers):
        return await client.request("POST", f"{path}/release", "betrieb", headers=headers)

    assert (await client.get(path, "betrieb")).headers["etag"] == found["etag"]
    assert (await release()).status_code == 428
    assert (await release(**{"If-Match": '"7"'})).status_code == 412
    still = await release(**{"If-Match": found["etag"]})
    assert (still.status_code, still.json()["type"]) == (409, "/problems/objekt-beschaedigt")
    stored.restore()
    assert (await release(**{"If-Match": found["etag"]})).status_code == 204
    assert (await release(**{"If-Match": found["etag"]})).status_code == 404
    assert (await client.get(path, "betrieb")).status_code == 404
    assert (await client.get(f"dokumente/{dokument['id']}/inhalt")).content == CONTENT


async def test_only_operations_of_the_mandant_see_the_quarantine(client, ingest, dokument, stored):
    stored.flip(0)
    await client.get(f"dokumente/{dokument['id']}/inhalt")
    [found] = await quarantined(client)
    for method, path in (("GET", ""), ("GET", f"/{found['id']}"), ("POST", f"/{found['id']}/release")):
        assert (await client.request(method, QUARANTAENE + path, "anna-32")).status_code == 403
        if path:
            assert (await client.request(method, QUARANTAENE + path, "betrieb-nachbarstadt")).status_code == 404
    assert (await client.get(QUARANTAENE, "betrieb-nachbarstadt")).json()["items"] == []
    assert "nachweis" not in (await client.get(QUARANTAENE, "betrieb")).text


async def test_the_list_has_pages(client, ingest, container):
    contents = [b"%d" % number * 50 for number in range(3)]
    await ingest.submit(files=[(f"{number}.txt", "text/plain", one) for number, one in enumerate(contents)])
    for position, content in enumerate(contents, start=1):
        Stored(container.store, content).flip(0)
        dokument = await last_dokument(client, position)
        await client.get(f"dokumente/{dokument['id']}/inhalt")
    first = (await client.get(QUARANTAENE, "betrieb", params={"limit": 2})).json()
    rest = (await client.get(QUARANTAENE, "betrieb", params={"limit": 2, "cursor": first["next"]})).json()
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (2, 1, None)
    assert len({one["id"] for one in [*first["items"], *rest["items"]]}) == 3


@pytest.mark.parametrize("start", [0, 17])
async def test_a_damaged_later_block_ends_the_answer_unfinished(
    app, client, dokument, stored, start, served_over_a_socket
):
    stored.flip(2 * BLOCK_SIZE + 1)
    headers = {"Range": f"bytes={start}-"} if start else {}
    async with served_over_a_socket(app) as read_all:
        status, promised, received, is_whole = await read_all(f"dokumente/{dokument['id']}/inhalt", headers)
    assert (status, promised) == (206 if start else 200, len(CONTENT) - start)
    assert not is_whole
    assert received == CONTENT[start : 2 * BLOCK_SIZE]
    [found] = await quarantined(client)
    assert found["schaden"] == "pruefsumme"
