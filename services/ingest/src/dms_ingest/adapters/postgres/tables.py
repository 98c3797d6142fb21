"""Ingest's tables, and the domain classes mapped to them from outside."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    Uuid,
    false,
)
from sqlalchemy.orm import composite, registry, relationship
from sqlalchemy.types import Enum

from dms_ingest.domain.anlage import Anlage, AnlagePruefstatus, Objekt
from dms_ingest.domain.antrag import Antrag
from dms_kit.access.projection import add_projection_tables
from dms_kit.audit.tables import add_audit_tables
from dms_kit.database import NAMING
from dms_kit.fixity.tables import add_fixity_tables
from dms_kit.messaging.tables import add_messaging_tables

metadata = MetaData(schema="ingest", naming_convention=NAMING)
mapper_registry = registry(metadata=metadata)

# Keys and running numbers are compared byte by byte: a C collation lets row-level security use their indexes.
_KEY = Text(collation="C")


def _objekt_columns(prefix: str) -> list[Column[object]]:
    # The key is NULL once ingest no longer keeps the object; size and hashes stay for ever.
    return [
        Column(f"{prefix}_key", _KEY, nullable=True),
        Column(f"{prefix}_groesse", BigInteger, nullable=False),
        Column(f"{prefix}_sha256", _KEY, nullable=False),
        Column(f"{prefix}_sha512", _KEY, nullable=False),
        Column(f"{prefix}_bloecke", LargeBinary, nullable=False),
    ]


antrag = Table(
    "antrag",
    metadata,
    Column("mandant", _KEY, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("client", _KEY, nullable=False),
    Column("eingangsnummer", _KEY, nullable=False),
    Column("eingegangen_am", DateTime(timezone=True), nullable=False),
    Column("leistung_schluessel", _KEY, nullable=False),
    Column("leistung_bezeichnung", Text, nullable=False),
    Column("region", _KEY, nullable=False),
    Column("betreff", Text, nullable=False),
    Column("externe_referenz", _KEY, nullable=True),
    *_objekt_columns("formular"),
    Column("quittung", Text, nullable=False),
    Column("vorgang_id", Uuid, nullable=True),
    Column("aktenzeichen", Text, nullable=True),
    Column("zustaendigkeit_id", Uuid, nullable=True),
    Column("rang", SmallInteger, nullable=True),
    Column("abgeschirmt", Boolean, nullable=False, server_default=false()),
    Column("anzahl_dokumente", Integer, nullable=True),
    Column("abgelegt_am", DateTime(timezone=True), nullable=True),
    Column("durchsuchbar_am", DateTime(timezone=True), nullable=True),
    Column("zugewiesen_am", DateTime(timezone=True), nullable=True),
    Column("zuletzt_zugewiesen_am", DateTime(timezone=True), nullable=True),
    Column("abgeschlossen_am", DateTime(timezone=True), nullable=True),
)
Index("uq_antrag_eingangsnummer", antrag.c.mandant, antrag.c.eingangsnummer, unique=True)
Index(None, antrag.c.mandant, antrag.c.client, antrag.c.id)
Index(None, antrag.c.mandant, antrag.c.client, antrag.c.externe_referenz, antrag.c.id)
Index("ix_antrag_formular_key", antrag.c.formular_key, postgresql_where=antrag.c.formular_key.is_not(None))
Index("ix_antrag_kept", antrag.c.abgelegt_am, postgresql_where=antrag.c.formular_key.is_not(None))

anlage = Table(
    "anlage",
    metadata,
    Column("mandant", _KEY, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("antrag_id", Uuid, nullable=False),
    Column("position", Integer, nullable=False),
    Column("dateiname", Text, nullable=False),
    Column("dateiname_original", Text, nullable=False),
    Column("mime_type", Text, nullable=False),
    *_objekt_columns("objekt"),
    Column(
        "pruefstatus",
        Enum(
            AnlagePruefstatus,
            native_enum=False,
            create_constraint=False,
            values_callable=lambda states: [state.value for state in states],
        ),
        nullable=False,
    ),
    ForeignKeyConstraint(["mandant", "antrag_id"], ["ingest.antrag.mandant", "ingest.antrag.id"]),
    CheckConstraint("pruefstatus IN ('nicht_geprueft', 'sauber', 'befallen')", name="pruefstatus"),
)
Index("uq_anlage_position", anlage.c.mandant, anlage.c.antrag_id, anlage.c.position, unique=True)
Index("ix_anlage_objekt_key", anlage.c.objekt_key, postgresql_where=anlage.c.objekt_key.is_not(None))

# Which Dokumente of an Antrag can be found; may be there before ingest hears of the Vorgang.
antrag_dokument = Table(
    "antrag_dokument",
    metadata,
    Column("mandant", _KEY, primary_key=True),
    Column("antrag_id", Uuid, primary_key=True),
    Column("dokument_id", Uuid, primary_key=True),
    Column("indexiert_am", DateTime(timezone=True), nullable=False),
)

add_messaging_tables(metadata)
add_audit_tables(metadata)
add_fixity_tables(metadata)
add_projection_tables(metadata)


def _objekt(table: Table, prefix: str) -> object:
    names = ("key", "groesse", "sha256", "sha512", "bloecke")
    return composite(Objekt, *(table.c[f"{prefix}_{name}"] for name in names))


mapper_registry.map_imperatively(Anlage, anlage, properties={"objekt": _objekt(anlage, "objekt")})
mapper_registry.map_imperatively(
    Antrag,
    antrag,
    version_id_col=antrag.c.version,
    properties={
        "formular": _objekt(antrag, "formular"),
        "anlagen": relationship(Anlage, lazy="raise", order_by=anlage.c.position),
    },
)
