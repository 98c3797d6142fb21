"""Offices and who is responsible for what."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Index,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    true,
)

from dms_records.adapters.postgres.columns import SORTED, key, moment, reference, version
from dms_records.adapters.postgres.tables.mapping import metadata

organisationseinheit = Table(
    "organisationseinheit",
    metadata,
    *key(),
    version(),
    Column("schluessel", SORTED, nullable=False),
    Column("name", Text, nullable=False),
    Column("uebergeordnet_id", Uuid),
    Column("gueltig_von", Date, nullable=False),
    Column("gueltig_bis", Date),
    Column("stand_von", Date),
    UniqueConstraint("mandant", "schluessel"),
    reference("uebergeordnet_id", to="organisationseinheit"),
)

zustaendigkeit = Table(
    "zustaendigkeit",
    metadata,
    *key(),
    version(),
    Column("aktenplaneinheit_id", Uuid, nullable=False),
    Column("organisationseinheit_id", Uuid, nullable=False),
    Column("gueltig_von", Date, nullable=False),
    Column("gueltig_bis", Date),
    Column("aufnehmend", Boolean, nullable=False, server_default=true()),
    reference("aktenplaneinheit_id", to="aktenplaneinheit"),
    reference("organisationseinheit_id", to="organisationseinheit"),
)

# One open row for each pair takes new files; after a merger others may stand beside it.
Index(
    "uq_zustaendigkeit_offen",
    zustaendigkeit.c.mandant,
    zustaendigkeit.c.aktenplaneinheit_id,
    zustaendigkeit.c.organisationseinheit_id,
    unique=True,
    postgresql_where=zustaendigkeit.c.gueltig_bis.is_(None) & zustaendigkeit.c.aufnehmend,
)
Index(None, zustaendigkeit.c.mandant, zustaendigkeit.c.organisationseinheit_id)

reorganisation = Table(
    "reorganisation",
    metadata,
    *key(),
    Column("wirksam_ab", Date, nullable=False),
    Column("grund", Text, nullable=False),
    moment("durchgefuehrt_am"),
    Column("schritte", Text, nullable=False),
    Column("ergebnis", Text, nullable=False),
)
Index(None, reorganisation.c.mandant, reorganisation.c.durchgefuehrt_am, reorganisation.c.id)

organisationseinheit_historie = Table(
    "organisationseinheit_historie",
    metadata,
    *key(),
    Column("organisationseinheit_id", Uuid, nullable=False),
    Column("stand", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("uebergeordnet_id", Uuid),
    Column("gueltig_von", Date, nullable=False),
    Column("gueltig_bis", Date, nullable=False),
    Column("reorganisation_id", Uuid),
    UniqueConstraint("mandant", "organisationseinheit_id", "stand", name="uq_organisationseinheit_historie_stand"),
    reference("organisationseinheit_id", to="organisationseinheit"),
    reference("uebergeordnet_id", to="organisationseinheit"),
    reference("reorganisation_id", to="reorganisation"),
)

zustaendigkeit_historie = Table(
    "zustaendigkeit_historie",
    metadata,
    *key(),
    Column("zustaendigkeit_id", Uuid, nullable=False),
    Column("stand", BigInteger, nullable=False),
    Column("organisationseinheit_id", Uuid, nullable=False),
    Column("gueltig_von", Date, nullable=False),
    Column("gueltig_bis", Date, nullable=False),
    Column("reorganisation_id", Uuid),
    UniqueConstraint("mandant", "zustaendigkeit_id", "stand", name="uq_zustaendigkeit_historie_stand"),
    reference("zustaendigkeit_id", to="zustaendigkeit"),
    reference("organisationseinheit_id", to="organisationseinheit"),
    reference("reorganisation_id", to="reorganisation"),
)
