"""What search has to find, what was published of it last, and some of it published again."""

import pytest

from dms_records.main import findable_of, is_sending, published_versions, republish_to_search

pytestmark = pytest.mark.usefixtures("demo")


async def found(container, mandant="dueren"):
    return {(one.noun, one.id): one.version async for one in findable_of(container, mandant)}


async def test_findable_is_what_was_published_at_its_version(container, ingest):
    await ingest.submit(files=[("a.txt", "text/plain", b"a")])
    rows = await found(container)
    assert sorted(noun for noun, _ in rows) == ["akte", "dokument", "dokument", "vorgang"]
    assert await published_versions(container, "dueren", [object_id for _, object_id in rows]) == {
        object_id: version for (_, object_id), version in rows.items()
    }
    assert await published_versions(container, "nachbarstadt", [object_id for _, object_id in rows]) == {}
    assert await is_sending(container)


async def test_what_changes_a_row_and_is_no_fact_for_search_is_told_by_what_was_published(container, ingest, client):
    await ingest.submit()
    [vorgang] = (await client.get("vorgaenge")).json()["items"]
    [dokument] = (await client.get(f"vorgaenge/{vorgang['id']}/dokumente")).json()["items"]
    path = f"dokumente/{dokument['id']}/checkout"
    taken = await client.request("POST", path, headers={"If-Match": dokument["etag"]}, json={})
    assert taken.is_success, taken.text
    [(key, version)] = [(key, version) for key, version in (await found(container)).items() if key[0] == "dokument"]
    assert (await published_versions(container, "dueren", [key[1]]))[key[1]] < version


async def test_some_objects_are_published_again_for_search_alone(container, ingest, rows):
    await ingest.submit(files=[("a.txt", "text/plain", b"a")])
    ids = [object_id for noun, object_id in await found(container) if noun == "dokument"]
    assert await republish_to_search(container, "dueren", "dokument", ids[:1]) == 1
    [sent] = await rows(
        "SELECT aggregateid, headers ->> 'dms-republish' AS gruppe FROM records.outbox WHERE headers ? 'dms-republish'"
    )
    assert (sent.aggregateid, sent.gruppe) == (str(ids[0]), "search")
    assert await republish_to_search(container, "nachbarstadt", "dokument", ids) == 0
