"""The event bus: topics, ordered by key, read by independent groups."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

MAX_MESSAGE_BYTES = 256 * 1024
REPUBLISH_HEADER = "dms-republish"


class MessageTooLargeError(Exception):
    """Raised by `publish` (and already by the outbox) for a value above 256 KiB; a fault of the writer."""


@dataclass(frozen=True, kw_only=True)
class Message:
    """A CloudEvent in binary mode: attributes as headers, raw Protobuf as value."""

    topic: str
    key: str
    value: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Return `ce_id`, by which every consumer recognises a redelivery."""
        return self.headers["ce_id"]

    @property
    def type(self) -> str:
        """Return `ce_type`, the full name of the Protobuf message."""
        return self.headers["ce_type"]

    @property
    def time(self) -> datetime:
        """Return `ce_time`, the moment of the act, aware."""
        return datetime.fromisoformat(self.headers["ce_time"])

    @property
    def mandant(self) -> str:
        """Return the Mandant to which the message belongs."""
        return self.headers["dms-mandant"]


@dataclass(frozen=True)
class Delivery:
    """A message as one consumer got it; `position` grows along a key."""

    message: Message
    position: int


@dataclass(frozen=True)
class Backlog:
    """What a group has not committed yet: number of messages and the `ce_time` of the oldest one."""

    count: int
    oldest: datetime | None


class BusConsumer(Protocol):
    """One member of a group; used by one task. Others of its group may take over any key at any time."""

    async def fetch(self, *, limit: int = 200, wait: float = 0.2) -> Sequence[Delivery]:
        """
        Return the next deliveries, each key's in order; about `wait` seconds later what there is, perhaps nothing.

        A delivery of a key that another member has taken over is never handed out.
        """
        ...

    async def commit(self, deliveries: Sequence[Delivery]) -> None:
        """
        Make the group resume behind these deliveries; called after their effects are durable.

        Those whose key another member has taken over meanwhile are passed over in silence: that one got them again.
        """
        ...


class EventBus(Protocol):
    """Delivers at least once, in order per key; every group sees every message."""

    async def publish(self, messages: Sequence[Message]) -> None:
        """
        Append durably, in the given order per key.

        After a failure each key has all of its messages, a first part of them, or none; who sends them again makes
        duplicates that consumers know by their id.
        """
        ...

    def consumer(self, group: str, topics: Sequence[str]) -> AbstractAsyncContextManager[BusConsumer]:
        """Join a group; without committed work it starts at the beginning."""
        ...

    async def backlog(self, group: str, topics: Sequence[str]) -> Backlog:
        """Say how far a group lags behind these topics; what is republished for other groups may count."""
        ...

    async def ping(self) -> None:
        """Raise `UnavailableError` when the bus does not answer."""
        ...

    async def close(self) -> None:
        """Give back all connections."""
        ...
