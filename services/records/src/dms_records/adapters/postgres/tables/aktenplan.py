"""The Aktenplan, the rules that lead into it, and its running numbers."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Integer,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)

from dms_records.adapters.postgres.columns import SORTED, key, reference, version
from dms_records.adapters.postgres.tables.mapping import metadata

aktenplaneinheit = Table(
    "aktenplaneinheit",
    metadata,
    *key(),
    version(),
    Column("schluessel", SORTED, nullable=False),
    Column("titel", Text, nullable=False),
    Column("uebergeordnet_id", Uuid),
    Column("gueltig_von", Date, nullable=False),
    Column("gueltig_bis", Date),
    Column("stillgelegt", Boolean, nullable=False),
    Column("aussonderungsart", Text),
    Column("aufbewahrungsdauer", Integer),
    Column("unbefristet", Boolean),
    Column("aktenbildung", Text),
    Column("aktenzeichen_akte", Text),
    Column("aktenzeichen_vorgang", Text),
    Column("aktenzeichen_dokument", Text),
    Column("organisationseinheit_id", Uuid),
    Column("rang", SmallInteger, nullable=False),
    UniqueConstraint("mandant", "schluessel"),
    CheckConstraint("aussonderungsart IN ('A', 'B', 'V')", name="aussonderungsart"),
    CheckConstraint("aktenbildung IN ('fallakte', 'sammelakte')", name="aktenbildung"),
    reference("uebergeordnet_id", to="aktenplaneinheit"),
    reference("organisationseinheit_id", to="organisationseinheit"),
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
