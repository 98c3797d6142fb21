"""The outbox: facts become rows in the transaction of their act, the relay sends them later."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from google.protobuf.message import Message as ProtobufMessage
from sqlalchemy import MetaData, insert
from sqlalchemy.ext.asyncio import AsyncSession

from dms_kit.core.actor import Actor
from dms_kit.ports.event_bus import MAX_MESSAGE_BYTES, MessageTooLargeError

CONTENT_TYPE = "application/protobuf"
_EVENTS_SUFFIX = "_events.proto"


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """A fact ready to leave: the aggregate's id as key and its Protobuf message; `headers` only for republishing."""

    key: str
    body: ProtobufMessage
    headers: Mapping[str, str] = field(default_factory=dict)


def topic_of(message: type[ProtobufMessage] | ProtobufMessage) -> str:
    """Derive `dms.<owner>.<aggregate>.v<n>` from the proto path `dms/<owner>/v<n>/<aggregate>_events.proto`."""
    path = message.DESCRIPTOR.file.name
    root, owner, version, name = path.split("/")
    return f"{root}.{owner}.{name.removesuffix(_EVENTS_SUFFIX)}.{version}"


async def write_outbox(
    session: AsyncSession,
    metadata: MetaData,
    outgoing: Sequence[Outgoing],
    *,
    actor: Actor,
    source: str,
    moment: datetime,
    traceparent: str | None,
) -> None:
    """Insert the facts into the running transaction; too large a message is refused here, not by the bus."""
    table = metadata.tables[f"{metadata.schema}.outbox"]
    rows = []
    for fact in outgoing:
        payload = fact.body.SerializeToString(deterministic=True)
        if len(payload) > MAX_MESSAGE_BYTES:
            raise MessageTooLargeError(fact.body.DESCRIPTOR.full_name)
        topic = topic_of(fact.body)
        rows.append(
            {
                "aggregatetype": topic.split(".")[2],
                "aggregateid": fact.key,
                "type": fact.body.DESCRIPTOR.full_name,
                "payload": payload,
                "mandant": actor.mandant,
                "topic": topic,
                "headers": _headers(fact, actor=actor, source=source, moment=moment, traceparent=traceparent),
            }
        )
    await session.execute(insert(table), rows)


def _headers(fact: Outgoing, *, actor: Actor, source: str, moment: datetime, traceparent: str | None) -> dict[str, str]:
    headers = {
        "ce_id": str(uuid.uuid4()),
        "ce_type": fact.body.DESCRIPTOR.full_name,
        "ce_source": f"/dms/{source}",
        "ce_specversion": "1.0",
        "ce_time": moment.isoformat(),
        "content-type": CONTENT_TYPE,
        "dms-mandant": actor.mandant,
        "dms-actor": actor.sub,
        **fact.headers,
    }
    if traceparent:
        headers["traceparent"] = traceparent
    return headers
