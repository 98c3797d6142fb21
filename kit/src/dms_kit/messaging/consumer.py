"""The consumer of a service: batches are prepared together and applied message by message, each exactly once."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

import structlog
from google.protobuf.message import DecodeError
from google.protobuf.message import Message as ProtobufMessage

from dms_kit.core.actor import Actor
from dms_kit.core.trace import traced
from dms_kit.database import is_passing
from dms_kit.messaging.dead_letters import WAITING, DeadLetterStore
from dms_kit.messaging.outbox import topic_of
from dms_kit.ports.event_bus import REPUBLISH_HEADER, BusConsumer, Delivery, EventBus, Message
from dms_kit.telemetry import (
    CONSUMER_BACKLOG,
    CONSUMER_JOINED,
    CONSUMER_LAG_SECONDS,
    CONSUMER_MESSAGES,
    CONSUMER_RETRIES,
    CONSUMER_SECONDS,
    DEAD_LETTERS,
    PARKED_KEYS,
)

BodyT = TypeVar("BodyT", bound=ProtobufMessage)

MAX_PARKED_KEYS = 100
_RETRY_SECONDS = 30.0
_FIRST_PAUSE = 0.1
_LONGEST_PAUSE = 10.0
_PREPARED_AT_ONCE = 4

log = structlog.get_logger()


class AlreadyProcessedError(Exception):
    """Raised when a unit of work opens for messages that the inbox knows: nothing is left to do."""


class InvalidMessageError(Exception):
    """Raised by a handler for a message that no retry can mend; it becomes a dead letter at once."""


@dataclass(kw_only=True)
class Incoming(Generic[BodyT]):
    """A message on its way into a use case; `prepared` is what `prepare` returned."""

    message: Message
    body: BodyT
    actor: Actor
    prepared: Any = None


Apply = Callable[[Any], Awaitable[None]]
ApplyBatch = Callable[[Sequence[Any]], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class Subscription:
    """
    One line of a service's table: message type → use case.

    `prepare` runs without a transaction and may read files and servers; `apply` is one short transaction.
    """

    event: type[ProtobufMessage]
    apply: Apply | None = None
    prepare: Callable[[Any], Awaitable[Any]] | None = None

    @property
    def topic(self) -> str:
        """Return the topic, derived from the message type."""
        return topic_of(self.event)


@dataclass
class ConsumerState:
    """What readiness and metrics see of a running consumer."""

    parked: set[tuple[str, str]] = field(default_factory=set)

    @property
    def paused(self) -> bool:
        """Say whether too many keys are parked to go on."""
        return len(self.parked) > MAX_PARKED_KEYS


class Consumer:
    """
    Runs the subscriptions of one group until told to stop.

    With `apply_batch` the whole batch is applied at once (search); otherwise each message by its subscription.
    A dependency that is away is waited for, for ever; an invalid message becomes a dead letter at once; any other error
    is retried for 30 s, then the message becomes a dead letter and its key is parked.

    Several processes may run one group. Keys that move to another process in the middle of a batch are worked on by
    both: each goes in order, and the inbox lets every message take effect for the first of them alone.
    """

    def __init__(
        self,
        bus: EventBus,
        group: str,
        subscriptions: Sequence[Subscription],
        dead_letters: DeadLetterStore,
        *,
        apply_batch: ApplyBatch | None = None,
        retry_seconds: float = _RETRY_SECONDS,
    ) -> None:
        self._bus = bus
        self._group = group
        self._table: Mapping[str, Subscription] = {row.event.DESCRIPTOR.full_name: row for row in subscriptions}
        self._topics = sorted({row.topic for row in subscriptions})
        self._dead_letters = dead_letters
        self._apply_batch = apply_batch
        self._retry_seconds = retry_seconds
        self._stop = asyncio.Event()
        self.state = ConsumerState()

    @property
    def topics(self) -> Sequence[str]:
        """Return the topics that the group reads."""
        return self._topics

    async def measure(self) -> None:
        """Set the gauges of backlog, lag, dead letters and parked keys."""
        backlog = await self._bus.backlog(self._group, self._topics)
        lag = (datetime.now(UTC) - backlog.oldest).total_seconds() if backlog.oldest else 0.0
        CONSUMER_BACKLOG.labels(self._group).set(backlog.count)
        CONSUMER_LAG_SECONDS.labels(self._group).set(max(lag, 0.0))
        DEAD_LETTERS.labels(self._group).set(await self._dead_letters.count())
        PARKED_KEYS.labels(self._group).set(len(self.state.parked))

    async def run(self, stop: asyncio.Event) -> None:
        """Consume until `stop` is set; a lost bus or database is waited for."""
        self._stop = stop
        pause = _FIRST_PAUSE
        while not stop.is_set():
            try:
                self.state.parked = await self._dead_letters.parked_keys()
                async with self._bus.consumer(self._group, self._topics) as member:
                    pause = _FIRST_PAUSE
                    await self._consume(member)
            except Exception as error:
                if not is_passing(error):
                    log.exception("consumer.failed", group=self._group)
                CONSUMER_JOINED.labels(self._group).set(0)
                pause = await self._pause(pause)

    async def _consume(self, member: BusConsumer) -> None:
        while not self._stop.is_set():
            await self._retry_requested()
            CONSUMER_JOINED.labels(self._group).set(1)
            if self.state.paused:
                await self._pause(_LONGEST_PAUSE / 2)
                continue
            deliveries = await member.fetch()
            if deliveries:
                # Keys may have come from another process of the group, which parked or released them.
                self.state.parked = await self._dead_letters.parked_keys()
                await self._process([delivery.message for delivery in deliveries])
                await self._commit(member, deliveries)

    async def _commit(self, member: BusConsumer, deliveries: Sequence[Delivery]) -> None:
        # A stop in the middle of a batch leaves messages without effect: the batch must come again.
        if not self._stop.is_set():
            await member.commit(deliveries)

    async def _process(self, messages: Sequence[Message]) -> None:
        wanted = []
        for message in messages:
            if message.type in self._table and message.headers.get(REPUBLISH_HEADER, self._group) == self._group:
                wanted.append(message)
            else:
                self._count("skipped")
        prepared = await self._prepare_all(wanted)
        if self._apply_batch is not None:
            await self._process_batch(prepared)
            return
        for message, incoming in prepared:
            if self._stop.is_set():
                return
            await self._process_one(message, incoming)

    async def _process_batch(self, prepared: Sequence[tuple[Message, "Incoming[Any] | Exception"]]) -> None:
        good = [
            incoming
            for message, incoming in prepared
            if isinstance(incoming, Incoming) and not self._is_parked(message)
        ]
        if len(good) == len(prepared) and await self._applied_together(good):
            return
        # Something in the batch is bad: one by one it is found and the rest goes on.
        for message, incoming in prepared:
            if not self._stop.is_set():
                await self._process_one(message, incoming)

    async def _applied_together(self, incoming: Sequence["Incoming[Any]"]) -> bool:
        assert self._apply_batch is not None
        pause = _FIRST_PAUSE
        while not self._stop.is_set():
            try:
                await self._apply_batch(incoming)
            except AlreadyProcessedError:
                self._count("known", len(incoming))
                return True
            except Exception as error:
                if not is_passing(error):
                    log.warning("batch.split", group=self._group, exc_info=error)
                    return False
                CONSUMER_RETRIES.labels(self._group, "dependency").inc()
                pause = await self._pause(pause)
            else:
                self._count("applied", len(incoming))
                return True
        return True

    async def _process_one(self, message: Message, incoming: "Incoming[Any] | Exception") -> None:
        if self._is_parked(message):
            await self._bury(message, WAITING, parks_key=True)
            return
        reason = await self._try(message, incoming)
        if reason is not None:
            await self._bury(message, reason.text, parks_key=reason.parks_key)

    async def _try(self, message: Message, incoming: "Incoming[Any] | Exception | None") -> "_Reason | None":
        """Apply one message; return why it cannot be, or None when it is applied (or the consumer stops)."""
        deadline = asyncio.get_running_loop().time() + self._retry_seconds
        pause = _FIRST_PAUSE
        while not self._stop.is_set():
            try:
                with CONSUMER_SECONDS.labels(self._group, message.type).time():
                    await self._apply(message, incoming)
            except AlreadyProcessedError:
                self._count("known")
                return None
            except (InvalidMessageError, DecodeError) as error:
                return _Reason(f"{type(error).__name__}: {error}"[:500], parks_key=False)
            except Exception as error:
                passing = is_passing(error)
                CONSUMER_RETRIES.labels(self._group, "dependency" if passing else "defect").inc()
                if not passing:
                    log.warning("message.failed", type=message.type, error=type(error).__name__, exc_info=error)
                    if asyncio.get_running_loop().time() >= deadline:
                        return _Reason(type(error).__name__, parks_key=True)
                incoming = None
                pause = await self._pause(pause)
            else:
                self._count("applied")
                return None
        return None

    async def _apply(self, message: Message, incoming: "Incoming[Any] | Exception | None") -> None:
        if incoming is None:
            incoming = await self._prepare(message)
        if isinstance(incoming, Exception):
            raise incoming
        with traced(message.headers.get("traceparent")):
            if self._apply_batch is not None:
                await self._apply_batch([incoming])
                return
            apply = self._table[message.type].apply
            if apply is not None:
                await apply(incoming)

    async def _prepare_all(self, messages: Sequence[Message]) -> list[tuple[Message, "Incoming[Any] | Exception"]]:
        gate = asyncio.Semaphore(_PREPARED_AT_ONCE)

        async def prepare(message: Message) -> "tuple[Message, Incoming[Any] | Exception]":
            async with gate:
                try:
                    return message, await self._prepare(message)
                except Exception as error:  # noqa: BLE001 - judged when its turn to be applied comes
                    return message, error

        return list(await asyncio.gather(*(prepare(message) for message in messages)))

    async def _prepare(self, message: Message) -> "Incoming[Any]":
        subscription = self._table[message.type]
        body = subscription.event.FromString(message.value)
        actor = Actor(mandant=message.mandant, sub=message.headers.get("dms-actor", ""))
        incoming: Incoming[Any] = Incoming(message=message, body=body, actor=actor)
        if subscription.prepare is not None:
            with traced(message.headers.get("traceparent")):
                incoming.prepared = await subscription.prepare(incoming)
        return incoming

    async def _retry_requested(self) -> None:
        failed: set[tuple[str, str]] = set()
        letters = await self._dead_letters.requested()
        for letter_id, message in letters:
            if (message.topic, message.key) in failed:
                continue
            reason = await self._try(message, None)
            if reason is None and not self._stop.is_set():
                await self._dead_letters.remove(letter_id)
            elif reason is not None:
                failed.add((message.topic, message.key))
                await self._dead_letters.keep(message, reason.text)
        if letters:
            self.state.parked = await self._dead_letters.parked_keys()

    async def _bury(self, message: Message, reason: str, *, parks_key: bool) -> None:
        pause = _FIRST_PAUSE
        while True:
            try:
                await self._dead_letters.add(message, reason, parks_key=parks_key)
            except Exception as error:
                if not is_passing(error):
                    raise
                if self._stop.is_set():
                    return
                pause = await self._pause(pause)
            else:
                break
        log.error("message.dead", type=message.type, ce_id=message.id, reason=reason)
        self._count("dead")
        if parks_key:
            self.state.parked.add((message.topic, message.key))

    def _count(self, outcome: str, number: int = 1) -> None:
        CONSUMER_MESSAGES.labels(self._group, outcome).inc(number)

    def _is_parked(self, message: Message) -> bool:
        return (message.topic, message.key) in self.state.parked

    async def _pause(self, seconds: float) -> float:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stop.wait(), seconds)
        return min(seconds * 2, _LONGEST_PAUSE)


@dataclass(frozen=True)
class _Reason:
    text: str
    parks_key: bool
