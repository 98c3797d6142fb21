"""Akten."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)

from dms_records.adapters.postgres.columns import (
    SORTED,
    key,
    moment,
    number_and_place,
    protection,
    reference,
    version,
    zda_sorted,
)
from dms_records.adapters.postgres.tables.mapping import metadata

akte = Table(
    "akte",
    metadata,
    *key(),
    version(),
    *number_and_place(ebene=1),
    Column("status", Text, nullable=False, server_default="in_bearbeitung"),
    Column("zda_am", Date),
    zda_sorted(),
    Column("titel", Text, nullable=False),
    Column("titel_sortierung", SORTED, nullable=False),
    Column("art", Text, nullable=False),
    Column("jahr", Integer),
    Column("aktenplaneinheit_id", Uuid, nullable=False),
    *protection(),
    moment("erstellt_am"),
    UniqueConstraint("mandant", "aktenzeichen"),
    CheckConstraint("art IN ('fallakte', 'sammelakte')", name="art"),
    CheckConstraint("status IN ('entwurf', 'registriert', 'in_bearbeitung', 'zda')", name="status"),
    CheckConstraint("(status = 'entwurf') = (aktenzeichen IS NULL)", name="entwurf"),
    CheckConstraint("(status = 'zda') = (zda_am IS NOT NULL)", name="zda"),
    reference("aktenplaneinheit_id", to="aktenplaneinheit"),
    reference("uebergeordnet_id", to="akte"),
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
Index("ix_akte_aktenzeichen", akte.c.mandant, akte.c.zustaendigkeit_id, akte.c.aktenzeichen_sortierung, akte.c.id)
Index("ix_akte_zda_am", akte.c.mandant, akte.c.zustaendigkeit_id, akte.c.zda_sortierung, akte.c.id)
Index("ix_akte_status", akte.c.mandant, akte.c.zustaendigkeit_id, akte.c.status, akte.c.erstellt_am, akte.c.id)
Index("ix_akte_aktenplaneinheit", akte.c.mandant, akte.c.aktenplaneinheit_id, akte.c.erstellt_am, akte.c.id)
_is_below = akte.c.uebergeordnet_id.is_not(None)
Index(
    "ix_akte_uebergeordnet",
    akte.c.mandant,
    akte.c.uebergeordnet_id,
    akte.c.erstellt_am,
    akte.c.id,
    postgresql_where=_is_below,
)
Index(
    "uq_akte_position",
    akte.c.mandant,
    akte.c.uebergeordnet_id,
    akte.c.position,
    unique=True,
    postgresql_where=_is_below & akte.c.position.is_not(None),
)
