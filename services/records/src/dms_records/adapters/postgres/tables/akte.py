"""Akten."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)

from dms_records.adapters.postgres.columns import SORTED, key, moment, protection, reference, version
from dms_records.adapters.postgres.tables.mapping import metadata

akte = Table(
    "akte",
    metadata,
    *key(),
    version(),
    Column("aktenzeichen", SORTED, nullable=False),
    Column("titel", Text, nullable=False),
    Column("titel_sortierung", SORTED, nullable=False),
    Column("art", Text, nullable=False),
    Column("jahr", Integer),
    Column("aktenplaneinheit_id", Uuid, nullable=False),
    *protection(),
    moment("erstellt_am"),
    UniqueConstraint("mandant", "aktenzeichen"),
    CheckConstraint("art IN ('fallakte', 'sammelakte')", name="art"),
    reference("aktenplaneinheit_id", to="aktenplaneinheit"),
)
Index(
    "uq_akte_sammelakte",
    akte.c.mandant,
    akte.c.aktenplaneinheit_id,
    akte.c.zustaendigkeit_id,
    akte.c.jahr,
    unique=True,
    postgresql_where=akte.c.jahr.is_not(None),
)
Index("ix_akte_erstellt_am", akte.c.mandant, akte.c.zustaendigkeit_id, akte.c.erstellt_am, akte.c.id)
Index("ix_akte_titel", akte.c.mandant, akte.c.zustaendigkeit_id, akte.c.titel_sortierung, akte.c.id)
Index("ix_akte_aktenzeichen", akte.c.mandant, akte.c.zustaendigkeit_id, akte.c.aktenzeichen, akte.c.id)
Index("ix_akte_aktenplaneinheit", akte.c.mandant, akte.c.aktenplaneinheit_id, akte.c.erstellt_am, akte.c.id)
