"""The rules of the rights model over small hand-made organisations."""

from datetime import date
from uuid import UUID

import pytest

from dms_kit.access import ROLES
from dms_kit.core.access import AccessObject, Directory, Rank, Responsibility, Unit, holds, resolve_scope
from dms_kit.core.actor import Actor, Membership

START, TODAY, LATER = date(2020, 1, 1), date(2026, 6, 15), date(2026, 7, 1)
CITY, OFFICE, TEAM, OTHER = (UUID(int=number) for number in range(4))
OF_OFFICE, OF_TEAM, OF_OTHER = (UUID(int=number) for number in range(10, 13))

DIRECTORY = Directory(
    units=(
        Unit(CITY, "00", None, START),
        Unit(OFFICE, "32", CITY, START),
        Unit(TEAM, "32.1", OFFICE, START),
        Unit(OTHER, "50", CITY, START, LATER),
    ),
    responsibilities=(
        Responsibility(OF_OFFICE, OFFICE, START),
        Responsibility(OF_TEAM, TEAM, START),
        Responsibility(OF_OTHER, OTHER, START),
    ),
)


def member(role: str, unit: str) -> Actor:
    return Actor(mandant="dueren", sub="x", memberships=frozenset({Membership(unit, role)}))


def sees(actor: Actor, responsibility: UUID, rank: Rank = Rank.OFFEN, *, shielded: bool = False) -> bool:
    scope = resolve_scope(actor, DIRECTORY, ROLES, TODAY)
    return scope.permits("schriftgut:read", AccessObject("dueren", responsibility, rank, shielded))


def test_a_member_sees_its_unit_and_those_below_but_no_other() -> None:
    actor = member("sachbearbeitung", "32")
    assert sees(actor, OF_OFFICE)
    assert sees(actor, OF_TEAM)
    assert not sees(actor, OF_OTHER)


def test_a_member_of_a_lower_unit_does_not_see_the_one_above() -> None:
    assert not sees(member("sachbearbeitung", "32.1"), OF_OFFICE)


@pytest.mark.parametrize(
    ("role", "highest"),
    [("sachbearbeitung", Rank.NUR_FUER_DEN_DIENSTGEBRAUCH), ("leitung", Rank.VERTRAULICH)],
)
def test_a_role_sees_up_to_its_rank(role: str, highest: Rank) -> None:
    seen = [rank for rank in Rank if sees(member(role, "32"), OF_OFFICE, rank)]
    assert seen == [rank for rank in Rank if rank <= highest]


def test_shielded_objects_are_seen_by_no_membership() -> None:
    assert not sees(member("leitung", "32"), OF_OFFICE, shielded=True)


@pytest.mark.parametrize("role", ["poststelle", "aktenplan", "archiv", "revision", "datenschutz", "betrieb"])
def test_roles_without_content_see_none_even_at_the_top(role: str) -> None:
    assert not sees(member(role, "00"), OF_OFFICE)


def test_a_closed_unit_gives_nothing() -> None:
    scope = resolve_scope(member("leitung", "50"), DIRECTORY, ROLES, LATER)
    assert not scope.reach


def test_rights_across_units_hold_whichever_unit_the_path_names() -> None:
    assert holds(member("poststelle", "99"), "posteingang:assign", ROLES)
    assert not holds(member("sachbearbeitung", "32"), "posteingang:assign", ROLES)


def test_another_mandant_sees_nothing_with_the_same_unit_key() -> None:
    actor = Actor(mandant="nachbarstadt", sub="x", memberships=frozenset({Membership("32", "leitung")}))
    assert not sees(actor, OF_OFFICE)


def test_registratur_orders_what_every_unit_has_up_to_its_rank() -> None:
    scope = resolve_scope(member("registratur", "50"), DIRECTORY, ROLES, TODAY)
    for responsibility in (OF_OFFICE, OF_TEAM, OF_OTHER):
        allowed = [r for r in Rank if scope.permits("schriftgut:register", AccessObject("dueren", responsibility, r))]
        assert allowed == [Rank.OFFEN, Rank.NUR_FUER_DEN_DIENSTGEBRAUCH]
    assert not scope.permits("schriftgut:register", AccessObject("dueren", OF_OFFICE, Rank.OFFEN, shielded=True))
    assert not scope.permits("schriftgut:read", AccessObject("dueren", OF_OFFICE, Rank.OFFEN))


def test_what_is_new_is_made_for_units_in_reach() -> None:
    official = resolve_scope(member("sachbearbeitung", "32"), DIRECTORY, ROLES, TODAY)
    everywhere = resolve_scope(member("registratur", "32"), DIRECTORY, ROLES, TODAY)
    for unit, by_official in ((OFFICE, True), (TEAM, True), (CITY, False), (OTHER, False)):
        assert official.permits_in("schriftgut:register", unit, Rank.OFFEN) is by_official
        assert everywhere.permits_in("schriftgut:register", unit, Rank.OFFEN)
    assert not official.permits_in("schriftgut:register", OFFICE, Rank.VERTRAULICH)
    later = resolve_scope(member("registratur", "32"), DIRECTORY, ROLES, LATER)
    assert not later.permits_in("schriftgut:register", OTHER, Rank.OFFEN)
