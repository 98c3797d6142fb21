"""Reaper, republishing and the command line on a real database and file system."""

from datetime import timedelta

from sqlalchemy import text

from dms_ingest.__main__ import VERBS
from dms_ingest.main import reap, republish
from dms_kit.commands.verb import run_command_line

FILE = ("nachweis.pdf", b"%PDF-1.4 inhalt")
YEARS = 10 * 365 * 24 * 3600


async def execute(service, statement: str):
    async with service.container.system_engine.begin() as connection:
        return await connection.execute(text(statement))


async def test_named_objects_survive_the_reaper(service, portal):
    await portal.submit(None, FILE)
    service.container.clock.advance(YEARS)
    done = await reap(service.container, timedelta(0))
    assert (done.released, done.seen, done.deleted) == (0, 2, 0)


async def test_files_of_a_long_filed_antrag_are_given_up_and_its_row_stays_true(service, portal):
    document = (await portal.submit(None, FILE)).json()
    await execute(service, "UPDATE ingest.antrag SET abgelegt_am = '2026-03-02'")
    service.container.clock.advance(29 * 24 * 3600)
    assert (await reap(service.container, timedelta(0))).released == 0
    service.container.clock.advance(YEARS)
    done = await reap(service.container, timedelta(0))
    assert (done.released, done.deleted) == (1, 2)
    assert await service.stored_keys() == []
    read = (await portal.get(f"/api/v1/antraege/{document['id']}")).json()
    assert read["anlagen"] == document["anlagen"]


async def test_republishing_tells_every_kept_antrag_to_one_group(service, portal):
    await portal.submit(None, FILE)
    await service.as_actor("portal-nachbarstadt").submit(None, FILE)
    await execute(service, "DELETE FROM ingest.outbox")
    assert await republish(service.container, "records") == 2
    rows = await execute(service, "SELECT mandant, headers ->> 'dms-republish' FROM ingest.outbox ORDER BY mandant")
    assert [tuple(row) for row in rows] == [("dueren", "records"), ("nachbarstadt", "records")]


def test_verbs_of_the_command_line(capsys):
    names = [verb.name for verb in VERBS]
    own = ["scrub", "reap", "republish"]
    assert names == ["api", "relay", "consumers", "migrate", *own, "resend", "dead-letters", "openapi"]
    try:
        run_command_line("ingest", VERBS, ["reap", "--grace", "bald"])
    except SystemExit as ended:
        assert ended.code == 2
    assert "--grace" in capsys.readouterr().err
