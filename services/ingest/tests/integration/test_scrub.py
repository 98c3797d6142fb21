"""`python -m dms_ingest scrub` as an operator types it, on the files of Anträge."""

import asyncio
import subprocess
import sys

import pytest


@pytest.fixture
def scrub(service_urls, tmp_path):
    urls = service_urls("ingest")
    environment = {
        "PATH": "/usr/bin:/bin",
        "DMS_DATA": str(tmp_path),
        "DMS_INGEST_DATABASE_URL": urls.app,
        "DMS_INGEST_SYSTEM_DATABASE_URL": urls.system,
        "DMS_BUS_DATABASE_URL": urls.bus,
    }

    def run(*arguments):
        command = [sys.executable, "-m", "dms_ingest", "scrub", *arguments]
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)

    return lambda *arguments: asyncio.to_thread(run, *arguments)


async def test_scrub_says_what_is_damaged_and_ends_with_what_it_found(service, portal, scrub, tmp_path):
    empty = await scrub()
    assert (empty.returncode, empty.stdout) == (2, "")
    await portal.submit(None, ("a.txt", b"Anlage"), ("b.txt", b"noch eine"))
    await service.as_actor("portal-nachbarstadt").submit(None, ("c.txt", b"Anlage"))
    sound = await scrub()
    assert (sound.returncode, sound.stdout) == (0, "")
    assert "gelesen: 3, beschädigt: 0" in sound.stderr
    keys = await service.stored_keys()
    changed, missing = keys[:2]
    for key, content in ((changed, b"x"), (missing, None)):
        mandant, owner, name = key.split("/")
        path = tmp_path / "objects" / mandant / owner / name[-2:] / name
        path.unlink()
        if content is not None:
            path.write_bytes(content)
    found = await scrub()
    assert found.returncode == 1
    assert sorted(found.stdout.splitlines()) == sorted([f"BEFUND groesse {changed}", f"BEFUND fehlt {missing}"])
    # What is in quarantine stays a finding until it is released.
    again = await scrub("--sample", "1", "--rate", "100")
    assert (again.returncode, len(again.stdout.splitlines())) == (1, 2)
