"""Workflow's tables, and the Aufgabe mapped to its table from outside."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Index,
    MetaData,
    SmallInteger,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.orm import registry

from dms_kit.access.projection import add_projection_tables
from dms_kit.audit.tables import add_audit_tables
from dms_kit.database import NAMING
from dms_kit.messaging.tables import add_messaging_tables
from dms_workflow.domain.aufgabe import Aufgabe

metadata = MetaData(schema="workflow", naming_convention=NAMING)
mapper_registry = registry(metadata=metadata)

# Keys are compared byte by byte: a C collation lets row-level security use their indexes.
_KEY = Text(collation="C")

aufgabe = Table(
    "aufgabe",
    metadata,
    Column("mandant", _KEY, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("vorgang_id", Uuid, nullable=False),
    Column("vorgang_version", BigInteger, nullable=False),
    Column("antrag_id", Uuid, nullable=True),
    Column("aktenzeichen", Text, nullable=False),
    Column("zustaendigkeit_id", Uuid, nullable=False),
    Column("rang", SmallInteger, nullable=False),
    Column("abgeschirmt", Boolean, nullable=False),
    Column("titel", Text, nullable=False),
    Column("faellig_am", Date, nullable=False),
    Column("erstellt_am", DateTime(timezone=True), nullable=False),
    Column("status", _KEY, nullable=False),
    Column("bearbeiter_sub", Text, nullable=True),
    Column("bearbeiter_name", Text, nullable=True),
    Column("ergebnis", Text, nullable=True),
    Column("bemerkung", Text, nullable=True),
    CheckConstraint("status IN ('offen', 'uebernommen', 'erledigt')", name="status"),
    CheckConstraint("(status = 'offen') = (bearbeiter_sub IS NULL)", name="bearbeiter"),
)
# One Aufgabe for each Vorgang: a Vorgang that is published again cannot open a second one.
Index("uq_aufgabe_vorgang_id", aufgabe.c.mandant, aufgabe.c.vorgang_id, unique=True)
Index(None, aufgabe.c.mandant, aufgabe.c.faellig_am, aufgabe.c.id)
Index(None, aufgabe.c.mandant, aufgabe.c.status, aufgabe.c.faellig_am, aufgabe.c.id)
Index(
    "ix_aufgabe_postkorb",
    aufgabe.c.mandant,
    aufgabe.c.zustaendigkeit_id,
    aufgabe.c.status,
    aufgabe.c.faellig_am,
    aufgabe.c.id,
)

add_messaging_tables(metadata)
add_audit_tables(metadata)
add_projection_tables(metadata)

mapper_registry.map_imperatively(Aufgabe, aufgabe, version_id_col=aufgabe.c.version)
