"""Offices and who is responsible for what."""

from sqlalchemy import (
    Column,
    Date,
    Index,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)

from dms_records.adapters.postgres.columns import SORTED, key, reference, version
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
    reference("aktenplaneinheit_id", to="aktenplaneinheit"),
    reference("organisationseinheit_id", to="organisationseinheit"),
)

# One open row for each pair; closed ones stay as history.
Index(
    "uq_zustaendigkeit_offen",
    zustaendigkeit.c.mandant,
    zustaendigkeit.c.aktenplaneinheit_id,
    zustaendigkeit.c.organisationseinheit_id,
    unique=True,
    postgresql_where=zustaendigkeit.c.gueltig_bis.is_(None),
)
