"""The Aktenplan, the rules that lead into it, and its running numbers."""

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Integer, Table, Text, UniqueConstraint, Uuid

from dms_records.adapters.postgres.aktenplan_columns import plan_columns, stand_columns
from dms_records.adapters.postgres.columns import key, reference, version
from dms_records.adapters.postgres.tables.mapping import metadata

aktenplaneinheit = Table(
    "aktenplaneinheit",
    metadata,
    *key(),
    version(),
    *plan_columns(),
    UniqueConstraint("mandant", "schluessel"),
    CheckConstraint("aussonderungsart IN ('A', 'B', 'V')", name="aussonderungsart"),
    CheckConstraint("aktenbildung IN ('fallakte', 'sammelakte')", name="aktenbildung"),
    reference("uebergeordnet_id", to="aktenplaneinheit"),
    reference("organisationseinheit_id", to="organisationseinheit"),
)
Index(
    "ix_aktenplaneinheit_uebergeordnet",
    aktenplaneinheit.c.mandant,
    aktenplaneinheit.c.uebergeordnet_id,
    aktenplaneinheit.c.schluessel,
)

# Every Stand that a unit ever had, from the first on: added by what changes the unit, never changed.
aktenplaneinheit_stand = Table(
    "aktenplaneinheit_stand",
    metadata,
    *key("aktenplaneinheit_id"),
    Column("version", BigInteger, primary_key=True),
    *plan_columns(),
    *stand_columns(),
    reference("aktenplaneinheit_id", to="aktenplaneinheit"),
)

ablageregel = Table(
    "ablageregel",
    metadata,
    *key(),
    version(),
    Column("leistung", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("aktenplaneinheit_id", Uuid, nullable=False),
    Column("organisationseinheit_id", Uuid),
    UniqueConstraint("mandant", "leistung", "region"),
    reference("aktenplaneinheit_id", to="aktenplaneinheit"),
    reference("organisationseinheit_id", to="organisationseinheit"),
)

# The running numbers of a plan unit (by year or, with 0, for ever), of an Akte and of a Vorgang.
aktenzeichen_zaehler = Table(
    "aktenzeichen_zaehler",
    metadata,
    *key("bereich_id"),
    Column("jahr", Integer, primary_key=True),
    Column("wert", BigInteger, nullable=False),
)
