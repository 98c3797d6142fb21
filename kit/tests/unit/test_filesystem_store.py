import asyncio
import errno
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dms_kit.adapters.filesystem_store import FilesystemStore
from dms_kit.core.errors import StorageFullError, UnavailableError
from dms_kit.testing.contracts.object_store import content, keys, stream


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[FilesystemStore]:
    store = FilesystemStore(tmp_path / "objects")
    yield store
    await store.close()


def files_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


async def test_object_is_one_plain_file(store, tmp_path: Path):
    stored = await store.put("dueren", "ingest", stream(b"abc"))
    (path,) = files_below(tmp_path)
    name = stored.key.rsplit("/", 1)[1]
    assert path == tmp_path / "objects" / "dueren" / "ingest" / name[-2:] / name
    assert path.read_bytes() == b"abc"
    assert path.stat().st_mode & 0o777 == 0o440


async def test_data_and_names_are_synced_before_the_answer(store, monkeypatch):
    synced: list[str] = []
    real = os.fsync

    def fsync(descriptor: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    stored = await store.put("dueren", "ingest", stream(b"abc"))
    name = stored.key.rsplit("/", 1)[1]
    folders = [f"objects/dueren/ingest/{name[-2:]}", "objects/dueren/ingest", "objects/dueren", "objects"]
    assert all(any(path.endswith(folder) for path in synced) for folder in folders)
    # The data first, its name last.
    assert synced[-2].endswith(f"{name}.part")
    assert synced[-1].endswith(folders[0])
    synced.clear()
    copied = await store.copy(stored.key, "dueren", "records")
    assert synced[-1].endswith(f"records/{copied[-2:]}")


@pytest.mark.parametrize(
    ("number", "expected"),
    [(errno.ENOSPC, StorageFullError), (errno.EDQUOT, StorageFullError), (errno.EIO, UnavailableError)],
)
async def test_failing_volume_is_told_apart_and_leaves_nothing(store, tmp_path, monkeypatch, number, expected):
    def write(*_args: object) -> int:
        raise OSError(number, "no")

    with monkeypatch.context() as broken:
        broken.setattr(os, "write", write)
        with pytest.raises(expected):
            await store.put("dueren", "ingest", stream(b"abc"))
        with pytest.raises(expected):
            await store.put("dueren", "ingest", stream(bytes(3 * 1024 * 1024)))
    assert files_below(tmp_path) == []


async def test_failing_sync_of_the_name_takes_the_object_back(store, tmp_path, monkeypatch):
    await store.put("dueren", "ingest", stream(b"abc"))
    before = files_below(tmp_path)
    real = os.fsync

    def fsync(descriptor: int) -> None:
        if len(Path(f"/proc/self/fd/{descriptor}").readlink().name) == 2:
            raise OSError(errno.EIO, "no")
        real(descriptor)

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", fsync)
        with pytest.raises(UnavailableError):
            await store.put("dueren", "ingest", stream(b"abc"))
    assert files_below(tmp_path) == before


async def test_part_left_by_a_crash_is_listed_and_can_be_deleted(store, tmp_path: Path):
    stored = await store.put("dueren", "ingest", stream(b"abc"))
    (path,) = files_below(tmp_path)
    path.rename(path.with_name(path.name + ".part"))
    assert await keys(store, "dueren", "ingest") == {stored.key}
    await store.delete(stored.key)
    assert files_below(tmp_path) == []


async def test_copy_of_an_old_object_is_young(store, tmp_path: Path):
    stored = await store.put("dueren", "ingest", stream(b"x"))
    (file,) = files_below(tmp_path)
    os.utime(file, (0, 0))
    assert (await store.stat(stored.key)).modified.year == 1970
    copy = await store.copy(stored.key, "dueren", "records")
    assert datetime.now(UTC) - (await store.stat(copy)).modified < timedelta(minutes=1)


async def test_strange_files_are_not_listed(store, tmp_path: Path):
    stored = await store.put("dueren", "ingest", stream(b"abc"))
    (path,) = files_below(tmp_path)
    path.with_name("README").write_text("x")
    assert await keys(store, None, "ingest") == {stored.key}


async def test_abandoned_reading_closes_the_file(store):
    stored = await store.put("dueren", "ingest", stream(bytes(3 * 1024 * 1024)))
    before = open_files()
    for _time in range(20):
        reading = store.read(stored.key)
        await anext(reading)
        await reading.aclose()
    await content(store, stored.key)
    await asyncio.sleep(0.05)
    assert open_files() <= before + 1


async def test_ping_fails_where_nothing_can_be_written(tmp_path: Path):
    blocked = tmp_path / "file"
    blocked.write_text("x")
    store = FilesystemStore(blocked / "objects")
    with pytest.raises(UnavailableError):
        await store.ping()
    await store.close()


async def test_full_volume_fails_the_ping(store, monkeypatch):
    def write_bytes(*_args: object) -> int:
        raise OSError(errno.ENOSPC, "no")

    monkeypatch.setattr(Path, "write_bytes", write_bytes)
    with pytest.raises(UnavailableError):
        await store.ping()
