"""GET /api/v1/suche."""

import logging
from pathlib import Path

from dms_search.__main__ import COMMANDS

DOKUMENT = b"Die B\xc3\xa4ckerei <b>Gro\xc3\x9f</b> meldet ein Gewerbe an."


async def test_a_word_of_a_file_is_found_by_its_office_only(found) -> None:
    row = await found.facts.dokument(DOKUMENT)
    await found.until_quiet()
    answer = await found.suche("bäckereien")
    (treffer,) = answer["items"]
    assert treffer["id"] == str(row)
    assert treffer["typ"] == "dokument"
    assert treffer["federfuehrende_oe"] == "32"
    assert "Die <em>Bäckerei</em> &lt;b&gt;Groß" in treffer["ausschnitt"]
    assert answer["anzahl"] == 1
    assert answer["facetten"]["typ"] == {"dokument": 1}
    assert answer["facetten"]["federfuehrende_oe"] == {"32": 1}
    assert list(answer["facetten"]["jahr"].values()) == [1]
    assert answer["indexiert_bis"].endswith("Z")
    for token in ("sachbearbeitung-50", "sachbearbeitung-32@nachbarstadt"):
        foreign = await found.suche("bäckereien", token)
        assert (foreign["items"], foreign["anzahl"]) == ([], 0)
        assert foreign["facetten"] == {"typ": {}, "federfuehrende_oe": {}, "jahr": {}}


async def test_akten_and_vorgaenge_are_found_and_a_changed_one_by_its_new_facts(found) -> None:
    akte = await found.facts.akte("Gewerbe Bernstein")
    vorgang = await found.facts.vorgang("Anmeldung Bernstein")
    await found.until_quiet()
    assert {item["id"] for item in (await found.suche("bernstein"))["items"]} == {str(akte), str(vorgang)}
    await found.facts.vorgang("Abmeldung Basalt", row=vorgang, version=2)
    await found.until_quiet()
    assert [item["id"] for item in (await found.suche("basalt"))["items"]] == [str(vorgang)]
    assert [item["id"] for item in (await found.suche("bernstein"))["items"]] == [str(akte)]


async def test_filters_restrict(found) -> None:
    akte = await found.facts.akte("Wort")
    await found.facts.vorgang("Wort")
    await found.until_quiet()
    assert [item["id"] for item in (await found.suche("wort", typ="akte"))["items"]] == [str(akte)]
    assert (await found.suche("wort", federfuehrende_oe="32"))["anzahl"] == 2
    assert (await found.suche("wort", federfuehrende_oe="50"))["anzahl"] == 0
    assert (await found.suche("wort", federfuehrende_oe="gibtesnicht"))["anzahl"] == 0


async def test_pages_hold_the_state_of_the_first_one(found) -> None:
    for number in range(5):
        await found.facts.vorgang(f"Wort {number}")
    await found.until_quiet()
    first = await found.suche("wort", limit=2)
    await found.facts.vorgang("Wort neu")
    await found.until_quiet()
    second = await found.suche("wort", limit=2, cursor=first["next"])
    third = await found.suche("wort", limit=2, cursor=second["next"])
    items = first["items"] + second["items"] + third["items"]
    assert len({item["id"] for item in items}) == 5
    assert (third["next"], third["anzahl"]) == (None, 5)
    other = await found.get("/api/v1/suche", q="andere", cursor=first["next"])
    assert other.status_code == 422
    assert "wort" not in first["next"].lower()


async def test_a_cursor_of_another_process_has_expired(found, start_service) -> None:
    for number in range(3):
        await found.facts.vorgang(f"Wort {number}")
    await found.until_quiet()
    cursor = (await found.suche("wort", limit=1))["next"]
    async with start_service() as second:
        answer = await second.get("/api/v1/suche", q="wort", cursor=cursor)
    assert answer.status_code == 410
    assert answer.json()["type"] == "/problems/cursor-abgelaufen"


async def test_a_search_without_words_is_refused_and_not_repeated(found) -> None:
    for q in ("", " ", '"', "OR", "x" * 501, "nul\x00"):
        answer = await found.get("/api/v1/suche", q=q)
        assert answer.status_code in {400, 422}, q
        assert "xxx" not in answer.text
    assert (await found.get("/api/v1/suche")).status_code == 422


async def test_any_text_is_answered_and_not_repeated(found) -> None:
    odd = ["((", "a AND", "a:b", "[a TO b]", "/x/", "*", "~~", "a^", "\\", "ä" * 500, "-a -b", "' OR 1=1 --", "<x>"]
    for q in odd:
        answer = await found.get("/api/v1/suche", q=q)
        assert answer.status_code == 200, q
        assert len(q) < 3 or q not in answer.text


async def test_a_foreign_cursor_is_refused(found) -> None:
    for bad in ("x", "e30", "eyJzdGFuZCI6IngiLCJhYiI6LTEsImZyYWdlIjoieCJ9"):
        assert (await found.get("/api/v1/suche", q="wort", cursor=bad)).status_code == 422


async def test_who_may_not_read_files_may_not_search(found) -> None:
    assert (await found.get("/api/v1/suche", "betrieb-00", q="wort")).status_code == 403
    assert (await found.get("/api/v1/suche", "poststelle-10", q="wort")).status_code == 403
    assert (await found.client.get("/api/v1/suche", params={"q": "wort"})).status_code == 401


async def test_without_an_index_the_answer_is_503(service) -> None:
    answer = await service.get("/api/v1/suche", q="wort")
    assert answer.status_code == 503
    assert "Retry-After" in answer.headers
    assert (await service.client.get("/health/ready")).status_code == 503


async def test_with_an_index_the_service_is_ready_and_names_its_confinement(found) -> None:
    answer = await found.client.get("/health/ready")
    assert answer.status_code == 200
    names = answer.json()["abhaengigkeiten"]
    assert names["suchindex"] == "bereit"
    assert names.keys() & {"textauszug_rlimits", "textauszug_bubblewrap"}


async def test_what_is_searched_for_is_logged_nowhere(found, caplog, capfd) -> None:
    caplog.set_level(logging.WARNING, "httpx")
    with caplog.at_level(logging.DEBUG):
        await found.suche("geheimnisvoll")
        await found.get("/api/v1/suche", q="geheimnisvoll", typ="falsch")
    out, err = capfd.readouterr()
    logged = [record.getMessage() for record in caplog.records if record.name != "httpx"]
    assert "geheimnisvoll" not in "".join(logged) + out.replace("HTTP Request", "") + err


async def test_the_document_is_the_committed_one() -> None:
    committed = Path(__file__).parents[2] / "openapi.yaml"
    assert await COMMANDS.openapi() == committed.read_text(encoding="utf-8")
