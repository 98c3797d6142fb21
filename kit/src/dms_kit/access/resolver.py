"""Resolving of scopes in the request path, from the service's own tables and for at most a few seconds from memory."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from datetime import date
from functools import lru_cache

from dms_kit.core.access import AccessScope, Directory, RoleTable, resolve_scope
from dms_kit.core.actor import Actor
from dms_kit.core.clock import BERLIN, Clock
from dms_kit.roles import ROLES

# Scopes kept of each Mandant. One over thousands of responsibilities takes megabytes, and a directory may not change
# for weeks: without an end, that of everyone who ever came would be kept.
MOST_SCOPES = 64
# Of a Mandant; given the one known so far, it returns that very one when nothing has changed.
LoadDirectory = Callable[[str, Directory | None], Awaitable[Directory]]


class ScopeResolver:
    """
    Turns actors into scopes; a Mandant's directory is believed for `ttl` seconds (the rights model allows 5).

    Then it is asked whether anything has changed: reading thousands of rows again, and resolving all scopes over them,
    would hold up every request of that moment.
    """

    def __init__(
        self, load_directory: LoadDirectory, clock: Clock, *, roles: RoleTable = ROLES, ttl: float = 5.0
    ) -> None:
        self._load = load_directory
        self._clock = clock
        self._roles = roles
        self._ttl = ttl
        self._kept: dict[str, tuple[float, Directory]] = {}
        self._resolve: dict[str, Callable[[Actor, date], AccessScope]] = {}
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
                known = self._kept.get(mandant)
                moment, kept = time.monotonic(), await self._load(mandant, known[1] if known else None)
                self._kept[mandant] = (moment, kept)
                if known is None or kept is not known[1]:
                    self._resolve[mandant] = self._resolving(kept)
        return kept

    async def scope(self, actor: Actor) -> AccessScope:
        """Return what the actor may do now."""
        await self.directory(actor.mandant)
        return self._resolve[actor.mandant](actor, self._clock.now().astimezone(BERLIN).date())

    def _resolving(self, directory: Directory) -> Callable[[Actor, date], AccessScope]:
        @lru_cache(maxsize=MOST_SCOPES)
        def resolve(actor: Actor, today: date) -> AccessScope:
            return resolve_scope(actor, directory, self._roles, today)

        return resolve

    def _fresh(self, mandant: str) -> Directory | None:
        kept = self._kept.get(mandant)
        return None if kept is None or time.monotonic() - kept[0] > self._ttl else kept[1]
