"""Lists by Aktenzeichen as people count: …/9 before …/10, ö where o is, pages of any size, both ways."""

import pytest

pytestmark = pytest.mark.usefixtures("demo")
# By bytes 10 came before 2 and Ö behind everything.
EXPECTED = [
    *(f"Oder 32.20/{number}" for number in (1, 2)),
    *(f"Öl 32.20/{number}" for number in (3, 4, 5, 6, 7, 8, 9, 10, 11, 12)),
    "Ost 32.20/13",
]


async def numbered(client, template):
    """Have the next Akte of a unit numbered so, and register it."""
    unit = await the_unit(client)
    if unit["aktenzeichen_akte"] != template:
        path, headers = f"aktenplan/{unit['id']}", {"If-Match": "*"}
        body = {"aktenzeichen_akte": template, "aktenzeichen_vorgang": "-{vorgang}"}
        answer = await client.request("PATCH", path, "aktenplan", json=body, headers=headers)
        assert answer.status_code == 200, answer.text
    draft = (await client.post("akten", {"titel": "T", "aktenplaneinheit": "32.20"})).json()
    return (await client.post(f"akten/{draft['id']}/register")).json()


async def the_unit(client):
    tree = (await client.get("aktenplan")).json()["items"]
    [unit] = [unit for top in tree for unit in top["untergeordnet"] if unit["schluessel"] == "32.20"]
    return unit


@pytest.fixture
async def akten(client):
    """Registered Akten whose numbers have no fixed width, and a draft."""
    templates = ["Oder {plan}/{akte}"] * 2 + ["Öl {plan}/{akte}"] * 10 + ["Ost {plan}/{akte}"]
    found = [await numbered(client, template) for template in templates]
    assert (await client.post("akten", {"titel": "Entwurf", "aktenplaneinheit": "32.20"})).status_code == 201
    return found


async def walked(client, path, **query):
    found, cursor = [], None
    while True:
        page = (await client.get(path, params={**query, **({"cursor": cursor} if cursor else {})})).json()
        found += [item["aktenzeichen"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            return found


@pytest.mark.parametrize("limit", [1, 2, 5, 200])
async def test_akten_come_as_people_count_on_pages_of_any_size_both_ways(client, akten, limit):
    # A draft has no number and comes first.
    assert await walked(client, "akten", sort="aktenzeichen", limit=limit) == [None, *EXPECTED]
    assert await walked(client, "akten", sort="-aktenzeichen", limit=limit) == [*EXPECTED[::-1], None]


async def test_vorgaenge_come_so_too_within_one_state_and_in_all(client, akten):
    for number in range(12):
        facts = {"akte_id": akten[number % 2]["id"], "betreff": "B"}
        vorgang = (await client.post("vorgaenge", facts)).json()
        assert (await client.post(f"vorgaenge/{vorgang['id']}/register")).status_code == 200
    expected = [f"Oder 32.20/{akte}-{number}" for akte in (1, 2) for number in range(1, 7)]
    for query in ({}, {"status": "offen"}, {"akte_id": akten[0]["id"]}):
        own = [name for name in expected if "akte_id" not in query or name.startswith("Oder 32.20/1-")]
        for limit in (1, 4, 200):
            assert await walked(client, "vorgaenge", sort="aktenzeichen", limit=limit, **query) == own
            assert await walked(client, "vorgaenge", sort="-aktenzeichen", limit=limit, **query) == own[::-1]


async def test_aktenbestandsverzeichnis_has_the_same_order(client, akten):
    rows = (await client.get("aktenbestandsverzeichnis")).json()["items"]
    assert [row["aktenzeichen"] for row in rows] == EXPECTED
