"""The parts of the scrubber that need no database."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from dms_kit.fixity.runs import Prueflauf
from dms_kit.fixity.throttle import Throttle

MOMENT = datetime(2026, 3, 2, tzinfo=UTC)


def run_with(share: float, lauf_id: UUID | None = None) -> Prueflauf:
    return Prueflauf(
        mandant="dueren",
        id=lauf_id or uuid4(),
        version=1,
        art="stichprobe",
        status="laeuft",
        anteil=share,
        begonnen_am=MOMENT,
        erwartet=0,
    )


KEYS = [f"dueren/records/{uuid4()}" for _ in range(5000)]


def test_a_sample_reads_its_share_and_the_same_objects_after_a_restart() -> None:
    lauf = run_with(0.1)
    chosen = {key for key in KEYS if lauf.reads(key)}
    assert 350 < len(chosen) < 650
    assert chosen == {key for key in KEYS if run_with(0.1, lauf.id).reads(key)}


def test_each_sample_reads_other_objects() -> None:
    first, second = ({key for key in KEYS if lauf.reads(key)} for lauf in (run_with(0.1), run_with(0.1)))
    assert len(first & second) < 150


def test_a_full_run_reads_everything() -> None:
    assert all(run_with(1.0).reads(key) for key in KEYS)


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.mark.parametrize("pause", [0.0, 3.0])
async def test_reading_keeps_to_the_rate_and_saves_no_unused_time(pause: float) -> None:
    clock = Clock()
    throttle = Throttle(1000.0, monotonic=clock.monotonic, sleep=clock.sleep)
    await throttle.take(500)
    clock.now += pause
    started = clock.now
    for _ in range(10):
        await throttle.take(500)
    assert clock.now - started == pytest.approx(5.0)


async def test_no_rate_is_no_wait() -> None:
    clock = Clock()
    await Throttle(0.0, monotonic=clock.monotonic, sleep=clock.sleep).take(10**12)
    assert clock.now == 100.0
