"""A scope is resolved anew when the directory or the day has changed, and only then."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from dms_kit.access.resolver import MOST_SCOPES, ScopeResolver
from dms_kit.core.access import Directory, Responsibility, Unit
from dms_kit.core.actor import Actor, Membership
from dms_kit.core.clock import BERLIN

OFFICE, BEFORE, TODAY = UUID(int=1), UUID(int=2), UUID(int=3)
OFFICIAL = Actor(mandant="dueren", sub="sachbearbeitung", memberships=(Membership("32", "sachbearbeitung"),))
DAY = datetime(2026, 11, 30, 12, tzinfo=BERLIN)


class Known:
    """What a service knows, as its tables would say it."""

    def __init__(self) -> None:
        self.directory = _directory(BEFORE)
        self.read = 0

    async def load(self, _mandant: str, known: Directory | None) -> Directory:
        if known is not None and known.state == self.directory.state:
            return known
        self.read += 1
        return Directory(self.directory.units, self.directory.responsibilities, self.directory.state)


class Day:
    def __init__(self) -> None:
        self.moment = DAY

    def now(self) -> datetime:
        return self.moment


def _directory(*rows: UUID) -> Directory:
    begun = date(2020, 1, 1)
    return Directory(
        units=(Unit(OFFICE, "32", None, begun, None),),
        responsibilities=tuple(Responsibility(row, OFFICE, begun, DAY.date() + timedelta(days=1)) for row in rows),
        state=(1, 1, len(rows), len(rows)),
    )


@pytest.fixture
def known() -> Known:
    return Known()


@pytest.fixture
def day() -> Day:
    return Day()


@pytest.fixture
def resolver(known, day) -> ScopeResolver:
    return ScopeResolver(known.load, day, ttl=0)


async def test_what_has_not_changed_is_neither_read_nor_resolved_again(resolver, known) -> None:
    first = await resolver.scope(OFFICIAL)
    assert await resolver.scope(OFFICIAL) is first
    assert known.read == 1


async def test_changed_directory_counts_at_once(resolver, known) -> None:
    assert set((await resolver.scope(OFFICIAL)).reach["schriftgut:read"]) == {BEFORE}
    known.directory = _directory(BEFORE, TODAY)
    assert set((await resolver.scope(OFFICIAL)).reach["schriftgut:read"]) == {BEFORE, TODAY}


async def test_change_that_leaves_all_versions_as_they_are_counts_once_it_is_read_again(known, day) -> None:
    patient, eager = (ScopeResolver(known.load, day, ttl=0, unread=unread) for unread in (3600.0, 0.0))
    for resolver in (patient, eager):
        assert set((await resolver.scope(OFFICIAL)).reach["schriftgut:read"]) == {BEFORE}
    known.directory = replace(_directory(TODAY), state=known.directory.state)
    assert set((await patient.scope(OFFICIAL)).reach["schriftgut:read"]) == {BEFORE}
    assert set((await eager.scope(OFFICIAL)).reach["schriftgut:read"]) == {TODAY}


async def test_reading_the_same_again_resolves_no_scope_anew(known, day) -> None:
    resolver = ScopeResolver(known.load, day, ttl=0, unread=0)
    first = await resolver.scope(OFFICIAL)
    assert await resolver.scope(OFFICIAL) is first
    assert known.read == 2


async def test_what_has_ended_is_in_no_scope_on_the_next_day(resolver, day) -> None:
    assert (await resolver.scope(OFFICIAL)).reach["schriftgut:read"]
    day.moment += timedelta(days=1)
    assert not (await resolver.scope(OFFICIAL)).reach.get("schriftgut:read")


async def test_only_those_who_came_last_are_kept(resolver) -> None:
    first = await resolver.scope(OFFICIAL)
    for number in range(MOST_SCOPES - 1):
        await resolver.scope(Actor(mandant="dueren", sub=f"sachbearbeitung-{number}"))
    assert await resolver.scope(OFFICIAL) is first
    for number in range(MOST_SCOPES):
        await resolver.scope(Actor(mandant="dueren", sub=f"sachbearbeitung-{number}"))
    assert await resolver.scope(OFFICIAL) is not first
