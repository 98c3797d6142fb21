"""Single changes of a realm, each of which says in German what it does."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dms_keycloak.state import API, ClientState, Settings, UserState

_SECRET_FIELDS = frozenset({"secret"})


@dataclass(frozen=True)
class FieldChange:
    """One field that differs; `path` leads to it through nested representations."""

    path: tuple[str, ...]
    before: Any
    after: Any

    def text(self) -> str:
        """Return the field with both values, but no secret."""
        name = ".".join(self.path)
        if self.path[-1] in _SECRET_FIELDS:
            return f"{name} wird gesetzt"
        if self.before is None:
            return f"{name}: {_shown(self.after)}"
        return f"{name}: {_shown(self.before)} → {_shown(self.after)}"


@dataclass(frozen=True)
class CreateRealm:
    """Make the realm."""

    realm: str
    settings: Settings

    def lines(self) -> Iterator[str]:
        """Return the realm and each of its settings."""
        yield f"+ Realm {self.realm}"
        yield from (f"+ Realm {self.realm}: {field.text()}" for field in flat(self.settings))


@dataclass(frozen=True)
class ChangeRealm:
    """Set fields of the realm."""

    realm: str
    fields: tuple[FieldChange, ...]

    def lines(self) -> Iterator[str]:
        """Return each field."""
        yield from (f"~ Realm {self.realm}: {field.text()}" for field in self.fields)


@dataclass(frozen=True)
class CreateGroup:
    """Make a group below one that is there already."""

    path: str

    def lines(self) -> Iterator[str]:
        """Return the group."""
        yield f"+ Gruppe {self.path}"


@dataclass(frozen=True)
class CreateClient:
    """Make a client with its mappers and scopes; its roles follow."""

    client: ClientState

    def lines(self) -> Iterator[str]:
        """Return the client, its settings, mappers and scopes."""
        name = f"+ Client {self.client.id}"
        yield name
        yield from (f"{name}: {field.text()}" for field in flat(self.client.settings))
        yield from (f"{name}: Mapper {mapper}" for mapper in self.client.mappers)
        yield from (f"{name}: Scope {scope}" for scope in sorted(self.client.scopes))


@dataclass(frozen=True)
class ChangeClient:
    """Set fields of a client."""

    client: str
    fields: tuple[FieldChange, ...]

    def lines(self) -> Iterator[str]:
        """Return each field."""
        yield from (f"~ Client {self.client}: {field.text()}" for field in self.fields)


@dataclass(frozen=True)
class CreateMapper:
    """Add a mapper to a client."""

    client: str
    mapper: str
    settings: Settings

    def lines(self) -> Iterator[str]:
        """Return the mapper."""
        yield f"+ Client {self.client}: Mapper {self.mapper}"


@dataclass(frozen=True)
class ChangeMapper:
    """Set fields of a mapper."""

    client: str
    mapper: str
    fields: tuple[FieldChange, ...]

    def lines(self) -> Iterator[str]:
        """Return each field."""
        yield from (f"~ Client {self.client}: Mapper {self.mapper}: {field.text()}" for field in self.fields)


@dataclass(frozen=True)
class AddScope:
    """Add a default client scope to a client."""

    client: str
    scope: str

    def lines(self) -> Iterator[str]:
        """Return the scope."""
        yield f"+ Client {self.client}: Scope {self.scope}"


@dataclass(frozen=True)
class CreateRole:
    """Add a client role to the API."""

    role: str

    def lines(self) -> Iterator[str]:
        """Return the role."""
        yield f"+ Client {API}: Rolle {self.role}"


@dataclass(frozen=True)
class AddTokenRole:
    """Let a role of the API stand in the tokens of a client."""

    client: str
    role: str

    def lines(self) -> Iterator[str]:
        """Return client and role."""
        yield f"+ Client {self.client}: Tokens dürfen die Rolle {API}/{self.role} tragen"


@dataclass(frozen=True)
class AddServiceRole:
    """Give a role of the API to the service account of a client."""

    client: str
    role: str

    def lines(self) -> Iterator[str]:
        """Return client and role."""
        yield f"+ Client {self.client}: Dienstkonto erhält die Rolle {API}/{self.role}"


@dataclass(frozen=True)
class CreateUser:
    """Make a user with password and groups."""

    user: UserState

    def lines(self) -> Iterator[str]:
        """Return the user with the groups."""
        yield f"+ Benutzer {self.user.username} in {', '.join(sorted(self.user.groups))}"


@dataclass(frozen=True)
class ChangeUser:
    """Set fields of a user."""

    username: str
    fields: tuple[FieldChange, ...]

    def lines(self) -> Iterator[str]:
        """Return each field."""
        yield from (f"~ Benutzer {self.username}: {field.text()}" for field in self.fields)


@dataclass(frozen=True)
class JoinGroup:
    """Make a user a member of a group."""

    username: str
    group: str

    def lines(self) -> Iterator[str]:
        """Return user and group."""
        yield f"+ Benutzer {self.username}: Mitglied von {self.group}"


ClientChange = (
    CreateClient | ChangeClient | CreateMapper | ChangeMapper | AddScope | CreateRole | AddTokenRole | AddServiceRole
)
UserChange = CreateUser | ChangeUser | JoinGroup
Change = CreateRealm | ChangeRealm | CreateGroup | ClientChange | UserChange


def flat(settings: Settings, path: tuple[str, ...] = ()) -> Iterator[FieldChange]:
    """Return every field of a representation as one that was not there."""
    for name, value in settings.items():
        if isinstance(value, dict):
            yield from flat(value, (*path, name))
        else:
            yield FieldChange((*path, name), None, value)


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
