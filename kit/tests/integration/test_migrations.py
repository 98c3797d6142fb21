"""Code and schema of different releases: what runs together, what is refused, and one migration at a time."""

import asyncio
import time
import uuid

import pytest
from sqlalchemy import insert, text

from dms_kit import database
from dms_kit.core.actor import Actor
from dms_kit.migrations import Schema, SchemaMismatchError, await_fitting_schema, check_schema, differences, migrate

ENVIRONMENT = """
from sqlalchemy import MetaData
from dms_kit.migrations import run_environment

run_environment(MetaData(schema="kit"))
"""
MIGRATION = """
from alembic import op

revision = "{number:04}_step"
down_revision = {before}
{more}

def upgrade():
    for statement in {statement!r}.split(";"):
        op.execute(statement)
"""
EXPAND = "ALTER TABLE kit.thing ADD COLUMN colour text NOT NULL DEFAULT 'grey'"
CONTRACT = "ALTER TABLE kit.thing DROP COLUMN name"


class Releases:
    """A folder of migrations that grows release by release; each state of it is what one release ships."""

    def __init__(self, folder, kit_database):
        self.folder = folder
        self.metadata = kit_database.metadata
        self.system_url = kit_database.system.url.render_as_string(hide_password=False)

    def release(self, *migrations):
        """Return the schema of a release with these migrations, each a statement or (statement, min_code_version)."""
        folder = self.folder / uuid.uuid4().hex
        (folder / "versions").mkdir(parents=True)
        (folder / "env.py").write_text(ENVIRONMENT)
        for number, migration in enumerate(migrations, 1):
            statement, minimum = migration if isinstance(migration, tuple) else (migration, None)
            source = MIGRATION.format(
                number=number,
                before=f'"{number - 1:04}_step"' if number > 1 else None,
                more=f"min_code_version = {minimum}" if minimum else "",
                statement=statement,
            )
            (folder / "versions" / f"{number:04}_step.py").write_text(source)
        return Schema(self.metadata, folder)

    async def migrate(self, schema):
        await migrate(self.system_url, schema)

    async def check(self, schema):
        await check_schema(self.system_url, schema)


@pytest.fixture
def releases(tmp_path, kit_database):
    return Releases(tmp_path, kit_database)


async def test_schema_without_migrations_is_refused(releases):
    with pytest.raises(SchemaMismatchError, match="Stand 0000, dieses Programm braucht 0001: zuerst"):
        await releases.check(releases.release("SELECT 1"))


async def test_schema_older_than_the_code_is_refused_until_it_is_migrated(releases):
    first, second = releases.release("SELECT 1"), releases.release("SELECT 1", EXPAND)
    await releases.migrate(first)
    with pytest.raises(SchemaMismatchError) as refused:
        await releases.check(second)
    assert str(refused.value) == (
        "Das Datenbankschema kit hat den Stand 0001, dieses Programm braucht 0002:"
        " zuerst `python -m dms_kit migrate` ausführen."
    )
    await releases.migrate(second)
    await releases.check(second)


async def test_newer_schema_that_only_expanded_runs_with_older_code(releases):
    first, second = releases.release("SELECT 1"), releases.release("SELECT 1", EXPAND)
    await releases.migrate(second)
    await releases.check(first)


async def test_schema_that_demands_newer_code_is_refused(releases):
    old, expanded = releases.release("SELECT 1"), releases.release("SELECT 1", EXPAND)
    contracted = releases.release("SELECT 1", EXPAND, (CONTRACT, 2))
    await releases.migrate(contracted)
    with pytest.raises(SchemaMismatchError) as refused:
        await releases.check(old)
    assert str(refused.value) == (
        "Das Datenbankschema kit (Stand 0003) verlangt ein Programm ab Stand 0002, dieses hat 0001:"
        " eine neuere Version starten."
    )
    await releases.check(expanded)
    await releases.check(contracted)


async def test_a_later_migration_does_not_lower_what_an_earlier_one_demands(releases):
    old = releases.release("SELECT 1")
    await releases.migrate(releases.release("SELECT 1", (EXPAND, 2), ("SELECT 1", 1)))
    with pytest.raises(SchemaMismatchError, match="ab Stand 0002"):
        await releases.check(old)


async def test_a_failed_contraction_demands_nothing(releases):
    old = releases.release("SELECT 1")
    await releases.migrate(old)
    with pytest.raises(Exception, match="does not exist"):
        await releases.migrate(releases.release("SELECT 1", ("ALTER TABLE kit.thing DROP COLUMN missing", 2)))
    await releases.check(old)


async def test_migrating_with_older_code_leaves_a_newer_schema_alone_or_refuses(releases):
    old = releases.release("SELECT 1")
    expanded = releases.release("SELECT 1", EXPAND)
    await releases.migrate(expanded)
    await releases.migrate(old)
    await releases.check(expanded)
    await releases.migrate(releases.release("SELECT 1", EXPAND, (CONTRACT, 2)))
    with pytest.raises(SchemaMismatchError, match="ab Stand 0002"):
        await releases.migrate(old)


async def test_two_migrations_at_once_wait_for_each_other(releases, kit_database):
    slow = "SELECT pg_sleep(0.7); CREATE TABLE kit.made_once (id int); INSERT INTO kit.made_once VALUES (1)"
    schema = releases.release(slow)
    started = time.monotonic()
    await asyncio.gather(*(releases.migrate(schema) for _ in range(3)))
    assert time.monotonic() - started >= 0.7
    async with kit_database.system.connect() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM kit.made_once"))).scalar_one() == 1


async def test_a_migration_is_waited_for_longer_than_for_any_other_lock(releases, monkeypatch):
    monkeypatch.setattr(database, "_LOCK_TIMEOUT_MS", 200)
    schema = releases.release("SELECT pg_sleep(1)")
    await asyncio.gather(releases.migrate(schema), releases.migrate(schema))


async def test_what_demands_newer_code_is_no_difference_of_the_tables(releases):
    before = await differences(releases.system_url, releases.metadata)
    await releases.migrate(releases.release(("SELECT 1", 1)))
    assert await differences(releases.system_url, releases.metadata) == before == []


async def test_older_code_reads_and_writes_while_the_schema_expands(releases, kit_database):
    """Connections and prepared statements of the old release live on over the migration."""
    await releases.migrate(releases.release("SELECT 1"))
    things = kit_database.metadata.tables["kit.thing"]
    done = asyncio.Event()
    written = []

    async def old_code():
        units = kit_database.factory().for_actor(Actor(mandant="dueren", sub="old"))
        while not done.is_set():
            async with units() as work:
                number = len(written)
                await work.session.execute(insert(things).values(mandant="dueren", id=number, name="x"))
                assert (await work.session.execute(things.select().where(things.c.id == number))).one().name == "x"
                await work.commit()
            written.append(number)

    running = asyncio.create_task(old_code())
    while len(written) < 20 and not running.done():
        await asyncio.sleep(0.01)
    more = "CREATE INDEX ON kit.thing (mandant, colour); CREATE TABLE kit.more (id int); SELECT pg_sleep(0.3)"
    await releases.migrate(releases.release("SELECT 1", f"{EXPAND}; {more}"))
    during = len(written)
    while len(written) < during + 20 and not running.done():
        await asyncio.sleep(0.01)
    done.set()
    await running


async def test_a_database_that_is_away_is_waited_for(releases, unused_tcp_port):
    schema = releases.release("SELECT 1")
    await releases.migrate(schema)
    host = releases.system_url.rsplit("@", 1)[1].rsplit("/", 1)[0]
    away = releases.system_url.replace(host, f"127.0.0.1:{unused_tcp_port}")
    waiting = asyncio.create_task(await_fitting_schema(away, schema))
    await asyncio.sleep(0.5)
    assert not waiting.done()
    server = await _forward(unused_tcp_port, host)
    try:
        await asyncio.wait_for(waiting, 60)
    finally:
        server.close()
        await server.wait_closed()


async def _forward(port, host):
    async def pump(reader, writer):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        writer.close()

    async def forward(reader, writer):
        address, number = host.split(":")
        far_reader, far_writer = await asyncio.open_connection(address, int(number))
        await asyncio.gather(pump(reader, far_writer), pump(far_reader, writer))

    return await asyncio.start_server(forward, "127.0.0.1", port)
