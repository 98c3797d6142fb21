"""What came in, and what of it waits in the Posteingang."""

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB

from dms_records.adapters.postgres.columns import SORTED, key, moment, reference, version
from dms_records.adapters.postgres.tables.mapping import metadata
from dms_records.adapters.postgres.virenpruefung_columns import index_virenpruefung, virenpruefung_columns

eingang = Table(
    "eingang",
    metadata,
    *key("antrag_id"),
    Column("eingangsnummer", Text, nullable=False),
    moment("eingegangen_am"),
    Column("leistung_schluessel", Text, nullable=False),
    Column("leistung_bezeichnung", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("betreff", Text, nullable=False),
    # Text, not jsonb: jsonb would turn 12.50 into 12.5.
    Column("formulardaten", Text),
    Column("antragsteller", JSONB(none_as_null=True)),
)

eingang_anlage = Table(
    "eingang_anlage",
    metadata,
    *key(),
    Column("antrag_id", Uuid, nullable=False),
    Column("position", Integer, nullable=False),
    Column("art", Text, nullable=False),
    Column("dateiname", Text, nullable=False),
    Column("mime_type", Text, nullable=False),
    Column("groesse", BigInteger, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("sha512", Text, nullable=False),
    Column("blocks", LargeBinary, nullable=False),
    Column("objekt_key", Text, nullable=False),
    *virenpruefung_columns(),
    UniqueConstraint("mandant", "antrag_id", "position"),
    UniqueConstraint("mandant", "objekt_key"),
    reference("antrag_id", to="eingang", target="antrag_id"),
)
index_virenpruefung(eingang_anlage)

posteingang = Table(
    "posteingang",
    metadata,
    *key(),
    version(),
    Column("antrag_id", Uuid, nullable=False),
    Column("grund", Text, nullable=False),
    moment("eingegangen_am"),
    Column("betreff", Text, nullable=False),
    Column("betreff_sortierung", SORTED, nullable=False),
    Column("vorgang_id", Uuid),
    moment("abgelegt_am", nullable=True),
    UniqueConstraint("mandant", "antrag_id"),
    reference("antrag_id", to="eingang", target="antrag_id"),
    reference("vorgang_id", to="vorgang"),
)
_waiting = posteingang.c.vorgang_id.is_(None)
Index(
    "ix_posteingang_eingegangen_am",
    posteingang.c.mandant,
    posteingang.c.eingegangen_am,
    posteingang.c.id,
    postgresql_where=_waiting,
)
Index(
    "ix_posteingang_betreff",
    posteingang.c.mandant,
    posteingang.c.betreff_sortierung,
    posteingang.c.id,
    postgresql_where=_waiting,
)
