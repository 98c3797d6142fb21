"""One embedded PostgreSQL for the whole run, and each service's migrated database, empty at the start of each test."""

import asyncio
import importlib.util
import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Coroutine, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import asyncpg
import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling, Scheduling

from dms_standalone import provision
from dms_standalone.os_user import unprivileged_user
from dms_standalone.postgres import PostgresServer, wheel_binaries
from dms_standalone.provision import ServiceUrls

_ResultT = TypeVar("_ResultT")
# What lies here waits for the one server of the session, but for what starts its own.
_OF_SERVER = ("tests/api/", "tests/e2e/")
_OF_OWN = ("tests/e2e/test_reorganisation.py", "tests/e2e/test_verify_store.py")
# Nothing that a test stores has to outlive a power cut.
_FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "max_wal_size": "1GB",
    # A password that everybody knows need not be slow to guess: each of the many connections would pay for it.
    "scram_iterations": "1",
}
_TABLES = """
SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
WHERE schemaname = ANY($1) AND tablename NOT LIKE 'alembic%'
"""
_USED_SEQUENCES = """
SELECT format('ALTER SEQUENCE %I.%I RESTART', schemaname, sequencename) FROM pg_sequences
WHERE schemaname = ANY($1) AND last_value IS NOT NULL
"""


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    folder = Path(tempfile.mkdtemp(prefix="registratur-test-"))
    folder.chmod(0o711)
    server = PostgresServer(folder / "postgres", "test", binaries=_binaries(folder), settings=_FAST)
    server.start()
    _apart(_set_password(server.superuser_url))
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def provisioned_urls(postgres_server: PostgresServer) -> Mapping[str, ServiceUrls]:
    async def set_up() -> Mapping[str, ServiceUrls]:
        urls = await provision.provision(postgres_server.superuser_url, lambda _role: "test")
        await provision.migrate_bus(urls)
        return urls

    return _apart(set_up())


@pytest.fixture(scope="session")
def migrated_urls(provisioned_urls: Mapping[str, ServiceUrls]) -> Callable[[str], ServiceUrls]:
    """Return a service's URLs; its migrations have run once (a service without code has an empty schema)."""
    migrated: set[str] = set()

    def urls_of(service: str) -> ServiceUrls:
        if service not in migrated and _has_migrations(service):
            with provision.environment_of(provision.environment(provisioned_urls)), ThreadPoolExecutor(1) as apart:
                apart.submit(provision.migrate, service).result()
        migrated.add(service)
        return provisioned_urls[service]

    return urls_of


@pytest.fixture
def service_urls(migrated_urls: Callable[[str], ServiceUrls]) -> Callable[[str], ServiceUrls]:
    """Return what gives a service's URLs; its first call in a test empties that service's tables (and the bus)."""
    emptied: set[str] = set()

    def urls_of(service: str) -> ServiceUrls:
        urls = migrated_urls(service)
        schemas = {service, "bus"} - emptied
        if schemas:
            _apart(_empty(urls.superuser, schemas))
        emptied.update(schemas)
        return urls

    return urls_of


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        row = _row(item)
        if row is not None:
            item.user_properties.append(("port", row))
    # What waits for servers takes longest and comes first, so that no worker is left alone with it in the end.
    items.sort(key=lambda item: (not _uses_server(item.nodeid), not item.nodeid.startswith("tests/")))


def _uses_server(nodeid: str) -> bool:
    return nodeid.startswith(_OF_SERVER) and not nodeid.startswith(_OF_OWN)


class _Scheduling(LoadScopeScheduling):
    """Has one worker run as a whole: a file, and all that share the server of the session."""

    def _split_scope(self, nodeid: str) -> str:
        return "server" if _uses_server(nodeid) else nodeid.partition("::")[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling:
    return _Scheduling(config, log)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say for each port which of its adapters were put to the test."""
    rows: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for outcome in ("passed", "failed", "error", "skipped", "xfailed"):
        for report in terminalreporter.stats.get(outcome, ()):
            for name, row in getattr(report, "user_properties", ()):
                if name == "port":
                    rows[row][outcome] += 1
    if not rows:
        return
    terminalreporter.section("ports and adapters")
    for (port, adapter), counts in sorted(rows.items()):
        said = ", ".join(f"{count} {outcome}" for outcome, count in counts.items())
        terminalreporter.line(f"{port:<16} {adapter:<24} {said}")


def _row(item: pytest.Item) -> tuple[str, str] | None:
    """Return port and adapter: of the marker, or of a contract suite and the class that binds it."""
    if marker := item.get_closest_marker("port"):
        return marker.args[0], marker.args[1]
    suite = getattr(item, "cls", None)
    for base in suite.__mro__[1:] if suite else ():
        if base.__name__.endswith("Contract"):
            return base.__name__.removesuffix("Contract"), suite.__name__.removeprefix("Test")
    return None


def _has_migrations(service: str) -> bool:
    return bool(importlib.util.find_spec(f"dms_{service}") and importlib.util.find_spec(f"dms_{service}.main"))


async def _set_password(superuser_url: str) -> None:
    """Write the password of the superuser anew, which initdb wrote without our settings."""
    connection = await asyncpg.connect(superuser_url.replace("+asyncpg", ""))
    try:
        await connection.execute("ALTER ROLE postgres PASSWORD 'test'")
    finally:
        await connection.close()


async def _empty(superuser_url: str, schemas: set[str]) -> None:
    connection = await asyncpg.connect(superuser_url.replace("+asyncpg", ""))
    try:
        # Without triggers and foreign keys, and only where something is: truncating all tables takes far longer.
        await connection.execute("SET lock_timeout = '10s'; SET session_replication_role = replica")
        tables = [row[0] for row in await connection.fetch(_TABLES, list(schemas))]
        filled = " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table in tables)
        emptying = [f"DELETE FROM {row[0]}" for row in (await connection.fetch(filled) if filled else ())]
        emptying += [row[0] for row in await connection.fetch(_USED_SEQUENCES, list(schemas))]
        if emptying:
            await connection.execute("; ".join(emptying))
    finally:
        await connection.close()


def _apart(work: Coroutine[None, None, _ResultT]) -> _ResultT:
    """Run a coroutine in a thread with a loop of its own: a fixture may be called while the test's loop runs."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


def _binaries(folder: Path) -> Path:
    """Return the server's binaries, copied when the user that it runs as cannot reach the environment's."""
    user, binaries = unprivileged_user(), wheel_binaries()
    if user is None or (
        user.can_use(binaries / "postgres") is None and user.can_use(binaries.parent / "share") is None
    ):
        return binaries
    copy = folder / "pginstall"
    shutil.copytree(binaries.parent, copy)
    for path in (copy, *copy.rglob("*")):
        path.chmod(path.stat().st_mode | (0o055 if path.is_dir() or path.parent.name == "bin" else 0o044))
    return copy / "bin"
