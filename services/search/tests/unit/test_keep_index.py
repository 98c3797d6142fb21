"""A run goes on from wherever it was left."""

from contextlib import asynccontextmanager
from dataclasses import replace
from uuid import uuid4

import pytest

from dms_kit.testing.clock import ManualClock
from dms_search.domain.events import RepublishRequested
from dms_search.domain.indexlauf import Indexlauf, IndexlaufStatus
from dms_search.use_cases.keep_index import keep_index
from dms_search.use_cases.ports import IndexKeeping, IndexState

WARTET, LAEUFT, FERTIG, GESCHEITERT = IndexlaufStatus


class Index:
    """Remembers folders by run."""

    def __init__(self) -> None:
        self.folders: set[str] = set()
        self.current: str | None = None
        self.tidied = 0

    async def state(self) -> IndexState:
        return IndexState(self.current, None)

    async def begin(self, lauf_id: str, *, resume: bool = False) -> bool:
        if resume and lauf_id not in self.folders and lauf_id != self.current:
            return False
        self.folders.add(lauf_id)
        return True

    async def swap(self, lauf_id: str) -> None:
        self.current = lauf_id

    async def tidy(self) -> None:
        self.tidied += 1


class Runs:
    """The table of runs, and units of work over it."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, object], Indexlauf] = {}
        self.asked: list[tuple[str, object]] = []
        self.crash_after: int | None = None

    async def unfinished(self):
        return sorted((row for row in self.rows.values() if row.is_open), key=lambda row: row.id)

    def of(self, mandant):
        @asynccontextmanager
        async def unit_of_work():
            yield _Unit(self, mandant)

        return unit_of_work


class _Unit:
    def __init__(self, runs: Runs, mandant: str) -> None:
        self._runs, self._mandant = runs, mandant
        self.indexlaeufe = self

    async def lock(self, lauf_id):
        return self._runs.rows.get((self._mandant, lauf_id))

    async def oldest_open(self):
        rows = [row for row in await self._runs.unfinished() if row.mandant == self._mandant]
        return rows[0] if rows else None

    def add(self, lauf):
        self._runs.rows[(lauf.mandant, lauf.id)] = lauf

    def record(self, event):
        assert isinstance(event, RepublishRequested)
        self._runs.asked.append((self._mandant, event.lauf_id))

    def audit(self, *_):
        pass

    async def commit(self, answer=None):
        if self._runs.crash_after is not None:
            self._runs.crash_after -= 1
            if self._runs.crash_after < 0:
                raise ConnectionError


@pytest.fixture
def runs() -> Runs:
    return Runs()


@pytest.fixture
def index() -> Index:
    return Index()


@pytest.fixture
def keeping(runs, index) -> IndexKeeping:
    return IndexKeeping(mandanten=["a", "b"], index=index, laeufe=runs, units=runs.of, clock=ManualClock())


def complete(runs, mandant) -> None:
    for row in runs.rows.values():
        if row.mandant == mandant and row.is_open:
            row.expect(2)
            row.count(2)


async def test_without_an_index_a_run_begins_and_every_mandant_is_asked_once(keeping, runs, index) -> None:
    for _ in range(5):
        assert await keep_index(keeping)
    assert sorted(mandant for mandant, _ in runs.asked) == ["a", "b"]
    assert len(index.folders) == 1
    assert index.current is None


async def test_the_swap_waits_for_every_mandant(keeping, runs, index) -> None:
    for _ in range(3):
        await keep_index(keeping)
    complete(runs, "a")
    await keep_index(keeping)
    assert index.current is None
    complete(runs, "b")
    await keep_index(keeping)
    assert index.current == str(runs.asked[0][1])
    assert {row.status for row in runs.rows.values()} == {FERTIG}
    assert not await keep_index(keeping)
    assert index.tidied == 1


async def test_no_swap_before_records_has_counted(keeping, runs, index) -> None:
    for _ in range(3):
        await keep_index(keeping)
    for row in runs.rows.values():
        row.count(100)
    await keep_index(keeping)
    assert index.current is None


async def test_with_an_index_nothing_begins_by_itself(keeping, runs, index) -> None:
    index.current = "old"
    assert not await keep_index(keeping)
    assert runs.rows == {}


async def test_an_ordered_run_begins_beside_the_index_that_answers(keeping, runs, index) -> None:
    index.current = "old"
    ordered = Indexlauf(mandant="b", id=uuid4(), status=WARTET, angefordert_am=keeping.clock.now())
    runs.rows[("b", ordered.id)] = ordered
    assert await keep_index(keeping)
    assert (ordered.status, index.current) == (LAEUFT, "old")
    assert sorted(runs.asked) == sorted([("a", ordered.id), ("b", ordered.id)])


async def test_a_run_whose_folder_is_gone_fails_and_another_one_is_ordered(keeping, runs, index) -> None:
    for _ in range(3):
        await keep_index(keeping)
    index.folders.clear()
    await keep_index(keeping)
    assert sorted(row.status for row in runs.rows.values()) == [GESCHEITERT, GESCHEITERT, WARTET]
    await keep_index(keeping)
    assert len(runs.asked) == 4


async def test_a_crash_between_swap_and_end_is_mended(keeping, runs, index) -> None:
    for _ in range(3):
        await keep_index(keeping)
    complete(runs, "a")
    complete(runs, "b")
    index.current = str(runs.asked[0][1])
    index.folders.clear()
    await keep_index(keeping)
    assert {row.status for row in runs.rows.values()} == {FERTIG}
    assert index.current == str(runs.asked[0][1])


async def test_facts_after_the_end_count_for_nothing(keeping) -> None:
    lauf = Indexlauf(mandant="a", id=uuid4(), status=FERTIG, angefordert_am=keeping.clock.now(), anzahl=3, erwartet=3)
    lauf.count(5)
    lauf.expect(9)
    assert (lauf.anzahl, lauf.erwartet) == (3, 3)


async def test_two_processes_that_find_no_index_order_one_run(keeping, runs) -> None:
    late = replace(keeping, laeufe=Runs())
    await keep_index(keeping)
    await keep_index(late)
    assert len(runs.rows) == 1
