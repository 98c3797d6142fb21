"""What lists of Akten, Vorgänge, Dokumente, offices and the Posteingang are narrowed to."""

import pytest

from dms_kit.core.text import sort_key

pytestmark = pytest.mark.usefixtures("demo")
ANY = {"If-Match": "*"}


@pytest.fixture
def titles(client):
    async def run(path, who="chefin-00", **query):
        answer = await client.get(path, who, params={"sort": "erstellt_am", **query})
        assert answer.status_code == 200, answer.text
        return [item.get("titel", item.get("betreff")) for item in answer.json()["items"]]

    return run


@pytest.fixture
async def akten(client, clock):
    """Akten on four days: two of 32, a confidential one, and one of 50; the first is zdA."""
    found = []
    for titel, einheit, who, more in (
        ("Bäckerei Müller", "32.20", "leitung-32", {}),
        ("Bar Zur Straße", "32.10", "leitung-32", {}),
        ("Vertraulich", "32.20", "leitung-32", {"vertraulichkeit": "vertraulich"}),
        ("Wohngeld", "50.20", "dora-50", {}),
    ):
        draft = await client.post("akten", {"titel": titel, "aktenplaneinheit": einheit, **more}, who)
        assert draft.status_code == 201, draft.text
        found.append((await client.post(f"akten/{draft.json()['id']}/register", who=who)).json())
        clock.advance(86_400)
    await client.post(f"akten/{found[0]['id']}/close", who="leitung-32")
    return found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"aktenplaneinheit": "32"}, ""),
        ({"aktenplaneinheit": "32", "unterbaum": "true"}, "BSV"),
        ({"aktenplaneinheit": "32.20"}, "BV"),
        ({"aktenplaneinheit": "32.20", "unterbaum": "true", "federfuehrende_oe": "50"}, ""),
        ({"aktenplaneinheit": "50", "unterbaum": "true", "federfuehrende_oe": "50"}, "W"),
        ({"aktenplaneinheit": "gibt es nicht", "unterbaum": "true"}, ""),
        ({"vertraulichkeit": "vertraulich"}, "V"),
        ({"titel": "BACKEREI"}, "B"),
        ({"titel": "strasse"}, "S"),
        ({"titel": "%"}, ""),
        ({"erstellt_ab": "2026-03-03"}, "SVW"),
        ({"erstellt_bis": "2026-03-03"}, "BS"),
        ({"erstellt_ab": "2026-03-03", "erstellt_bis": "2026-03-03"}, "S"),
        ({"erstellt_ab": "0001-01-01", "erstellt_bis": "9999-12-31"}, "BSVW"),
        ({"zda_ab": "2026-03-06"}, "B"),
        ({"zda_bis": "2026-03-05"}, ""),
        ({"zda_bis": "9999-12-31"}, "B"),
        ({"status": "zda", "zda_ab": "2026-01-01", "zda_bis": "2026-12-31"}, "B"),
        ({"frist_ab": "2031-12-31", "frist_bis": "2031-12-31"}, "B"),
        ({"frist_bis": "2031-12-30"}, ""),
        ({"frist_ab": "2032-01-01"}, ""),
        ({"frist_ab": "0001-01-01", "frist_bis": "9999-12-31"}, "B"),
        ({"art": "sammelakte"}, ""),
        ({"art": "fallakte", "titel": "müller", "status": "zda"}, "B"),
        ({"jahr": "2026"}, ""),
        ({"sort": "zda_am"}, "BSVW"),
    ],
)
async def test_akten_are_narrowed(akten, titles, query, found):
    names = dict(zip("BSVW", (akte["titel"] for akte in akten), strict=True))
    wanted = [names[letter] for letter in found]
    got = await titles("akten", **query)
    # Without an end all have the same key, so their order is that of their ids.
    assert (got[0], sorted(got)) == (wanted[0], sorted(wanted)) if query.get("sort") else got == wanted


async def test_narrowing_never_shows_what_the_caller_may_not_read(akten, titles):
    assert await titles("akten", "anna-32", vertraulichkeit="vertraulich") == []
    assert await titles("akten", "anna-32", aktenplaneinheit="50", unterbaum="true") == []
    assert await titles("akten", "anna-32", titel="wohngeld") == []


async def test_sammelakte_is_found_by_its_year(ingest, titles):
    await ingest.submit(leistung="99102013000000")
    assert await titles("akten", jahr="2026", art="sammelakte") == ["Hundesteuer 2026"]
    assert await titles("akten", jahr="2025") == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"betreff": "ruckmeldung"}, ["Rückmeldung"]),
        ({"leistung": "99102013000000"}, ["Hund"]),
        ({"aktenplaneinheit": "32", "unterbaum": "true"}, ["Rückmeldung", "Hund"]),
        ({"aktenplaneinheit": "32.10"}, ["Hund"]),
        ({"vertraulichkeit": "geheim"}, []),
        ({"erstellt_bis": "2026-03-01"}, []),
        ({"zda_ab": "2020-01-01"}, []),
    ],
)
async def test_vorgaenge_are_narrowed(ingest, clock, titles, query, found):
    await ingest.submit(betreff="Rückmeldung")
    clock.advance(1)
    await ingest.submit(betreff="Hund", leistung="99102013000000")
    assert await titles("vorgaenge", **query) == found


async def test_dokumente_of_a_vorgang_are_narrowed(ingest, client, titles):
    await ingest.submit(files=[("Prüfbericht.txt", "text/plain", b"x")])
    [vorgang] = (await client.get("vorgaenge")).json()["items"]
    path = f"vorgaenge/{vorgang['id']}/dokumente"
    await client.request("POST", path, files={"datei": ("a.txt", b"x")}, data={"titel": "Entwurf"})
    assert await titles(path, sort="titel") == ["Antrag (Formulardaten)", "Entwurf", "Prüfbericht.txt"]
    assert await titles(path, status="entwurf") == ["Entwurf"]
    assert await titles(path, art="formular") == ["Antrag (Formulardaten)"]
    assert await titles(path, titel="prufbericht") == ["Prüfbericht.txt"]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"leistung": "1"}, 2),
        ({"leistung": "9"}, 0),
        ({"region": "053580008008"}, 2),
        ({"betreff": "offnung"}, 1),
        ({"eingangsnummer": "E-2026-0000042"}, 2),
        ({"eingegangen_ab": "2026-03-02", "eingegangen_bis": "2026-03-02"}, 2),
        ({"eingegangen_ab": "2026-03-03"}, 0),
        ({"eingegangen_bis": "2026-03-01"}, 0),
    ],
)
async def test_posteingang_is_narrowed(ingest, client, query, count):
    await ingest.submit(leistung="1", betreff="Öffnungszeiten")
    await ingest.submit(leistung="1", betreff="Zaun")
    answer = await client.get("posteingang", "poststelle", params=query)
    assert len(answer.json()["items"]) == count, answer.text


async def test_offices_are_found_by_a_part_of_their_name_and_sorted_by_it(client):
    async def names(**query):
        return [office["name"] for office in (await client.get("organisationseinheiten", params=query)).json()["items"]]

    assert await names(name="fur BURGERDIENSTE") == ["Amt für Bürgerdienste und Ordnung"]
    everything = await names(sort="name")
    assert everything == sorted(everything, key=sort_key)
    assert await names(sort="-name") == everything[::-1]


async def test_zustaendigkeiten_are_narrowed(client):
    async def count(**query):
        return len((await client.get("zustaendigkeiten", params={"limit": 200, **query})).json()["items"])

    everything = await count()
    assert await count(aufnehmend="true") == everything
    assert (await count(aufnehmend="false"), await count(gueltig_am="1900-01-01")) == (0, 0)
    assert await count(gueltig_am="2026-03-02") == everything


async def test_protokoll_is_narrowed_to_an_actor_and_to_days(client, clock):
    akte = (await client.post("akten", {"titel": "A", "aktenplaneinheit": "32.20"})).json()
    clock.advance(86_400)
    path = f"akten/{akte['id']}"
    await client.request("PATCH", path, "bert-32", json={"titel": "B"}, headers=ANY)

    async def actions(**query):
        found = await client.get(f"{path}/protokoll", params={"sort": "eintrag", **query})
        # An act is as many items as it has fields.
        return list(dict.fromkeys(item["aktion"] for item in found.json()["items"]))

    assert await actions(akteur="sub-bert") == ["akte.changed"]
    assert await actions(akteur="niemand") == []
    assert await actions(datum_bis="2026-03-02") == ["akte.created"]
    assert await actions(datum_ab="2026-03-03", datum_bis="2026-03-03") == ["akte.changed"]
