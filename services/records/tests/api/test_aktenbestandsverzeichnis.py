"""The list of all Akten that one may read, as JSON and as CSV."""

import csv
import io

import pytest
from sqlalchemy import text

pytestmark = pytest.mark.usefixtures("demo")
PATH = "aktenbestandsverzeichnis"
ZUSTAENDIGKEIT = """
INSERT INTO records.zustaendigkeit (mandant, id, version, aktenplaneinheit_id, organisationseinheit_id, gueltig_von)
  SELECT unit.mandant, gen_random_uuid(), 1, unit.id, office.id, '2026-01-01'
  FROM records.aktenplaneinheit unit JOIN records.organisationseinheit office USING (mandant)
  WHERE mandant = 'dueren' AND unit.schluessel = :schluessel AND office.schluessel = '32'
"""


@pytest.fixture
def bestand(client, container):
    return Bestand(client, container)


class Bestand:
    """Akten, and the list of them."""

    def __init__(self, client, container):
        self.client = client
        self._engine = container.system_engine

    async def akte(self, titel="Akte", einheit="32.20", who="anna-32", **facts):
        draft = (await self.client.post("akten", {"titel": titel, "aktenplaneinheit": einheit, **facts}, who)).json()
        return (await self.client.post(f"akten/{draft['id']}/register", who=who)).json()

    async def unit(self, schluessel, vorlage):
        facts = {"schluessel": schluessel, "titel": "Neu", "uebergeordnet": "32", "aktenzeichen_akte": vorlage}
        answer = await self.client.request("POST", "aktenplan", "aktenplan", json=facts)
        assert answer.status_code == 201, answer.text
        # Who may see a new Zuständigkeit is known 5 s later; this one is there before anyone asks.
        async with self._engine.begin() as connection:
            await connection.execute(text(ZUSTAENDIGKEIT), {"schluessel": schluessel})

    async def json(self, who="anna-32"):
        answer = await self.client.get(PATH, who)
        assert answer.status_code == 200, answer.text
        assert int(answer.headers["content-length"]) == len(answer.content)
        return answer.json()

    async def numbers(self, who="anna-32"):
        return [item["aktenzeichen"] for item in (await self.json(who))["items"]]

    async def csv(self, who="anna-32"):
        answer = await self.client.get(PATH, who, params={"format": "csv"})
        assert answer.status_code == 200, answer.text
        return answer


async def test_plan_and_number_sort_as_numbers_and_a_teilakte_follows_its_akte(bestand):
    await bestand.unit("32.9", "{plan}/{akte}")
    await bestand.akte(einheit="32.20")
    for _ in range(10):
        last = await bestand.akte(einheit="32.9")
    first = (await bestand.json())["items"][0]
    await bestand.akte("Anlage", einheit="32.9", uebergeordnet_id=first["id"])
    assert last["aktenzeichen"] == "32.9/10"
    assert await bestand.numbers() == [
        "32.9/1",
        "32.9/1.T01",
        *(f"32.9/{number}" for number in range(2, 11)),
        "32.20#00001",
    ]


async def test_row_says_where_the_akte_belongs_and_until_when_it_is_kept(bestand, client):
    akte = await bestand.akte("Gaststätte Zum Bären", einheit="32.20")
    await client.post(f"akten/{akte['id']}/close")
    verzeichnis = await bestand.json()
    assert (verzeichnis["anzahl"], verzeichnis["stand"][:10]) == (1, "2026-03-02")
    assert verzeichnis["items"] == [
        {
            "aktenplaneinheit": "32.20",
            "aktenplaneinheit_titel": "Gewerbeanzeigen",
            "aktenzeichen": "32.20#00001",
            "titel": "Gaststätte Zum Bären",
            "art": "fallakte",
            "jahr": None,
            "status": "zda",
            "federfuehrende_oe": "32",
            "vertraulichkeit": "offen",
            "erstellt_am": akte["erstellt_am"],
            "zda_am": "2026-03-02",
            "aussonderungsart": "V",
            "aufbewahrungsdauer": 5,
            "unbefristet": False,
            "aufzubewahren_bis": "2031-12-31",
            "id": akte["id"],
            "uebergeordnet_id": None,
        }
    ]


async def test_only_registered_akten_that_the_caller_may_see_are_listed(bestand, client):
    await bestand.akte(einheit="32.20")
    await bestand.akte(einheit="50.20", who="dora-50")
    await bestand.akte("Vertraulich", einheit="32.20", who="leitung-32", vertraulichkeit="vertraulich")
    await client.post("akten", {"titel": "Entwurf", "aktenplaneinheit": "32.20"})
    assert await bestand.numbers("anna-32") == ["32.20#00001"]
    assert await bestand.numbers("leitung-32") == ["32.20#00001", "32.20#00002"]
    assert await bestand.numbers("dora-50") == ["50.20#00001"]
    assert await bestand.numbers("chefin-00") == ["32.20#00001", "32.20#00002", "50.20#00001"]
    assert await bestand.json("anna-nachbarstadt") == {**await bestand.json("anna-nachbarstadt"), "items": []}
    assert (await client.get(PATH, "poststelle")).status_code == 403


async def test_csv_has_a_german_header_and_no_cell_is_a_formula(bestand):
    await bestand.akte('=HYPERLINK("http://boese.example";"Klick"); Größe')
    answer = await bestand.csv()
    assert answer.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    assert answer.headers["content-disposition"].endswith('"aktenbestandsverzeichnis-dueren-2026-03-02.csv"')
    assert not answer.content.startswith(b"\xef\xbb\xbf")
    [row] = csv.DictReader(io.StringIO(answer.content.decode("utf-8"), newline=""), delimiter=";")
    assert row["Titel"] == '\'=HYPERLINK("http://boese.example";"Klick"); Größe'
    assert {name: row[name] for name in list(row)[:3]} == {
        "Aktenplaneinheit": "32.20",
        "Bezeichnung der Aktenplaneinheit": "Gewerbeanzeigen",
        "Aktenzeichen": "32.20#00001",
    }
    said = (row["Art"], row["Status"], row["Vertraulichkeit"], row["Laufzeit von"], row["Laufzeit bis"])
    assert said == ("Fallakte", "registriert", "offen", "2026-03-02", "")
    assert (row["Aussonderungsart"], row["Aufbewahrungsdauer in Jahren"]) == ("vernichten", "5")


async def test_taking_the_stock_away_leaves_an_entry_in_the_protokoll(bestand, rows):
    await bestand.akte()
    await bestand.csv()
    found = await rows("SELECT actor, mandant FROM records.audit_entry WHERE action = 'aktenbestandsverzeichnis.read'")
    assert [tuple(row) for row in found] == [("sub-anna", "dueren")]
