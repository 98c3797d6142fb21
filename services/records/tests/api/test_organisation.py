"""Plan, offices, and who am I."""

import pytest

pytestmark = pytest.mark.usefixtures("demo")


async def test_aktenplan_is_a_tree_in_the_order_of_keys(client):
    tree = (await client.get("aktenplan")).json()["items"]
    assert [unit["schluessel"] for unit in tree] == ["10", "32", "50", "56", "61", "66"]
    below = {unit["schluessel"]: unit for unit in tree[1]["untergeordnet"]}
    assert below["32.20"]["titel"] == "Gewerbeanzeigen"
    assert below["32.20"]["aufbewahrungsdauer"] == 5
    assert below["32.90"]["stillgelegt"] is True
    assert tree[4]["unbefristet"] is True
    assert (await client.get("aktenplan", "betrieb")).status_code == 403


async def test_organisationseinheiten_page_by_key(client):
    first = (await client.get("organisationseinheiten?limit=2")).json()
    second = (await client.get("organisationseinheiten", params={"limit": 200, "cursor": first["next"]})).json()
    items = first["items"] + second["items"]
    assert [item["schluessel"] for item in items] == ["00", "10", "32", "50", "56", "61", "66"]
    assert items[2]["uebergeordnet"] == "00"
    assert items[2]["name"] == "Amt für Bürgerdienste und Ordnung"


async def test_ich_says_memberships_and_rights(client):
    ich = (await client.get("ich")).json()
    assert (ich["sub"], ich["name"], ich["mandant"]) == ("sub-anna", "Anna", "dueren")
    assert ich["mitgliedschaften"] == [{"organisationseinheit": "32", "rolle": "sachbearbeitung"}]
    assert "schriftgut:read" in ich["rechte"]
    assert (await client.get("ich", "portal")).json()["client_rollen"] == ["portal"]


async def test_dead_letters_are_for_betrieb(client):
    assert (await client.get("betrieb/records/dead-letters", "betrieb")).json()["items"] == []
    assert (await client.get("betrieb/records/dead-letters", "anna-32")).status_code == 403
