"""The Posteingang over HTTP: seen by the Poststelle alone, filed by hand, then gone."""

import asyncio

import pytest

pytestmark = pytest.mark.usefixtures("demo")
WHERE = {"organisationseinheit": "32", "aktenplaneinheit": "32.20"}


@pytest.fixture
async def item(client, ingest):
    await ingest.submit(leistung="99999999999999", files=[("a.txt", "text/plain", b"Inhalt")])
    [item] = (await client.get("posteingang", "poststelle")).json()["items"]
    return item


async def assign(client, item, body=None, *, who="poststelle", **headers):
    path = f"posteingang/{item['id']}/assign"
    return await client.request("POST", path, who, json=WHERE if body is None else body, headers=headers)


async def test_item_answers_the_fixed_fields(client, item):
    answer = await client.get(f"posteingang/{item['id']}", "poststelle")
    assert answer.json() == item
    assert answer.headers["etag"] == item["etag"]
    assert item["grund"] == "Für die Leistung 99999999999999 gibt es keine Ablageregel."
    assert [anlage["dateiname"] for anlage in item["anlagen"]] == ["a.txt"]
    assert item["formular"]["dateiname"] == "antrag.json"
    assert item["region"] == "053580008008"
    path = f"posteingang/{item['id']}/anlagen/{item['anlagen'][0]['id']}/inhalt"
    assert (await client.get(path, "poststelle")).content == b"Inhalt"
    assert (await client.get(path, "poststelle-nachbarstadt")).status_code == 404


async def test_only_the_poststelle_of_the_mandant_sees_it(client, item):
    assert (await client.get("posteingang", "anna-32")).status_code == 403
    assert (await client.get("posteingang", "poststelle-nachbarstadt")).json()["items"] == []
    assert (await client.get(f"posteingang/{item['id']}", "poststelle-nachbarstadt")).status_code == 404
    assert (await assign(client, item, who="anna-32", **{"If-Match": "*"})).status_code == 403


async def test_assign_files_it_and_takes_it_away(client, item, rows):
    answer = await assign(client, item, **{"If-Match": item["etag"]})
    assert answer.status_code == 200
    vorgang = (await client.get(f"vorgaenge/{answer.json()['vorgang_id']}")).json()
    assert vorgang["aktenzeichen"] == answer.json()["aktenzeichen"] == "32.20#00001#0001"
    assert vorgang["eingang"]["formulardaten"]["beitrag"] == 12.5
    dokumente = (await client.get(f"vorgaenge/{vorgang['id']}/dokumente")).json()["items"]
    assert [row["dateiname"] for row in dokumente] == ["antrag.json", "a.txt"]
    assert (await client.get(f"dokumente/{dokumente[1]['id']}/inhalt")).content == b"Inhalt"
    assert (await client.get("posteingang", "poststelle")).json()["items"] == []
    assert (await client.get(f"posteingang/{item['id']}", "poststelle")).status_code == 404
    assert len(await rows("SELECT 1 FROM records.audit_entry WHERE action = 'posteingang.assigned'")) == 1


async def test_assign_to_another_office_than_the_units_own(client, item):
    answer = await assign(client, item, {**WHERE, "organisationseinheit": "50"}, **{"If-Match": item["etag"]})
    assert answer.status_code == 200


async def test_assign_needs_the_current_etag(client, item):
    assert (await assign(client, item)).status_code == 428
    assert (await assign(client, item, **{"If-Match": '"7"'})).status_code == 412


async def test_second_assign_is_a_conflict(client, item):
    assert (await assign(client, item, **{"If-Match": item["etag"]})).status_code == 200
    assert (await assign(client, item, **{"If-Match": item["etag"]})).status_code == 412
    assert (await assign(client, item, **{"If-Match": "*"})).status_code == 409


async def test_two_at_once_file_it_once(client, item, rows):
    answers = await asyncio.gather(*(assign(client, item, **{"If-Match": "*"}) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert len(await rows("SELECT 1 FROM records.vorgang")) == 1


async def test_repeated_key_gets_the_first_answer_again(client, item):
    headers = {"If-Match": item["etag"], "Idempotency-Key": "k-1"}
    first = await assign(client, item, **headers)
    again = await assign(client, item, **headers)
    assert again.json() == first.json()
    assert again.headers["idempotency-replayed"] == "true"
    other = await assign(client, item, {**WHERE, "organisationseinheit": "50"}, **headers)
    assert other.status_code == 422


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({**WHERE, "organisationseinheit": "99"}, "/organisationseinheit"),
        ({**WHERE, "aktenplaneinheit": "99.99"}, "/aktenplaneinheit"),
        ({"organisationseinheit": "32"}, "/aktenplaneinheit"),
        ({**WHERE, "organisationseinheit": 32}, "/organisationseinheit"),
        ({**WHERE, "extra": 1}, "/extra"),
    ],
)
async def test_bad_assignment_is_422_with_pointers(client, item, body, pointer):
    answer = await assign(client, item, body, **{"If-Match": "*"})
    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]


async def test_nothing_is_filed_in_a_stillgelegt_unit(client, item):
    answer = await assign(client, item, {**WHERE, "aktenplaneinheit": "32.90"}, **{"If-Match": "*"})
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/aktenplaneinheit-geschlossen")
    assert (await client.get(f"posteingang/{item['id']}", "poststelle")).status_code == 200


async def test_unknown_item_is_404(client):
    unknown = {"id": "019ac1a2-5f00-7000-8000-000000000000"}
    assert (await assign(client, unknown, **{"If-Match": "*"})).status_code == 404
