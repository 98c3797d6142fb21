"""Who acts: a person or machine with a verified token, or the system itself."""

from dataclasses import dataclass, field


@dataclass(frozen=True, order=True)
class Membership:
    """A role in a unit, as the token's group path `/oe/<unit>/<role>` names it."""

    unit: str
    role: str


@dataclass(frozen=True, kw_only=True)
class Actor:
    """
    The one whose act is recorded.

    `sub` is the issuer's subject, `client` the token's `azp`, `client_roles` the roles of a machine client.
    """

    mandant: str
    sub: str
    name: str = ""
    client: str = ""
    memberships: frozenset[Membership] = field(default_factory=frozenset)
    client_roles: frozenset[str] = field(default_factory=frozenset)


SYSTEM_SUB = "system"


def system_actor(mandant: str) -> Actor:
    """Return the actor of acts that no person asked for (filing, setup)."""
    return Actor(mandant=mandant, sub=SYSTEM_SUB, name="System")
