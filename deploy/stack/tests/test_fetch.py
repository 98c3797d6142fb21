"""Only what was pinned gets into the cache, whole or not at all."""

import re

import pytest

from dms_stack.fetch import pins
from dms_stack.fetch.apt import candidate, unpacked
from dms_stack.fetch.cache import Cache
from dms_stack.fetch.maven import _files
from dms_stack.fetch.pins import FOLDER, pins_text, read_pins, verify
from dms_stack.fetch.progress import find_program, run_with_bar
from dms_standalone.errors import OperatorError


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "a.jar").write_bytes(b"a")
    (folder / "b.jar").write_bytes(b"b")
    return folder


@pytest.fixture
def pinned(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(pins, "FOLDER", tmp_path)
    (tmp_path / "server.sha256").write_text(pins_text(folder.iterdir()))
    return read_pins("server")


def test_pinned_files_are_accepted(folder, pinned):
    verify(folder, pinned)
    assert pinned["a.jar"].size == 1


def test_changed_file_is_refused(folder, pinned):
    (folder / "a.jar").write_bytes(b"x")
    with pytest.raises(OperatorError, match=r"Prüfsumme stimmt nicht: a\.jar"):
        verify(folder, pinned)


def test_missing_file_is_refused(folder, pinned):
    (folder / "a.jar").unlink()
    with pytest.raises(OperatorError, match=r"fehlt.*a\.jar"):
        verify(folder, pinned)


def test_file_that_nobody_pinned_is_refused(folder, pinned):
    (folder / "c.jar").touch()
    with pytest.raises(OperatorError, match=r"mehr.*c\.jar"):
        verify(folder, pinned)


def test_entry_is_made_once(tmp_path):
    cache, calls = Cache(tmp_path / "cache"), []
    for _ in range(2):
        entry = cache.entry("thing-1", calls.append)
    assert entry == tmp_path / "cache/thing-1"
    assert len(calls) == 1


def test_entry_that_fails_is_not_there(tmp_path):
    cache = Cache(tmp_path / "cache")

    def fail(fresh):
        (fresh / "half").touch()
        raise OperatorError("no")

    with pytest.raises(OperatorError):
        cache.entry("thing-1", fail)
    assert not (tmp_path / "cache/thing-1").exists()
    assert list(cache.entry("thing-1", lambda fresh: None).iterdir()) == []


def test_cache_that_cannot_be_written_names_the_setting(tmp_path):
    (tmp_path / "cache").touch()
    with pytest.raises(OperatorError, match="DMS_STACK_CACHE"):
        Cache(tmp_path / "cache").entry("thing-1", lambda fresh: None)


def test_bar_counts_files_that_are_still_arriving(tmp_path):
    for name in ("a.jar.part", "b.jar.123.tmp", "c.jar", "a.jar.part.lock", "other.jar"):
        (tmp_path / name).touch()
    found = {file.name for file in _files(tmp_path, frozenset({"a.jar", "b.jar", "c.jar"}))}
    assert found == {"a.jar.part", "b.jar.123.tmp", "c.jar"}


def test_program_that_fails_names_its_log(tmp_path):
    with pytest.raises(OperatorError, match=re.escape(str(tmp_path / "log"))):
        run_with_bar(["/bin/sh", "-c", "echo no; exit 1"], label="x", total=1, done=lambda: 0, log=tmp_path / "log")
    assert (tmp_path / "log").read_text() == "no\n"


def test_missing_program_names_the_remedy():
    with pytest.raises(OperatorError, match="apt-get install maven"):
        find_program("no-such-program", "`apt-get install maven`")


@pytest.mark.parametrize("file", sorted(FOLDER.iterdir()), ids=lambda file: file.name)
def test_pins_name_hashes_and_no_address(file):
    text = file.read_text()
    assert "://" not in text
    if file.suffix == ".sha256":
        assert all(re.fullmatch(r"[0-9a-f]{64} \d+ \S+", line) for line in text.splitlines())
    if file.suffix == ".txt":
        assert "--hash=sha256:" in text


def test_every_version_of_the_code_is_pinned():
    # A version that was changed in one place only would be fetched for ever, or not at all.
    assert "kafka_2.13-4.3.1.jar" in read_pins("kafka")
    assert "opensearch-3.8.0.jar" in read_pins("opensearch")
    assert list(read_pins("keycloak")) == ["keycloak-quarkus-dist-26.7.5.zip"]


@pytest.mark.usefixtures("archive")
def test_package_is_unpacked_with_the_libraries_that_the_system_lacks(tmp_path):
    folder = unpacked(Cache(tmp_path / "cache"), "scanner", size=1)
    assert folder == tmp_path / "cache/scanner-1.4+deb1"
    assert sorted(file.name for file in (folder / "usr").iterdir()) == ["libscan1.deb", "scanner.deb"]
    assert [entry.name for entry in folder.iterdir()] == ["usr"]


@pytest.mark.usefixtures("archive")
def test_unknown_package_says_what_to_do():
    with pytest.raises(OperatorError, match="apt-get update"):
        candidate("nonsense")
