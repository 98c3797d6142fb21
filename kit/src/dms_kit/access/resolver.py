"""Resolving of scopes in the request path, from the service's own tables and for at most a few seconds from memory."""

import asyncio
import time
from collections import defaultdict
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
        self._loading: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def directory(self, mandant: str) -> Directory:
        """
        Return the units and responsibilities of a Mandant, at most `ttl` seconds old.

        Many requests at once load it once. Loading takes a connection: not to be called by whoever holds one.
        """
        kept = self._fresh(mandant)
        if kept is not None:
            return kept
        async with self._loading[mandant]:
            kept = self._fresh(mandant)
            if kept is None:
                moment, kept = time.monotonic(), await self._load(mandant)
                self._kept[mandant] = (moment, kept)
                self._scopes.clear()
        return kept

    async def scope(self, actor: Actor) -> AccessScope:
        """Return what the actor may do now."""
        directory = await self.directory(actor.mandant)
        scope = self._scopes.get(actor)
        if scope is None:
            today = self._clock.now().astimezone(BERLIN).date()
            scope = resolve_scope(actor, directory, self._roles, today)
            self._scopes[actor] = scope
        return scope

    def _fresh(self, mandant: str) -> Directory | None:
        kept = self._kept.get(mandant)
        return None if kept is None or time.monotonic() - kept[0] > self._ttl else kept[1]
