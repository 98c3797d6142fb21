"""`python -m dms_standalone verify-store`: what is sound is silent, what is not is named, and what can be is mended."""

import asyncio
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from dms_search.adapters.tantivy_index import TantivyIndex
from dms_search.domain.indexeintrag import Indexeintrag, IndexeintragTyp
from tests.harness.client import Origin, an_antrag, eventually
from tests.harness.files import a_pdf, a_word
from tests.harness.server import ROOT, Server

pytestmark = pytest.mark.timeout(400)
OLD = time.time() - 3 * 24 * 3600


def verify(server: Server, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "dms_standalone", "verify-store", *arguments]
    environment = dict(server.environment())
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=200, check=False)


def test_without_an_installation_there_is_nothing_to_verify(own_server: Server) -> None:
    verified = verify(own_server)
    assert (verified.returncode, verified.stdout) == (2, "")


@dataclass
class Damage:
    """What a test did to the store and the index, with the lines that tell of it."""

    objects: Path
    index: Path

    def path(self, key: str) -> Path:
        mandant, service, name = key.split("/")
        return self.objects / mandant / service / name[-2:] / name

    def keys(self, service: str) -> list[str]:
        files = sorted(path for path in (self.objects / "dueren" / service).rglob("*") if path.is_file())
        return [f"dueren/{service}/{path.name}" for path in files]

    def to_the_store(self) -> dict[str, str]:
        """Exchange, cut and delete three objects, and leave an old one that nothing names."""
        changed, cut, gone = self.keys("records")[:3]
        for key, content in ((changed, None), (cut, b"x"), (gone, b"")):
            whole = self.path(key).read_bytes()
            # Another file under the name: ingest's object shares the old one.
            self.path(key).unlink()
            self.path(key).write_bytes(bytes([whole[0] ^ 1]) + whole[1:] if content is None else content)
        self.path(gone).unlink()
        orphan = f"dueren/ingest/{uuid4().hex[:8]}-0000-7000-8000-{uuid4().hex[:12]}"
        self.path(orphan).parent.mkdir(parents=True, exist_ok=True)
        self.path(orphan).write_bytes(b"nobody's")
        os.utime(self.path(orphan), (OLD, OLD))
        return {changed: "pruefsumme", cut: "groesse", gone: "fehlt", orphan: "verwaist"}

    def to_the_index(self) -> dict[str, str]:
        """Take an entry out, put one in that no row is behind, and give two others wrong versions."""
        return asyncio.run(self._to_the_index())

    async def _to_the_index(self) -> dict[str, str]:
        index = TantivyIndex(self.index)
        try:
            missing, ahead, behind = sorted(await index.versions("dueren"))[:3]
            ghost = an_entry("dokument", str(uuid4()), 1)
            await index.remove([missing, ahead, behind])
            entries = [an_entry(*key.split("/")[1:], version) for key, version in ((ahead, 99), (behind, 0))]
            await index.upsert([ghost, *entries])
        finally:
            await index.close()
        return {
            missing: "index-fehlt",
            ahead: "index-version",
            behind: "index-version",
            ghost.schluessel: "index-verwaist",
        }


def an_entry(typ: str, object_id: str, version: int) -> Indexeintrag:
    return Indexeintrag(
        mandant="dueren",
        typ=IndexeintragTyp(typ),
        id=UUID(object_id),
        version=version,
        akte_id=uuid4(),
        vorgang_id=None,
        aktenzeichen="",
        titel="Falsch",
        zustaendigkeit_id=uuid4(),
        rang=0,
        abgeschirmt=False,
        jahr=2026,
    )


def test_what_differs_is_named_and_mended(own_server: Server) -> None:
    own_server.start(ready_within=150)
    with Origin(own_server.url) as origin:
        for _ in range(2):
            antrag = origin.accepted(an_antrag(), [a_pdf(f"Beleg {a_word()}")])
            origin.wait_for(antrag["id"], "durchsuchbar", "zugewiesen")
    running = verify(own_server)
    assert (running.returncode, running.stdout) == (0, ""), running.stderr
    own_server.stop(40)
    at_rest = verify(own_server)
    assert (at_rest.returncode, at_rest.stdout) == (0, ""), at_rest.stderr

    damage = Damage(own_server.data / "objects", own_server.data / "index")
    whole = {key: damage.path(key).read_bytes() for key in damage.keys("records")}
    in_store, in_index = damage.to_the_store(), damage.to_the_index()
    expected = sorted(f"BEFUND {kind} {key}" for key, kind in {**in_store, **in_index}.items())
    found = verify(own_server)
    assert (found.returncode, sorted(found.stdout.splitlines())) == (1, expected), found.stderr

    mending = verify(own_server, "--repair")
    assert (mending.returncode, sorted(mending.stdout.splitlines())) == (1, expected), mending.stderr
    for key, content in whole.items():
        damage.path(key).unlink(missing_ok=True)
        damage.path(key).write_bytes(content)
    own_server.start(ready_within=150)
    sound = eventually(lambda: said if not (said := verify(own_server)).returncode else None, "sound", seconds=120)
    assert sound.stdout == ""
    assert not damage.path(next(key for key, kind in in_store.items() if kind == "verwaist")).exists()
