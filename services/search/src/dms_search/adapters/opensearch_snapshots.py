"""Points in time of the newest state, shared by all searches that saw the same state."""

import contextlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import structlog
from opensearchpy import AsyncOpenSearch
from opensearchpy.exceptions import NotFoundError, OpenSearchException, TransportError

from dms_kit.core.errors import UnavailableError
from dms_search.adapters.opensearch_client import translated
from dms_search.domain.errors import CursorAbgelaufenError

# Enough for one search; an answer that has a next page prolongs it.
_OPENED = "60s"
_MOST_GIVEN_OUT = 1000

log = structlog.get_logger()


@dataclass(frozen=True)
class Stand:
    """What a cursor names: when it was given out, its point in time, and the sort values of the last hit seen."""

    moment: float
    snapshot: str
    after: tuple[float, int] = (0.0, 0)

    @classmethod
    def parse(cls, text: str) -> "Stand":
        """Read what `text` wrote; CursorAbgelaufenError for anything else, as from another index."""
        try:
            moment, score, shard_doc, snapshot = text.split(" ")
            return cls(float(moment), snapshot, (float(score), int(shard_doc)))
        except ValueError as error:
            raise CursorAbgelaufenError from error

    def after_hit(self, sort: tuple[float, int]) -> "Stand":
        """Return the same state behind this hit."""
        return Stand(self.moment, self.snapshot, (sort[0], sort[1]))

    def text(self) -> str:
        """Return the text of a cursor."""
        score, shard_doc = self.after
        return f"{self.moment} {score!r} {shard_doc} {self.snapshot}"


@dataclass(eq=False)
class Snapshot:
    """A point in time, the state that it shows, and whether a cursor points to it."""

    id: str
    state: tuple[tuple[str, int], ...]
    users: int = 0
    is_given_out: bool = False


class Snapshots:
    """
    Opens a point in time only when the index has changed since the last one: a node keeps few of them.

    One that no cursor points to is closed when a newer one takes its place. When the node has no room for another, the
    oldest that this process gave out are closed: their cursors end early, new searches go on.
    """

    def __init__(self, client: AsyncOpenSearch, alias: str) -> None:
        self._client = client
        self._alias = alias
        self._newest: Snapshot | None = None
        self._given_out: list[str] = []

    @asynccontextmanager
    async def newest(self) -> AsyncIterator[Snapshot]:
        """Give the newest state for one search."""
        state = await self._state()
        snapshot = self._newest
        if snapshot is None or snapshot.state != state:
            snapshot = Snapshot(await self._open(), state)
            before, self._newest = self._newest, snapshot
            if before is not None and before.users == 0:
                await self._release(before)
        snapshot.users += 1
        try:
            yield snapshot
        finally:
            snapshot.users -= 1
            if snapshot.users == 0 and snapshot is not self._newest:
                await self._release(snapshot)

    def forget(self, snapshot: Snapshot) -> None:
        """Do not use a snapshot again that the server no longer knows."""
        if self._newest is snapshot:
            self._newest = None

    async def _state(self) -> tuple[tuple[str, int], ...]:
        # Every change that can be found is a refresh; read before the point in time is opened, never after.
        try:
            with translated("state", known=(NotFoundError,)):
                found: Mapping[str, Any] = await self._client.indices.stats(
                    index=self._alias, metric="refresh", params={"filter_path": "indices.*.uuid,indices.*.total"}
                )
        except NotFoundError as error:
            raise UnavailableError("Der Suchindex wird gerade aufgebaut.") from error
        rows = found.get("indices", {}).values()
        if not rows:
            raise UnavailableError("Der Suchindex wird gerade aufgebaut.")
        return tuple(sorted((row["uuid"], row["total"]["refresh"]["external_total"]) for row in rows))

    async def _open(self) -> str:
        try:
            return await self._open_once()
        except UnavailableError:
            if not self._given_out:
                raise
            await self._make_room()
            return await self._open_once()

    async def _open_once(self) -> str:
        with translated("pit"):
            answer = await self._client.create_pit(
                index=self._alias, params={"keep_alive": _OPENED, "allow_partial_pit_creation": "false"}
            )
        return str(answer["pit_id"])

    async def _release(self, snapshot: Snapshot) -> None:
        if snapshot.is_given_out:
            self._given_out = [*self._given_out[-_MOST_GIVEN_OUT:], snapshot.id]
        else:
            await self._close([snapshot.id])

    async def _make_room(self) -> None:
        half = len(self._given_out) // 2 + 1
        closed, self._given_out = self._given_out[:half], self._given_out[half:]
        log.warning("index.snapshots_full", closed=len(closed))
        await self._close(closed)

    async def _close(self, ids: list[str]) -> None:
        # They end by themselves too.
        with contextlib.suppress(TransportError, OpenSearchException):
            await self._client.delete_pit(body={"pit_id": ids})
