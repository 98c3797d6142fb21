"""Resolving of scopes in the request path, from the service's own tables and for at most a few seconds from memory."""

import time
from collections.abc import Awaitable, Callable

from dms_kit.core.access import AccessScope, Directory, RoleTable, resolve_scope
from dms_kit.core.actor import Actor
from dms_kit.core.clock import BERLIN, Clock
from dms_kit.roles import ROLES

LoadDirectory = Callable[[str], Awaitable[Directory]]


class ScopeResolver:
    """Turns actors into scopes; a Mandant's directory is kept for `ttl` seconds (the rights model allows 5)."""

    def __init__(
        self, load_directory: LoadDirectory, clock: Clock, *, roles: RoleTable = ROLES, ttl: float = 5.0
    ) -> None:
        self._load = load_directory
        self._clock = clock
        self._roles = roles
        self._ttl = ttl
        self._kept: dict[str, tuple[float, Directory]] = {}
        self._scopes: dict[Actor, AccessScope] = {}

    async def directory(self, mandant: str) -> Directory:
        """Return the units and responsibilities of a Mandant, at most `ttl` seconds old."""
        kept = self._kept.get(mandant)
        if kept is None or time.monotonic() - kept[0] > self._ttl:
            kept = (time.monotonic(), await self._load(mandant))
            self._kept[mandant] = kept
            self._scopes.clear()
        return kept[1]

    async def scope(self, actor: Actor) -> AccessScope:
        """Return what the actor may do now."""
        directory = await self.directory(actor.mandant)
        scope = self._scopes.get(actor)
        if scope is None:
            today = self._clock.now().astimezone(BERLIN).date()
            scope = resolve_scope(actor, directory, self._roles, today)
            self._scopes[actor] = scope
        return scope
