"""POST /api/v1/betrieb/reindex and how a run goes on."""

import asyncio
import shutil

PATH = "/api/v1/betrieb/reindex"


async def until_status(service, location, status, token="betrieb-00"):
    async with asyncio.timeout(60):
        while (run := (await service.get(location, token)).json())["status"] != status:
            await asyncio.sleep(0.05)
    return run


async def until_asked(service, count):
    async with asyncio.timeout(60):
        while len(asked := await service.asked()) < count:
            await asyncio.sleep(0.05)
    return asked


async def test_a_run_replaces_the_index_by_what_is_published_again(found) -> None:
    row = await found.facts.dokument(b"Bernstein")
    await found.until_quiet()
    answer = await found.post(PATH)
    assert answer.status_code == 202
    assert answer.json()["status"] in {"wartet", "laeuft"}
    run = await until_status(found, answer.headers["Location"], "fertig")
    assert run["anzahl"] == run["erwartet"] == len(found.facts.living)
    assert run["gestartet_am"] < run["beendet_am"]
    assert [item["id"] for item in (await found.suche("bernstein"))["items"]] == [str(row)]
    assert (await found.container.index.state()).current == run["id"]


async def test_one_run_at_a_time(found) -> None:
    first, second = await asyncio.gather(found.post(PATH), found.post(PATH))
    assert first.headers["Location"] == second.headers["Location"]
    await until_status(found, first.headers["Location"], "fertig")
    assert (await found.post(PATH)).headers["Location"] != first.headers["Location"]


async def test_only_operation_may_and_sees_runs_of_its_mandant(found) -> None:
    assert (await found.post(PATH, "sachbearbeitung-32")).status_code == 403
    location = (await found.post(PATH)).headers["Location"]
    assert (await found.get(location, "sachbearbeitung-32")).status_code == 403
    assert (await found.get(f"{PATH}/00000000-0000-7000-8000-000000000000", "betrieb-00")).status_code == 404
    await until_status(found, location, "fertig")


async def test_the_old_index_answers_until_all_is_applied_and_live_facts_go_to_both(service) -> None:
    async with service.running():
        await service.facts.organisation()
        for mandant, lauf_id in await until_asked(service, 2):
            await service.facts_of(mandant).complete(lauf_id, 0)
        alt = await service.facts.vorgang("Wort alt")
        await service.until_indexed()
        location = (await service.post(PATH)).headers["Location"]
        asked = (await until_asked(service, 4))[2:]
        await service.facts.republish(asked[0][1], only=3)
        neu = await service.facts.vorgang("Wort neu")
        await service.until_quiet()
        assert {item["id"] for item in (await service.suche("wort"))["items"]} == {str(alt), str(neu)}
        run = (await service.get(location, "betrieb-00")).json()
        assert (run["status"], run["anzahl"], run["erwartet"]) == ("laeuft", 3, len(service.facts.living) - 1)
        for body in list(service.facts.living.values())[3:]:
            await service.facts.say(body, **{"dms-republish": "search", "dms-republish-run": asked[0][1]})
        await service.until_quiet()
        assert (await service.get(location, "betrieb-00")).json()["status"] == "laeuft"
        await service.facts_of("nachbarstadt").complete(asked[1][1])
        await until_status(service, location, "fertig")
        assert {item["id"] for item in (await service.suche("wort"))["items"]} == {str(alt), str(neu)}


async def test_a_lost_index_is_built_again_by_itself(service, start_service) -> None:
    async with service.with_records(), service.running():
        await service.facts.organisation()
        row = await service.facts.dokument(b"Bernstein")
        await service.until_indexed()
    shutil.rmtree(service.container.settings.index_folder)
    async with start_service() as second:
        second.facts.living = service.facts.living
        assert (await second.get("/api/v1/suche", q="bernstein")).status_code == 503
        async with second.with_records(), second.running():
            await second.until_indexed()
            assert [item["id"] for item in (await second.suche("bernstein"))["items"]] == [str(row)]


async def test_a_run_that_was_killed_goes_on(service, start_service) -> None:
    async with service.running():
        await service.facts.organisation()
        row = await service.facts.dokument(b"Bernstein")
        asked = await until_asked(service, 2)
        await service.facts.republish(asked[0][1], only=2)
        await service.until_quiet()
    async with start_service() as second, second.running():
        for body in list(service.facts.living.values())[2:]:
            await second.facts.say(body, **{"dms-republish": "search", "dms-republish-run": asked[0][1]})
        await second.facts_of("nachbarstadt").complete(asked[1][1])
        await second.until_indexed()
        assert [item["id"] for item in (await second.suche("bernstein"))["items"]] == [str(row)]
        assert len(await second.asked()) == 2


async def test_a_run_whose_folder_is_gone_fails_and_another_one_begins(service, start_service) -> None:
    async with service.running():
        await service.facts.organisation()
        row = await service.facts.dokument(b"Bernstein")
        await until_asked(service, 2)
        await service.until_quiet()
    shutil.rmtree(service.container.settings.index_folder)
    async with start_service() as second:
        second.facts.living = service.facts.living
        async with second.running():
            asked = (await until_asked(second, 4))[2:]
            for mandant, lauf_id in asked:
                await second.facts_of(mandant).republish(lauf_id)
            await second.until_indexed()
            assert [item["id"] for item in (await second.suche("bernstein"))["items"]] == [str(row)]
            old = (await second.asked())[0][1]
            assert (await second.get(f"{PATH}/{old}", "betrieb-00")).json()["status"] == "gescheitert"
