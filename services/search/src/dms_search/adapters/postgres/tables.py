"""Search's tables, and the domain classes mapped to them from outside."""

from sqlalchemy import BigInteger, CheckConstraint, Column, DateTime, Index, MetaData, Table, Text, Uuid
from sqlalchemy.orm import registry
from sqlalchemy.types import Enum

from dms_kit.access.projection import add_projection_tables
from dms_kit.audit.tables import add_audit_tables
from dms_kit.database import NAMING
from dms_kit.messaging.tables import add_messaging_tables
from dms_search.domain.indexlauf import Indexlauf, IndexlaufStatus

metadata = MetaData(schema="search", naming_convention=NAMING)
mapper_registry = registry(metadata=metadata)

# Compared byte by byte: a C collation lets row-level security use the indexes.
_KEY = Text(collation="C")
_STATUS = [status.value for status in IndexlaufStatus]

indexlauf = Table(
    "indexlauf",
    metadata,
    Column("mandant", _KEY, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column(
        "status",
        Enum(
            IndexlaufStatus,
            native_enum=False,
            create_constraint=False,
            length=11,
            values_callable=lambda _statuses: _STATUS,
        ),
        nullable=False,
    ),
    Column("angefordert_am", DateTime(timezone=True), nullable=False),
    Column("gestartet_am", DateTime(timezone=True), nullable=True),
    Column("beendet_am", DateTime(timezone=True), nullable=True),
    Column("anzahl", BigInteger, nullable=False),
    Column("erwartet", BigInteger, nullable=True),
    CheckConstraint("status IN ('wartet', 'laeuft', 'fertig', 'gescheitert')", name="status"),
)
Index("ix_indexlauf_open", indexlauf.c.id, postgresql_where=indexlauf.c.status.in_(["wartet", "laeuft"]))

# Up to when the facts of a Mandant are in the index.
indexstand = Table(
    "indexstand",
    metadata,
    Column("mandant", _KEY, primary_key=True),
    Column("indexiert_bis", DateTime(timezone=True), nullable=False),
)

add_messaging_tables(metadata)
add_audit_tables(metadata)
add_projection_tables(metadata)

mapper_registry.map_imperatively(Indexlauf, indexlauf)
