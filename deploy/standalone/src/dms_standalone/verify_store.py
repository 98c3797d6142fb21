"""`verify-store`: reads every object and compares database, object store and search index with one another."""

import asyncio
import os
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from dms_kit.fixity.verify import Finding, damaged_objects, orphaned_objects
from dms_kit.telemetry import configure_logging
from dms_standalone.data_folder import DataFolder
from dms_standalone.environment import services_environment
from dms_standalone.errors import OperatorError
from dms_standalone.housekeeping import REAPING
from dms_standalone.index_check import check_index
from dms_standalone.options import Options
from dms_standalone.os_user import unprivileged_user
from dms_standalone.postgres import PostgresServer, refuse_unreachable, running_superuser_url, wheel_binaries
from dms_standalone.provision import environment_of, service_urls
from dms_standalone.secrets import SecretFile
from dms_standalone.services import containers

SOUND, FINDINGS, EMPTY = 0, 1, 2
_SETTING_OF_ITS_OWN = "DMS_RECORDS_SYSTEM_DATABASE_URL"
_SAY_SECONDS = 2.0
_MIB = 1024 * 1024


def run(options: Options, *, repair: bool, grace: timedelta) -> int:
    """
    Verify, with the installation running or not; return 0 when all is sound, 1 with findings, 2 when there is nothing.

    What the environment says of the services' databases wins; else the embedded database is used, and started for this
    when it does not run.
    """
    configure_logging("verify-store", level="ERROR", stream=sys.stderr.buffer)
    if os.environ.get(_SETTING_OF_ITS_OWN):
        return asyncio.run(_verify(repair=repair, grace=grace))
    folder = DataFolder(options.data)
    if not folder.secrets.exists():
        _say(f"There is no installation in {folder.path} yet.")
        return EMPTY
    passwords = SecretFile(folder.secrets)
    with _database(options, folder, passwords) as superuser:
        urls = service_urls(superuser, passwords.password)
        settings = services_environment(options, url=options.url(options.port), urls=urls)
        with environment_of(settings):
            return asyncio.run(_verify(repair=repair, grace=grace))


class _Report:
    """Prints findings as they come, counts everything, and says now and then how far it is."""

    def __init__(self) -> None:
        self.findings = 0
        self.objects = 0
        self._bytes = 0
        self._said = 0.0

    def find(self, kind: str, key: str) -> None:
        self.findings += 1
        print(Finding(kind, key), flush=True)

    def read(self, service: str, objects: int, size: int) -> None:
        self.objects += objects
        self._bytes += size
        if time.monotonic() - self._said > _SAY_SECONDS:
            self._said = time.monotonic()
            self.summary(service)

    def summary(self, service: str) -> None:
        _say(f"{service}: {self.objects} objects, {self._bytes // _MIB} MiB read, findings: {self.findings}")


async def _verify(*, repair: bool, grace: timedelta) -> int:
    report = _Report()
    async with containers() as built:
        stored = 0
        for service in REAPING:
            stored += await _check_service(built, service, report, repair=repair, grace=grace)
        if report.objects or stored:
            await check_index(built, repair=repair, report=report.find, say=_say)
    if report.findings:
        return FINDINGS
    return SOUND if report.objects or stored else EMPTY


async def _check_service(
    built: Mapping[str, Any], service: str, report: _Report, *, repair: bool, grace: timedelta
) -> int:
    container, stored = built[service], 0

    def count(objects: int) -> None:
        nonlocal stored
        stored += objects

    store, named = container.store, container.scrubber.named
    reading = damaged_objects(store, named, progress=lambda objects, size: report.read(service, objects, size))
    async for finding in reading:
        report.find(finding.kind, finding.key)
    orphans = orphaned_objects(store, named, service, written_before=datetime.now(UTC) - grace, progress=count)
    async for finding in orphans:
        report.find(finding.kind, finding.key)
        if repair:
            await store.delete(finding.key)
    report.summary(service)
    return stored


@contextmanager
def _database(options: Options, folder: DataFolder, passwords: SecretFile) -> Iterator[str]:
    """Give the superuser's URL of the database that runs; one that is started for this is stopped afterwards."""
    if options.postgres_url is not None:
        yield options.postgres_url
        return
    password = passwords.password("postgres")
    with ExitStack() as stack:
        try:
            stack.enter_context(folder.locked())
        except OperatorError:
            url = running_superuser_url(folder.postgres, password)
        else:
            refuse_unreachable(unprivileged_user(), wheel_binaries(), folder.postgres)
            server = PostgresServer(folder.postgres, password)
            server.start()
            stack.callback(server.stop)
            url = server.superuser_url
        yield url


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
