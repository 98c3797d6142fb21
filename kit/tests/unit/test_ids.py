"""Identifiers are UUIDv7 and sort by time."""

import time

from dms_kit.core.ids import new_id


def test_an_id_is_a_version_7_uuid_of_the_present() -> None:
    before = time.time_ns() // 1_000_000
    made = new_id()
    after = time.time_ns() // 1_000_000
    assert made.version == 7
    assert made.variant == "specified in RFC 4122"
    assert before <= made.int >> 80 <= after


def test_later_ids_sort_later() -> None:
    first = new_id()
    time.sleep(0.001)
    assert first < new_id()


def test_ids_do_not_repeat() -> None:
    assert len({new_id() for _ in range(10_000)}) == 10_000
