"""The virus scan of versions that are checked in."""

import pytest

from dms.records.v1.dokument_events_pb2 import DokumentChanged
from dms_records.use_cases.scan_dateien import scan_dateien

pytestmark = pytest.mark.usefixtures("demo")
CLEAN = b"Guten Tag"


@pytest.fixture
def extra_settings(clamd):
    return {"virus_scanner": "clamd", "clamd_address": clamd.address, "clamd_seconds": 0.5}


async def last_fact(rows):
    found = await rows("SELECT payload FROM records.outbox WHERE type LIKE '%.DokumentChanged' ORDER BY id")
    return DokumentChanged.FromString(found[-1].payload).dokument


async def test_new_version_waits_for_its_own_scan(client, ingest, container, rows, clamd):
    await ingest.submit(files=[("Nachweis.txt", "text/plain", CLEAN)])
    await scan_dateien(container.scanning)
    [vorgang] = (await client.get("vorgaenge")).json()["items"]
    dokument = (await client.get(f"vorgaenge/{vorgang['id']}/dokumente")).json()["items"][1]
    path, headers = f"dokumente/{dokument['id']}", {"If-Match": "*"}
    for content, pruefstatus, status in ((b"Auch gut", "sauber", 200), (b"x" + clamd.MARKER, "befallen", 409)):
        await client.request("POST", f"{path}/checkout", headers=headers)
        upload = {"datei": ("Nachweis.txt", content)}
        answer = await client.request("POST", f"{path}/checkin", headers=headers, files=upload)
        assert answer.json()["pruefstatus"] == "nicht_geprueft"
        assert (await last_fact(rows)).inhalt_gesperrt
        assert (await client.get(f"{path}/inhalt")).status_code == 409
        assert (await client.get(f"{path}/versionen/1/inhalt")).content == CLEAN
        assert await scan_dateien(container.scanning) == 1
        assert (await client.get(path)).json()["pruefstatus"] == pruefstatus
        assert (await client.get(f"{path}/inhalt")).status_code == status
        assert (await last_fact(rows)).pruefstatus == pruefstatus
