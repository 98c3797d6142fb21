"""Tables of messaging, added to each service's metadata."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    false,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB


def add_messaging_tables(metadata: MetaData) -> None:
    """Add `outbox`, `inbox`, `dead_letter` and `idempotency_key` to a service's metadata."""
    _add_outbox(metadata)
    _add_dead_letter(metadata)
    inbox = Table(
        "inbox",
        metadata,
        Column("mandant", Text, primary_key=True),
        Column("ce_id", Text, primary_key=True),
        Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    )
    Index(None, inbox.c.created_at)
    key = Table(
        "idempotency_key",
        metadata,
        Column("mandant", Text, primary_key=True),
        Column("client", Text, primary_key=True),
        Column("operation", Text, primary_key=True),
        Column("key", Text, primary_key=True),
        Column("fingerprint", Text, nullable=False),
        Column("status", Integer, nullable=False),
        Column("body", LargeBinary, nullable=False),
        Column("lives_forever", Boolean, nullable=False),
        Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    )
    Index(None, key.c.created_at, postgresql_where=~key.c.lives_forever)


def _add_outbox(metadata: MetaData) -> None:
    # Debezium's outbox columns first, so that a connector can take the relay's place one day.
    table = Table(
        "outbox",
        metadata,
        Column("id", BigInteger, Identity(always=True), primary_key=True),
        Column("aggregatetype", Text, nullable=False),
        Column("aggregateid", Text, nullable=False),
        Column("type", Text, nullable=False),
        Column("payload", LargeBinary, nullable=False),
        Column("mandant", Text, nullable=False),
        Column("topic", Text, nullable=False),
        Column("headers", JSONB, nullable=False),
        Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
        Column("sent_at", DateTime(timezone=True), nullable=True),
    )
    Index("ix_outbox_unsent", table.c.id, postgresql_where=table.c.sent_at.is_(None))
    Index("ix_outbox_sent_at", table.c.sent_at, postgresql_where=table.c.sent_at.is_not(None))


def _add_dead_letter(metadata: MetaData) -> None:
    table = Table(
        "dead_letter",
        metadata,
        Column("id", BigInteger, Identity(always=True), primary_key=True),
        Column("mandant", Text, nullable=False),
        Column("topic", Text, nullable=False),
        Column("key", Text, nullable=False),
        Column("ce_id", Text, nullable=False),
        Column("type", Text, nullable=False),
        Column("headers", JSONB, nullable=False),
        Column("payload", LargeBinary, nullable=False),
        Column("reason", Text, nullable=False),
        # A parked key holds back its later messages; these wait here too, with the reason `wartet`.
        Column("parks_key", Boolean, nullable=False, server_default=false()),
        Column("retry_requested", Boolean, nullable=False, server_default=false()),
        Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    )
    Index("uq_dead_letter_ce_id", table.c.mandant, table.c.ce_id, unique=True)
    Index(None, table.c.topic, table.c.key, table.c.id)
