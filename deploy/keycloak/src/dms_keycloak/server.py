"""Keycloak's admin API: reads a realm as this tool sees it and makes single changes."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from keycloak import KeycloakAdmin
from keycloak.exceptions import KeycloakGetError

from dms_keycloak.changes import (
    AddScope,
    AddServiceRole,
    AddTokenRole,
    Change,
    ChangeClient,
    ChangeMapper,
    ChangeRealm,
    ChangeUser,
    CreateClient,
    CreateGroup,
    CreateMapper,
    CreateRealm,
    CreateRole,
    CreateUser,
    FieldChange,
    JoinGroup,
)
from dms_keycloak.desired import absent_realm
from dms_keycloak.state import API, ClientState, RealmState, UserState

_SECONDS = 30
_NOT_FOUND = 404


class KeycloakServer:
    """One realm of a Keycloak, seen by an administrator of its realm `master`."""

    def __init__(self, url: str, *, realm: str, admin: str, password: str) -> None:
        self._realm = realm
        self._admin = KeycloakAdmin(
            server_url=url,
            username=admin,
            password=password,
            realm_name=realm,
            user_realm_name="master",
            timeout=_SECONDS,
        )
        self._groups: dict[str, str] = {}

    def read(self, usernames: Iterable[str] = ()) -> RealmState:
        """Return the realm with all groups below /oe and all clients, but only these users."""
        try:
            settings = self._admin.get_realm(self._realm)
        except KeycloakGetError as error:
            if error.response_code == _NOT_FOUND:
                return absent_realm(self._realm)
            raise
        self._groups = dict(self._read_groups())
        clients = self._admin.get_clients()
        api_id = next((client["id"] for client in clients if client["clientId"] == API), None)
        states = [self._client(client, api_id) for client in clients]
        users = [user for name in usernames if (user := self._user(name)) is not None]
        return RealmState(
            name=self._realm,
            settings=settings,
            groups=frozenset(self._groups),
            clients={state.id: state for state in states},
            users={user.username: user for user in users},
        )

    def make(self, change: Change) -> None:
        """Make one change; raises KeycloakError when the server refuses it."""
        match change:
            case CreateRealm(realm, settings):
                self._admin.create_realm({"realm": realm, **settings})
                # A token from before does not open the new realm.
                self._admin.connection.get_token()
            case ChangeRealm(realm, fields):
                self._admin.update_realm(realm, _changed(self._admin.get_realm(realm), fields))
            case CreateGroup(path):
                self._create_group(path)
            case CreateUser(user):
                self._create_user(user)
            case ChangeUser(username, fields):
                user_id = self._user_id(username)
                self._admin.update_user(user_id, _changed(self._admin.get_user(user_id), fields))
            case JoinGroup(username, group):
                self._admin.group_user_add(self._user_id(username), self._groups[group])
            case _:
                self._make_in_client(change)

    def _make_in_client(self, change: Change) -> None:
        match change:
            case CreateClient(client):
                self._admin.create_client(_new_client(client))
            case ChangeClient(client, fields):
                client_id = self._client_id(client)
                self._admin.update_client(client_id, _changed(self._admin.get_client(client_id), fields))
            case CreateMapper(client, mapper, settings):
                self._admin.add_mapper_to_client(self._client_id(client), {"name": mapper, **settings})
            case ChangeMapper(client, mapper, fields):
                client_id = self._client_id(client)
                there = next(one for one in self._admin.get_mappers_from_client(client_id) if one["name"] == mapper)
                self._admin.update_client_mapper(client_id, there["id"], _changed(there, fields))
            case AddScope(client, scope):
                scope_id = next(one["id"] for one in self._admin.get_client_scopes() if one["name"] == scope)
                self._admin.add_client_default_client_scope(self._client_id(client), scope_id, {})
            case CreateRole(role):
                self._admin.create_client_role(self._client_id(API), {"name": role})
            case AddTokenRole(client, role):
                api_id, roles = self._api_role(role)
                self._admin.assign_client_roles_to_client_scope(self._client_id(client), api_id, roles)
            case AddServiceRole(client, role):
                api_id, roles = self._api_role(role)
                account = self._admin.get_client_service_account_user(self._client_id(client))
                self._admin.assign_client_role(account["id"], api_id, roles)
            case _:
                raise TypeError(change)

    def _read_groups(self) -> Iterator[tuple[str, str]]:
        for top in self._admin.get_groups({"search": "oe", "exact": True}):
            if top["path"] == "/oe":
                yield top["path"], top["id"]
                yield from self._children(top["id"])

    def _children(self, group_id: str) -> Iterator[tuple[str, str]]:
        for child in self._admin.get_group_children(group_id):
            yield child["path"], child["id"]
            if child.get("subGroupCount"):
                yield from self._children(child["id"])

    def _client(self, client: Mapping[str, Any], api_id: str | None) -> ClientState:
        roles = token_roles = service_roles = frozenset[str]()
        if client["id"] == api_id:
            roles = _names(self._admin.get_client_roles(client["id"]))
        elif api_id is not None:
            token_roles = _names(self._admin.get_client_roles_of_client_scope(client["id"], api_id))
            if client.get("serviceAccountsEnabled"):
                account = self._admin.get_client_service_account_user(client["id"])
                service_roles = _names(self._admin.get_client_roles_of_user(account["id"], api_id))
        return ClientState(
            id=client["clientId"],
            settings=client,
            mappers={mapper["name"]: mapper for mapper in client.get("protocolMappers", ())},
            scopes=frozenset(client.get("defaultClientScopes", ())),
            optional_scopes=frozenset(client.get("optionalClientScopes", ())),
            roles=roles,
            token_roles=token_roles,
            service_roles=service_roles,
        )

    def _user(self, username: str) -> UserState | None:
        found = self._admin.get_users({"username": username, "exact": True})
        if not found:
            return None
        groups = self._admin.get_user_groups(found[0]["id"])
        return UserState(username=username, settings=found[0], groups=frozenset(group["path"] for group in groups))

    def _create_group(self, path: str) -> None:
        above, _, name = path.rpartition("/")
        group_id = self._admin.create_group({"name": name}, parent=self._groups[above] if above else None)
        self._groups[path] = str(group_id)

    def _create_user(self, user: UserState) -> None:
        credentials = [{"type": "password", "value": user.password, "temporary": False}] if user.password else []
        groups = sorted(user.groups)
        self._admin.create_user(
            {"username": user.username, **user.settings, "credentials": credentials, "groups": groups}
        )

    def _user_id(self, username: str) -> str:
        found: str = self._admin.get_users({"username": username, "exact": True})[0]["id"]
        return found

    def _client_id(self, client: str) -> str:
        return str(self._admin.get_client_id(client))

    def _api_role(self, role: str) -> tuple[str, list[dict[str, Any]]]:
        api_id = self._client_id(API)
        return api_id, [self._admin.get_client_role(api_id, role)]


def _names(rows: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    return frozenset(row["name"] for row in rows)


def _new_client(client: ClientState) -> dict[str, Any]:
    return {
        "clientId": client.id,
        **client.settings,
        "protocolMappers": [{"name": name, **settings} for name, settings in client.mappers.items()],
        "defaultClientScopes": sorted(client.scopes),
        # None, so that nobody can ask for a token that outlives the session.
        "optionalClientScopes": [],
    }


def _changed(representation: dict[str, Any], fields: Iterable[FieldChange]) -> dict[str, Any]:
    """Return what Keycloak gave, with these fields set: it takes a missing one for an empty one."""
    for change in fields:
        target = representation
        for name in change.path[:-1]:
            target = target.setdefault(name, {})
        target[change.path[-1]] = change.after
    return representation
