"""OpenSearch keeps what a SearchIndex promises; and what holds for a server alone."""

import asyncio
import importlib.util
from pathlib import Path
from uuid import uuid4

import pytest

from dms_kit.core.errors import StorageFullError, UnavailableError
from dms_search.adapters.opensearch_bulk import EintragRefusedError
from dms_search.adapters.opensearch_schema import SCHEMA_VERSION
from dms_search.domain.errors import CursorAbgelaufenError

_SPEC = importlib.util.spec_from_file_location("search_index_contract", Path(__file__).with_name("search_index.py"))
assert _SPEC is not None
contract = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(contract)

pytestmark = pytest.mark.real


@pytest.fixture
def now() -> list[float]:
    return [1000.0]


@pytest.fixture
def empty_index(connect):
    return connect()


@pytest.fixture
async def index(empty_index):
    await empty_index.begin("erster")
    await empty_index.swap("erster")
    return empty_index


class TestOpenSearchIndex(contract.SearchIndexContract):
    @pytest.mark.parametrize(
        ("inhalt", "q"),
        [
            ("Abwassergebührenbescheid", "Gebühr"),
            ("Abwassergebührenbescheid", "Abwasser Bescheid"),
            ("Straßenbauamt", "Amt"),
            ("die Verwaltungsgebühren", "Verwaltung"),
        ],
    )
    async def test_a_compound_is_found_by_its_parts(self, index, inhalt, q) -> None:
        await index.upsert([contract.eintrag(inhalt)])
        (treffer,) = (await self.find(index, q)).treffer
        assert f"<em>{inhalt.split()[-1]}</em>" in treffer.ausschnitt

    @pytest.mark.parametrize(("inhalt", "q"), [("Gebühr", "Abwassergebühr"), ("Kreisverwaltung", "Reis")])
    async def test_a_part_is_not_found_by_its_compound_nor_by_chance(self, index, inhalt, q) -> None:
        await index.upsert([contract.eintrag(inhalt)])
        assert (await self.find(index, q)).anzahl == 0

    async def test_any_process_writes_swaps_and_goes_on_with_a_cursor(self, index, connect) -> None:
        second = connect()
        rows = [contract.eintrag(f"Wort {number}") for number in range(6)]
        await asyncio.gather(*(writer.upsert(rows[start::2]) for start, writer in ((0, index), (1, second))))
        first = await self.find(index, "wort", limit=4)
        await second.begin("zweiter")
        await index.upsert([contract.eintrag("Wort")])
        rest = await self.find(second, "wort", position=first.next)
        assert {hit.id for hit in (*first.treffer, *rest.treffer)} == {row.id for row in rows}
        await second.swap("zweiter")
        assert (await self.find(index, "wort")).anzahl == 1

    async def test_what_is_refused_does_not_hold_up_the_rest(self, index) -> None:
        good, bad, old = contract.eintrag("gut"), contract.eintrag("schlecht", rang=999), uuid4()
        await index.upsert([contract.eintrag("neu", id=old, version=2)])
        with pytest.raises(EintragRefusedError):
            await index.upsert([contract.eintrag("alt", id=old, version=1), bad, good])
        assert await self.ids(index, "gut OR schlecht OR alt") == {good.id}

    async def test_a_full_disk_is_said_so_and_heals(self, index, server, prefix) -> None:
        block = {"index.blocks.read_only_allow_delete": True}
        await server.indices.put_settings(index=f"{prefix}-v{SCHEMA_VERSION}", body=block)
        with pytest.raises(StorageFullError):
            await index.upsert([contract.eintrag("Wort")])
        await server.indices.put_settings(index=f"{prefix}-v{SCHEMA_VERSION}", body=dict.fromkeys(block))
        await index.upsert([contract.eintrag("Wort")])
        assert (await self.find(index, "wort")).anzahl == 1

    async def test_a_deleted_index_is_noticed_and_a_new_one_takes_its_place(self, index, server, prefix) -> None:
        await index.upsert([contract.eintrag(f"Wort {number}") for number in range(3)])
        position = (await self.find(index, "wort", limit=1)).next
        await server.indices.delete(index=f"{prefix}-v{SCHEMA_VERSION}-erster")
        assert (await index.state()).current is None
        for act in (index.ping(), self.find(index, "wort"), index.upsert([contract.eintrag("Wort")])):
            with pytest.raises(UnavailableError):
                await act
        with pytest.raises(CursorAbgelaufenError):
            await self.find(index, "wort", position=position)
        await index.begin("zweiter")
        await index.upsert([contract.eintrag("Wort")])
        await index.swap("zweiter")
        assert (await self.find(index, "wort")).anzahl == 1

    async def test_an_index_that_nobody_began_is_not_gone_on_with(self, index, server, prefix) -> None:
        await server.indices.create(index=f"{prefix}-v{SCHEMA_VERSION}-zweiter")
        assert await index.begin("zweiter", resume=True) is False
        await index.begin("zweiter")
        assert (await index.state()).building == "zweiter"

    async def test_old_indexes_are_deleted_when_no_cursor_can_need_them(self, index, server, prefix, now) -> None:
        for foreign in (f"{prefix}-v0-alt", f"{prefix}-v{SCHEMA_VERSION + 1}-neuer", f"{prefix}-vertrag"):
            await server.indices.create(index=foreign)
        await index.begin("zweiter")
        await index.swap("zweiter")
        now.append(now[-1] + 599)
        await index.tidy()
        assert await server.indices.exists(index=f"{prefix}-v{SCHEMA_VERSION}-erster")
        now.append(now[-1] + 2)
        await index.tidy()
        left = set(await server.indices.get_alias(index=f"{prefix}-*"))
        assert left == {
            f"{prefix}-v{SCHEMA_VERSION}-zweiter",
            f"{prefix}-v{SCHEMA_VERSION + 1}-neuer",
            f"{prefix}-vertrag",
        }

    async def test_searches_of_one_state_share_a_snapshot(self, index, server) -> None:
        await index.upsert([contract.eintrag(f"Wort {number}") for number in range(3)])
        before = await open_snapshots(server)
        for _ in range(20):
            await self.find(index, "wort", limit=1)
        assert await open_snapshots(server) == before + 1
        await index.upsert([contract.eintrag("Wort")])
        await self.find(index, "wort")
        await index.upsert([contract.eintrag("Wort")])
        await self.find(index, "wort")
        assert await open_snapshots(server) == before + 2

    async def test_without_room_for_snapshots_the_oldest_cursors_end(self, index, server) -> None:
        await index.upsert([contract.eintrag(f"Wort {number}") for number in range(3)])
        positions = [(await self.find(index, "wort", limit=1)).next]
        limit = {"search.max_open_pit_context": await open_snapshots(server) + 1}
        await server.cluster.put_settings(body={"transient": limit})
        try:
            for _ in range(3):
                await index.upsert([contract.eintrag("Wort")])
                positions.append((await self.find(index, "wort", limit=1)).next)
        finally:
            await server.cluster.put_settings(body={"transient": dict.fromkeys(limit)})
        assert (await self.find(index, "wort", position=positions[-1])).anzahl == 6
        with pytest.raises(CursorAbgelaufenError):
            await self.find(index, "wort", position=positions[0])

    async def test_a_server_without_the_patterns_takes_nothing(self, connect) -> None:
        broken = connect(patterns_path="analysis/fehlt.xml")
        for act in (broken.ping(), broken.begin("erster"), broken.upsert([contract.eintrag("Wort")])):
            with pytest.raises(UnavailableError, match="Sprachanalyse"):
                await act


async def open_snapshots(server) -> int:
    return len((await server.get_all_pits())["pits"])
