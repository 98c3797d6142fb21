"""
Rights as one pure model: memberships and dated responsibilities make an `AccessScope`.

The compilers in `dms_kit.access` translate a scope into SQL and into a tantivy query; `permits` is their reference.
Source: the rights model of the product (order of the decision, ranks of confidentiality).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from functools import cached_property
from uuid import UUID

from dms_kit.core.actor import Actor


class Rank(IntEnum):
    """Confidentiality by rank (the xdomea codes are not in order)."""

    OFFEN = 0
    NUR_FUER_DEN_DIENSTGEBRAUCH = 1
    VERTRAULICH = 2
    GEHEIM = 3
    STRENG_GEHEIM = 4


@dataclass(frozen=True)
class Role:
    """
    What one role may do: in its unit and below up to a rank, and across all units.

    `everywhere_rights` hold for the objects of every unit up to the rank, `global_rights` are not about objects.
    """

    rank: Rank = Rank.OFFEN
    unit_rights: frozenset[str] = frozenset()
    everywhere_rights: frozenset[str] = frozenset()
    global_rights: frozenset[str] = frozenset()

    @property
    def rights(self) -> frozenset[str]:
        """Return every right, wherever it holds."""
        return self.unit_rights | self.everywhere_rights | self.global_rights


RoleTable = Mapping[str, Role]


@dataclass(frozen=True)
class Unit:
    """A unit of the organisation with its validity (`valid_to` is the first day it no longer exists)."""

    id: UUID
    key: str
    parent_id: UUID | None
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True)
class Responsibility:
    """A dated row that says which unit is responsible for what points to it."""

    id: UUID
    unit_id: UUID
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True)
class Directory:
    """The units and responsibilities of one Mandant, as a service knows them; `state` differs when any of them does."""

    units: tuple[Unit, ...] = ()
    responsibilities: tuple[Responsibility, ...] = ()
    state: tuple[int, ...] = ()

    def unit_keys(self) -> Mapping[UUID, str]:
        """Return responsibility id → key of its unit, to resolve the responsible office when reading."""
        return self._unit_keys

    def unit_of(self, responsibility_id: UUID) -> UUID | None:
        """Return the id of the unit of a responsibility."""
        return next((row.unit_id for row in self.responsibilities if row.id == responsibility_id), None)

    def responsibilities_of(self, unit_keys: Iterable[str]) -> frozenset[UUID]:
        """Return the ids of the responsibilities of exactly these units (no descendants)."""
        wanted = set(unit_keys)
        return frozenset(row for row, key in self.unit_keys().items() if key in wanted)

    @cached_property
    def _unit_keys(self) -> dict[UUID, str]:
        # Each page asks for it, and there may be thousands of responsibilities.
        keys = {unit.id: unit.key for unit in self.units}
        return {row.id: keys[row.unit_id] for row in self.responsibilities if row.unit_id in keys}


@dataclass(frozen=True)
class AccessObject:
    """What a decision needs to know of one object."""

    mandant: str
    responsibility_id: UUID
    rank: Rank
    shielded: bool = False


@dataclass(frozen=True)
class AccessScope:
    """
    All that one actor may do, resolved at one moment.

    `reach` maps a right to {responsibility id: highest rank}, `unit_reach` to {unit id: highest rank} for what has no
    responsibility yet; `global_rights` hold across all units.
    """

    mandant: str
    reach: Mapping[str, Mapping[UUID, Rank]] = field(default_factory=dict)
    unit_reach: Mapping[str, Mapping[UUID, Rank]] = field(default_factory=dict)
    global_rights: frozenset[str] = frozenset()

    def permits(self, right: str, target: AccessObject) -> bool:
        """Decide over one object; the reference for every compiler."""
        if target.mandant != self.mandant or target.shielded:
            return False
        rank = self.reach.get(right, {}).get(target.responsibility_id)
        return rank is not None and target.rank <= rank

    def permits_in(self, right: str, unit_id: UUID, rank: Rank) -> bool:
        """Decide over what is to be made for a unit, which may have no responsibility for it yet."""
        highest = self.unit_reach.get(right, {}).get(unit_id)
        return highest is not None and rank <= highest

    def by_rank(self, right: str) -> dict[Rank, frozenset[UUID]]:
        """Return the reach of a right grouped by its highest rank: what the compilers translate."""
        groups: dict[Rank, set[UUID]] = {}
        for responsibility_id, rank in self.reach.get(right, {}).items():
            groups.setdefault(rank, set()).add(responsibility_id)
        return {rank: frozenset(ids) for rank, ids in sorted(groups.items())}


def holds(actor: Actor, right: str, roles: RoleTable) -> bool:
    """Say whether any membership or client role of the actor holds the right at all (else 403, before loading)."""
    names = {membership.role for membership in actor.memberships} | actor.client_roles
    return any(right in roles[name].rights for name in names if name in roles)


def resolve_scope(actor: Actor, directory: Directory, roles: RoleTable, today: date) -> AccessScope:
    """
    Resolve an actor's memberships over the units and responsibilities that are valid today.

    A membership covers its unit and all units below; a unit that no longer exists gives nothing.
    """
    reach: dict[str, dict[UUID, Rank]] = {}
    unit_reach: dict[str, dict[UUID, Rank]] = {}
    global_rights: set[str] = set()
    for name in actor.client_roles:
        if name in roles:
            global_rights |= roles[name].global_rights
    for membership in actor.memberships:
        role = roles.get(membership.role)
        if role is None:
            continue
        global_rights |= role.global_rights
        covered = _covered(membership.unit, directory, today)
        below = [row.id for row in directory.responsibilities if row.unit_id in covered and _is_valid(row, today)]
        for right in role.unit_rights:
            _reach(reach, right, below, role.rank)
            _reach(unit_reach, right, covered, role.rank)
        for right in role.everywhere_rights:
            _reach(reach, right, (row.id for row in directory.responsibilities), role.rank)
            _reach(unit_reach, right, (unit.id for unit in directory.units if _is_valid(unit, today)), role.rank)
    return AccessScope(
        mandant=actor.mandant, reach=reach, unit_reach=unit_reach, global_rights=frozenset(global_rights)
    )


def _reach(known: dict[str, dict[UUID, Rank]], right: str, ids: Iterable[UUID], rank: Rank) -> None:
    for row_id in ids:
        ranks = known.setdefault(right, {})
        ranks[row_id] = max(ranks.get(row_id, Rank.OFFEN), rank)


def _covered(unit_key: str, directory: Directory, today: date) -> set[UUID]:
    valid = [unit for unit in directory.units if _is_valid(unit, today)]
    covered = {unit.id for unit in valid if unit.key == unit_key}
    grown = True
    while grown:
        below = {unit.id for unit in valid if unit.parent_id in covered} - covered
        covered |= below
        grown = bool(below)
    return covered


def _is_valid(row: Unit | Responsibility, today: date) -> bool:
    return row.valid_from <= today and (row.valid_to is None or today < row.valid_to)
