"""The outbox: facts become rows in the transaction of their act, the relay sends them later."""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from google.protobuf.message import Message as ProtobufMessage
from sqlalchemy import MetaData, update
from sqlalchemy.ext.asyncio import AsyncEngine

from dms_kit.core.actor import Actor
from dms_kit.database import Insertion
from dms_kit.ports.event_bus import MAX_MESSAGE_BYTES, MessageTooLargeError

CONTENT_TYPE = "application/protobuf"
_EVENTS_SUFFIX = "_events.proto"
_SQL = """
    INSERT INTO "{schema}".outbox (aggregatetype, aggregateid, type, payload, mandant, topic, headers)
    SELECT fresh.aggregate, fresh.key, fresh.type, fresh.payload, :outbox_mandant, fresh.topic,
        CAST(fresh.headers AS jsonb)
    FROM unnest(
        CAST(:outbox_aggregates AS text[]), CAST(:outbox_keys AS text[]), CAST(:outbox_types AS text[]),
        CAST(:outbox_payloads AS bytea[]), CAST(:outbox_topics AS text[]), CAST(:outbox_headers AS text[])
    ) WITH ORDINALITY AS fresh (aggregate, key, type, payload, topic, headers, place)
    ORDER BY fresh.place
    RETURNING id
"""


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


def insertion_of(
    schema: str, outgoing: Sequence[Outgoing], *, actor: Actor, source: str, moment: datetime, traceparent: str | None
) -> Insertion:
    """Return the insertion of the facts; too large a message is refused here, not by the bus."""
    payloads = [fact.body.SerializeToString(deterministic=True) for fact in outgoing]
    for fact, payload in zip(outgoing, payloads, strict=True):
        if len(payload) > MAX_MESSAGE_BYTES:
            raise MessageTooLargeError(fact.body.DESCRIPTOR.full_name)
    headers = [_headers(fact, actor=actor, source=source, moment=moment, traceparent=traceparent) for fact in outgoing]
    topics = [topic_of(fact.body) for fact in outgoing]
    return Insertion(
        "outbox_rows",
        _SQL.format(schema=schema),
        {
            "outbox_mandant": actor.mandant,
            "outbox_aggregates": [topic.split(".")[2] for topic in topics],
            "outbox_keys": [fact.key for fact in outgoing],
            "outbox_types": [fact.body.DESCRIPTOR.full_name for fact in outgoing],
            "outbox_payloads": payloads,
            "outbox_topics": topics,
            "outbox_headers": [json.dumps(row) for row in headers],
        },
    )


async def resend(engine: AsyncEngine, metadata: MetaData) -> int:
    """
    Have the relay send every kept fact of a service again, as it was; return how many they are.

    For a bus that lost its messages: what a consumer knows its inbox recognises, because it keeps a `ce_id` for longer
    than the outbox keeps a fact. In order per key, as the relay reads them.
    """
    outbox = metadata.tables[f"{metadata.schema}.outbox"]
    async with engine.begin() as connection:
        outcome = await connection.execute(update(outbox).where(outbox.c.sent_at.is_not(None)).values(sent_at=None))
        return outcome.rowcount


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
