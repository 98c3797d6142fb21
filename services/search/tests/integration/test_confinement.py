"""What a reader of foreign files may see: inside bubblewrap nothing but its own file, and it reads all the same."""

import importlib.util
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from dms_search.adapters.extraction_pool import ExtractionPool
from dms_search.adapters.extraction_sandbox import sandbox, visible

_SPEC = importlib.util.spec_from_file_location("extraction_files", Path(__file__).with_name("conftest.py"))
assert _SPEC is not None
made = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(made)

MAKEFILE = Path(__file__).parents[4] / "Makefile"
FILES = [
    (made.a_pdf("Kleiner Fluss"), "application/pdf", "Kleiner Fluss"),
    (made.a_docx("Erster Absatz"), made.DOCX, "Erster Absatz"),
    (made.an_odt("Erster Absatz"), made.ODT, "Erster Absatz"),
    (b"<p>Ein <b>Wort</b></p>", "text/html", "Wort"),
]


@pytest.fixture(scope="module")
def walls():
    if shutil.which("bwrap") is None:
        pytest.skip("bubblewrap is not installed (apt-get install bubblewrap)")
    command = sandbox()
    if not command:
        pytest.skip("bubblewrap is installed, but may not run here: the kernel or a container forbids it")
    return command


def inside(walls, folder, code):
    """Run Python behind the walls of a worker; return what it prints."""
    command = [*walls, *visible(folder), sys.executable, "-c", code]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout.strip()


@pytest.mark.parametrize(("data", "mime_type", "word"), FILES)
async def test_files_are_read_inside_bubblewrap(walls, reading, data, mime_type, word):
    volltext = await reading.read(data, mime_type)
    assert reading.pool.confinement == "bubblewrap"
    assert (volltext.grund, word in volltext.text) == ("", True)


@pytest.mark.parametrize(("data", "mime_type", "word"), FILES)
async def test_files_are_read_where_there_is_no_bubblewrap(monkeypatch, reading, data, mime_type, word):
    monkeypatch.setenv("PATH", "/nowhere")
    volltext = await reading.read(data, mime_type)
    assert reading.pool.confinement == "rlimits"
    assert (volltext.grund, word in volltext.text) == ("", True)


def test_nothing_answers_inside(walls, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        ask = f"import socket; print(socket.socket().connect_ex(('127.0.0.1', {port})) != 0)"
        assert inside(walls, tmp_path, ask) == "True"
        outside = subprocess.run([sys.executable, "-c", ask], check=True, capture_output=True, text=True)
        assert outside.stdout.strip() == "False"


def test_no_file_but_its_own_is_there_and_none_can_be_written(walls, tmp_path):
    own, foreign = tmp_path / "own", tmp_path / "foreign"
    for folder in (own, foreign):
        folder.mkdir()
        (folder / "file").write_text("x")
    code = f"""
from pathlib import Path
hidden = ["/etc/passwd", "/root/.bashrc", "/home", "/var", "/srv", "/run", {str(foreign)!r}, {str(MAKEFILE)!r}]
print([path for path in hidden if Path(path).exists()])
print(Path({str(own / "file")!r}).read_text())
for path in ({str(own / "new")!r}, {str(own / "file")!r}, "/new", "/usr/new", {sys.prefix + "/new"!r}):
    try:
        Path(path).write_text("y")
        print("written", path)
    except OSError:
        pass
"""
    assert inside(walls, own, code) == "[]\nx"


def test_no_process_of_others_is_seen_inside(walls, tmp_path):
    listed = "from pathlib import Path; print(len([p for p in Path('/proc').iterdir() if p.name.isdecimal()]))"
    assert int(inside(walls, tmp_path, listed)) <= 2


async def test_a_folder_may_be_named_from_where_the_process_is(walls, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    store = made.BytesStore()
    pool = ExtractionPool(store, Path("extraction"), workers=1)
    try:
        assert (await made.Reading(pool, store).read(b"Wort", "text/plain")).text == "Wort"
    finally:
        await pool.close()


def namespaces_of(pid):
    return {kind: Path(f"/proc/{pid}/ns/{kind}").readlink() for kind in ("net", "pid", "mnt", "ipc")}


def files_seen_by(pid, folder):
    root = Path(f"/proc/{pid}/root")
    assert not (root / "etc/passwd").exists()
    return {path.name for path in (root / folder.relative_to("/")).iterdir()}


async def test_a_running_reader_is_behind_the_walls_and_sees_its_folder_alone(walls, tmp_path):
    pool = ExtractionPool(made.BytesStore(), tmp_path / "extraction", workers=2)
    try:
        await pool.warm()
        assert len(pool._alive) == 2
        for worker in pool._alive:
            reader = psutil.Process(worker._process.pid).children(recursive=True)[-1].pid
            assert namespaces_of(reader).items().isdisjoint(namespaces_of("self").items())
            assert files_seen_by(reader, pool._folder) == {worker._folder.name}
    finally:
        await pool.close()
