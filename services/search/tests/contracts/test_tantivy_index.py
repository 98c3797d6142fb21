"""tantivy keeps what a SearchIndex promises; and what holds for its folder alone."""

import asyncio
import importlib.util
import json
import os
import shutil
from pathlib import Path

import pytest

from dms_kit.core.errors import UnavailableError
from dms_search.adapters.tantivy_index import TantivyIndex

_SPEC = importlib.util.spec_from_file_location("search_index_contract", Path(__file__).with_name("search_index.py"))
assert _SPEC is not None
contract = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(contract)


@pytest.fixture
def now() -> list[float]:
    return [1000.0]


@pytest.fixture
async def empty_index(tmp_path, now):
    index = TantivyIndex(tmp_path / "index", monotonic=lambda: now[-1])
    yield index
    await index.close()


@pytest.fixture
async def index(empty_index):
    await empty_index.begin("erster")
    await empty_index.swap("erster")
    return empty_index


class TestTantivyIndex(contract.SearchIndexContract):
    async def test_another_process_sees_writes_and_swaps(self, index, tmp_path) -> None:
        reader = TantivyIndex(tmp_path / "index")
        await index.upsert([contract.eintrag("Wort")])
        assert (await self.find(reader, "wort")).anzahl == 1
        await index.begin("zweiter")
        await index.swap("zweiter")
        assert (await self.find(reader, "wort")).anzahl == 0
        await reader.close()

    async def test_a_second_writer_waits_for_the_first(self, index, tmp_path) -> None:
        second = TantivyIndex(tmp_path / "index")
        await index.upsert([contract.eintrag("Wort")])
        with pytest.raises(UnavailableError):
            await second.upsert([contract.eintrag("Wort")])
        await index.release()
        await second.upsert([contract.eintrag("Wort")])
        assert (await self.find(second, "wort")).anzahl == 2
        await second.close()

    async def test_the_process_that_writes_removes_what_another_one_asks_for(self, index, tmp_path) -> None:
        row = contract.eintrag("Wort")
        await index.upsert([row])
        other = TantivyIndex(tmp_path / "index")
        asking = asyncio.create_task(other.remove([row.schluessel]))
        while not list((tmp_path / "index").glob("streichen-*")):
            await asyncio.sleep(0.05)
        await index.tidy()
        await asking
        assert await other.versions("dueren") == {}
        assert not list((tmp_path / "index").glob("*streichen*"))
        await other.close()

    async def test_an_index_of_another_schema_does_not_answer(self, index, tmp_path) -> None:
        pointer = tmp_path / "index" / "aktuell.json"
        pointer.write_text(json.dumps({"lauf_id": "erster", "schema": 0}))
        assert (await index.state()).current is None
        with pytest.raises(UnavailableError):
            await index.ping()

    async def test_a_lost_index_is_noticed_and_a_new_one_takes_its_place(self, index, tmp_path) -> None:
        await index.upsert([contract.eintrag("Wort")])
        for folder in (tmp_path / "index").glob("erster*"):
            shutil.rmtree(folder)
        assert (await index.state()).current is None
        with pytest.raises(UnavailableError):
            await self.find(index, "wort")
        await index.begin("zweiter")
        await index.upsert([contract.eintrag("Wort")])
        await index.swap("zweiter")
        assert (await self.find(index, "wort")).anzahl == 1

    async def test_a_broken_index_is_noticed(self, index, tmp_path) -> None:
        for meta in (tmp_path / "index").glob("erster*/meta.json"):
            meta.write_text("{")
        assert (await index.state()).current is None

    async def test_old_folders_are_removed_when_no_cursor_can_need_them(self, index, tmp_path) -> None:
        await index.begin("zweiter")
        await index.swap("zweiter")
        await index.tidy()
        assert len(list((tmp_path / "index").glob("erster*"))) == 1
        os.utime(tmp_path / "index" / "aktuell.json", (0, 0))
        await index.tidy()
        assert list((tmp_path / "index").glob("erster*")) == []
        await index.upsert([contract.eintrag("Wort")])

    async def test_the_build_goes_on_after_a_restart(self, index, tmp_path) -> None:
        await index.begin("zweiter")
        await index.upsert([contract.eintrag("Wort")])
        await index.release()
        again = TantivyIndex(tmp_path / "index")
        await again.begin("zweiter")
        await again.upsert([contract.eintrag("Wort")])
        await again.swap("zweiter")
        assert (await self.find(again, "wort")).anzahl == 2
        await again.close()
