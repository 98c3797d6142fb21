"""A realm as this tool sees it: what it states, and nothing of what others made beside that."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

API = "registratur-api"
"""Client that stands for the API: the audience of every token and the owner of the client roles."""

Settings = Mapping[str, Any]
"""Fields of one of Keycloak's representations, nested as there."""


@dataclass(frozen=True, kw_only=True)
class ClientState:
    """
    A client; `scopes` are its default client scopes, `roles` its own.

    Of the roles of the API, `token_roles` may stand in its tokens and `service_roles` are those of its service account.
    """

    id: str
    settings: Settings
    mappers: Mapping[str, Settings] = field(default_factory=dict)
    scopes: frozenset[str] = frozenset()
    optional_scopes: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    token_roles: frozenset[str] = frozenset()
    service_roles: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class UserState:
    """A user; the password is set when the user is made and never compared."""

    username: str
    settings: Settings
    groups: frozenset[str]
    password: str | None = None


@dataclass(frozen=True, kw_only=True)
class RealmState:
    """A realm, wanted or found; one that is not there has no settings."""

    name: str
    settings: Settings | None
    groups: frozenset[str] = frozenset()
    clients: Mapping[str, ClientState] = field(default_factory=dict)
    users: Mapping[str, UserState] = field(default_factory=dict)
