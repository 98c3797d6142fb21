"""Resolving of scopes in the request path, from the service's own tables and for at most a few seconds from memory."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from dms_kit.core.access import AccessScope, Directory, RoleTable, resolve_scope
from dms_kit.core.actor import Actor
from dms_kit.core.clock import BERLIN, Clock
from dms_kit.roles import ROLES

# Scopes kept of each Mandant. One over thousands of responsibilities takes megabytes, and a directory may not change
# for weeks: without an end, that of everyone who ever came would be kept.
MOST_SCOPES = 64
# A change by hand in SQL may leave all versions as they are: nobody who asks for these would ever notice.
LONGEST_UNREAD = 60.0
# Of a Mandant; given the one known so far, it returns that very one when nothing has changed.
LoadDirectory = Callable[[str, Directory | None], Awaitable[Directory]]


class ScopeResolver:
    """
    Turns actors into scopes; a Mandant's directory is believed for `ttl` seconds (the rights model allows 5).

    Then it is asked whether anything has changed: reading thousands of rows again, and resolving all scopes over them,
    would hold up every request of that moment. Each `unread` seconds it is read whatever that says.
    """

    def __init__(
        self,
        load_directory: LoadDirectory,
        clock: Clock,
        *,
        roles: RoleTable = ROLES,
        ttl: float = 5.0,
        unread: float = LONGEST_UNREAD,
    ) -> None:
        self._load = load_directory
        self._clock = clock
        self._roles = roles
        self._ttl = ttl
        self._unread = unread
        self._kept: dict[str, _Kept] = {}
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
            return self._fresh(mandant) or await self._asked(mandant)

    async def scope(self, actor: Actor) -> AccessScope:
        """Return what the actor may do now."""
        await self.directory(actor.mandant)
        return self._resolve[actor.mandant](actor, self._clock.now().astimezone(BERLIN).date())

    async def _asked(self, mandant: str) -> Directory:
        known, moment = self._kept.get(mandant), time.monotonic()
        if known is not None and moment - known.read <= self._unread:
            found = await self._load(mandant, known.directory)
            read = known.read if found is known.directory else moment
        else:
            found, read = await self._load(mandant, None), moment
        if known is not None and found == known.directory:
            # Scopes that were resolved over the like of it still hold.
            found = known.directory
        else:
            self._resolve[mandant] = self._resolving(found)
        self._kept[mandant] = _Kept(found, asked=moment, read=read)
        return found

    def _resolving(self, directory: Directory) -> Callable[[Actor, date], AccessScope]:
        @lru_cache(maxsize=MOST_SCOPES)
        def resolve(actor: Actor, today: date) -> AccessScope:
            return resolve_scope(actor, directory, self._roles, today)

        return resolve

    def _fresh(self, mandant: str) -> Directory | None:
        kept = self._kept.get(mandant)
        return None if kept is None or time.monotonic() - kept.asked > self._ttl else kept.directory


@dataclass(frozen=True)
class _Kept:
    """A directory, when it was last asked whether it changed, and when it was last read; both monotonic."""

    directory: Directory
    asked: float
    read: float
