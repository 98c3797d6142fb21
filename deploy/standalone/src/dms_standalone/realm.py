"""People and clients of an issuer, read from a municipality's file."""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from dms_standalone.errors import OperatorError

_NAMESPACE = uuid.UUID("6c1f6c1e-8f0f-5d6e-9c0b-0d3a5b7d9e11")
_NOBODY: Mapping[str, Any] = {"rollen": (), "oe": (), "kurznamen": ()}
DEMO_PASSWORD = "demo"  # noqa: S105 - the published password of made-up people


@dataclass(frozen=True)
class Person:
    """A made-up official; `sub` is the same after every start."""

    sub: str
    username: str
    name: str
    groups: tuple[str, ...]


@dataclass(frozen=True)
class Client:
    """A client of the issuer; one without a secret is public."""

    id: str
    secret: str | None
    grants: frozenset[str]
    roles: tuple[str, ...]


@dataclass(frozen=True)
class Realm:
    """Everybody whom the issuer of one Mandant knows; `offices` are the keys of the Organisationseinheiten."""

    mandant: str
    name: str
    offices: tuple[str, ...]
    people: Mapping[str, Person]
    clients: Mapping[str, Client]


def load_realm(path: Path) -> Realm:
    """Read a municipality's file; raises OperatorError when it is missing or not one."""
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        mandant = document["mandant"]["schluessel"]
        offices = tuple(office["schluessel"] for office in document["organisationseinheiten"])
        people = {person.username: person for person in _people(mandant, document.get("benutzer") or _NOBODY)}
        clients = {entry["id"]: _client(entry) for entry in document["clients"]}
        return Realm(mandant, document["mandant"]["name"], offices, people, clients)
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        raise OperatorError(
            f"{path} is not the file of a municipality ({type(error).__name__}): see DMS_DEMO."
        ) from error


def _people(mandant: str, section: Mapping[str, Any]) -> Iterator[Person]:
    names: Mapping[str, str] = section.get("namen", {})
    groups = {f"{role}-{office}": f"/oe/{office}/{role}" for role in section["rollen"] for office in section["oe"]}
    groups.update({role: f"/oe/00/{role}" for role in section["kurznamen"]})
    for username, group in groups.items():
        sub = str(uuid.uuid5(_NAMESPACE, f"{mandant}/{username}"))
        yield Person(sub, username, names.get(username, username), (group,))


def _client(entry: Mapping[str, Any]) -> Client:
    return Client(entry["id"], entry.get("secret"), frozenset(entry["grants"]), tuple(entry.get("roles", ())))
