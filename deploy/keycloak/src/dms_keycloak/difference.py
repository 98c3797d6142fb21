"""What must change so that a realm is as wanted; pure, and blind to everything that others made."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dms_keycloak.changes import (
    AddScope,
    AddServiceRole,
    AddTokenRole,
    Change,
    ChangeClient,
    ChangeMapper,
    ChangeRealm,
    ChangeUser,
    ClientChange,
    CreateClient,
    CreateGroup,
    CreateMapper,
    CreateRealm,
    CreateRole,
    CreateUser,
    FieldChange,
    JoinGroup,
    UserChange,
)
from dms_keycloak.desired import BUILT_IN_CLIENT, MARK
from dms_keycloak.state import API, ClientState, RealmState, Settings, UserState


@dataclass(frozen=True)
class Difference:
    """
    Changes in the order in which they can be made.

    With a conflict (something of that name is somebody else's) none of them may be made. Remarks say what was added to
    our own clients by hand, which stays.
    """

    changes: tuple[Change, ...]
    conflicts: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


def difference(wanted: RealmState, found: RealmState) -> Difference:
    """Compare; what only the found realm has is never touched."""
    return Difference(
        changes=tuple(_changes(wanted, found)),
        conflicts=tuple(_conflicts(wanted, found)),
        remarks=tuple(_remarks(wanted, found)),
    )


def _changes(wanted: RealmState, found: RealmState) -> Iterator[Change]:
    settings = wanted.settings or {}
    if found.settings is None:
        yield CreateRealm(wanted.name, settings)
    elif fields := _fields(settings, found.settings):
        yield ChangeRealm(wanted.name, fields)
    # A path sorts behind the one above it.
    yield from (CreateGroup(path) for path in sorted(wanted.groups - found.groups))
    for client in wanted.clients.values():
        yield from _client_changes(client, found.clients.get(client.id))
    for user in wanted.users.values():
        yield from _user_changes(user, found.users.get(user.username))


def _client_changes(wanted: ClientState, found: ClientState | None) -> Iterator[ClientChange]:
    if found is None:
        yield CreateClient(wanted)
        found = ClientState(id=wanted.id, settings=wanted.settings, mappers=wanted.mappers, scopes=wanted.scopes)
    elif fields := _fields(wanted.settings, found.settings):
        yield ChangeClient(wanted.id, fields)
    for name, mapper in wanted.mappers.items():
        if name not in found.mappers:
            yield CreateMapper(wanted.id, name, mapper)
        elif fields := _fields(mapper, found.mappers[name]):
            yield ChangeMapper(wanted.id, name, fields)
    yield from (AddScope(wanted.id, scope) for scope in sorted(wanted.scopes - found.scopes))
    yield from (CreateRole(role) for role in sorted(wanted.roles - found.roles))
    yield from (AddTokenRole(wanted.id, role) for role in sorted(wanted.token_roles - found.token_roles))
    yield from (AddServiceRole(wanted.id, role) for role in sorted(wanted.service_roles - found.service_roles))


def _user_changes(wanted: UserState, found: UserState | None) -> Iterator[UserChange]:
    if found is None:
        yield CreateUser(wanted)
        return
    if fields := _fields(wanted.settings, found.settings):
        yield ChangeUser(wanted.username, fields)
    yield from (JoinGroup(wanted.username, group) for group in sorted(wanted.groups - found.groups))


def _conflicts(wanted: RealmState, found: RealmState) -> Iterator[str]:
    for name, client in wanted.clients.items():
        if name != BUILT_IN_CLIENT and name in found.clients and not _same_mark(client, found.clients[name]):
            yield f"Client {name} besteht schon und ist nicht von hier"
    for name, user in wanted.users.items():
        if name in found.users and found.users[name].settings.get("email") != user.settings["email"]:
            yield f"Benutzer {name} besteht schon und ist keiner der erfundenen"


def _same_mark(wanted: ClientState, found: ClientState) -> bool:
    mark, there = (client.settings.get("attributes", {}).get(MARK) for client in (wanted, found))
    return bool(mark == there)


def _remarks(wanted: RealmState, found: RealmState) -> Iterator[str]:
    for name, client in wanted.clients.items():
        there = found.clients.get(name)
        if there is None or name in {API, BUILT_IN_CLIENT}:
            continue
        further = {
            "Mapper": there.mappers.keys() - client.mappers.keys(),
            "Scope": (there.scopes | there.optional_scopes) - client.scopes,
            "Rolle in Tokens": there.token_roles - client.token_roles,
            "Rolle des Dienstkontos": there.service_roles - client.service_roles,
        }
        for kind, names in further.items():
            yield from (f"Client {name}: {kind} {one} ist nicht von hier und bleibt" for one in sorted(names))


def _fields(wanted: Settings, found: Mapping[str, Any], path: tuple[str, ...] = ()) -> tuple[FieldChange, ...]:
    changes: list[FieldChange] = []
    for name, value in wanted.items():
        there = found.get(name)
        if isinstance(value, dict):
            changes += _fields(value, there or {}, (*path, name))
        elif _comparable(there) != _comparable(value):
            changes.append(FieldChange((*path, name), there, value))
    return tuple(changes)


def _comparable(value: Any) -> Any:
    # Keycloak keeps lists as sets.
    return sorted(value) if isinstance(value, list) else value
