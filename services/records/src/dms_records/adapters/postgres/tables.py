"""
The tables of records, and the imperative mapping of the domain onto them.

Lists walk btree indexes of (mandant, zustaendigkeit_id, sort column, id): under row-level security only plain
comparisons may use an index. Texts that lists are sorted by are C-collated, so that byte order is the order.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.orm import registry
from sqlalchemy.schema import SchemaItem

from dms_kit.audit.tables import add_audit_tables
from dms_kit.database import NAMING
from dms_kit.messaging.tables import add_messaging_tables
from dms_records.adapters.postgres.virenpruefung_columns import index_virenpruefung, virenpruefung_columns
from dms_records.domain.ablageregel import Ablageregel
from dms_records.domain.akte import Akte
from dms_records.domain.aktenplaneinheit import Aktenplaneinheit
from dms_records.domain.dokument import Dokument, Dokumentversion
from dms_records.domain.eingang import Eingang, EingangAnlage
from dms_records.domain.organisationseinheit import Organisationseinheit
from dms_records.domain.posteingang import Posteingang
from dms_records.domain.vorgang import Vorgang, VorgangAufgabe
from dms_records.domain.zustaendigkeit import Zustaendigkeit

SCHEMA = "records"
metadata = MetaData(schema=SCHEMA, naming_convention=NAMING)
mapper_registry = registry(metadata=metadata)
_SORTED = Text(collation="C")


def _moment(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, DateTime(timezone=True), nullable=nullable)


def _reference(*columns: str, to: str, target: str = "id") -> ForeignKeyConstraint:
    # Deferred: the order in which a flush inserts does not matter, the commit checks.
    names = ["mandant", *columns]
    return ForeignKeyConstraint(
        names, [f"{SCHEMA}.{to}.mandant", f"{SCHEMA}.{to}.{target}"], deferrable=True, initially="DEFERRED"
    )


def _key(name: str = "id") -> tuple[Column[Any], Column[Any]]:
    return Column("mandant", Text, primary_key=True), Column(name, Uuid, primary_key=True)


def _version() -> Column[Any]:
    return Column("version", BigInteger, nullable=False)


def _protection() -> tuple[SchemaItem, ...]:
    return (
        Column("zustaendigkeit_id", Uuid, nullable=False),
        Column("rang", SmallInteger, nullable=False),
        Column("abgeschirmt", Boolean, nullable=False),
        _reference("zustaendigkeit_id", to="zustaendigkeit"),
    )


organisationseinheit = Table(
    "organisationseinheit",
    metadata,
    *_key(),
    _version(),
    Column("schluessel", _SORTED, nullable=False),
    Column("name", Text, nullable=False),
    Column("uebergeordnet_id", Uuid),
    Column("gueltig_von", Date, nullable=False),
    Column("gueltig_bis", Date),
    UniqueConstraint("mandant", "schluessel"),
    _reference("uebergeordnet_id", to="organisationseinheit"),
)

aktenplaneinheit = Table(
    "aktenplaneinheit",
    metadata,
    *_key(),
    _version(),
    Column("schluessel", _SORTED, nullable=False),
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
    _reference("uebergeordnet_id", to="aktenplaneinheit"),
    _reference("organisationseinheit_id", to="organisationseinheit"),
)

zustaendigkeit = Table(
    "zustaendigkeit",
    metadata,
    *_key(),
    _version(),
    Column("aktenplaneinheit_id", Uuid, nullable=False),
    Column("organisationseinheit_id", Uuid, nullable=False),
    Column("gueltig_von", Date, nullable=False),
    Column("gueltig_bis", Date),
    _reference("aktenplaneinheit_id", to="aktenplaneinheit"),
    _reference("organisationseinheit_id", to="organisationseinheit"),
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

ablageregel = Table(
    "ablageregel",
    metadata,
    *_key(),
    _version(),
    Column("leistung", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("aktenplaneinheit_id", Uuid, nullable=False),
    Column("organisationseinheit_id", Uuid),
    UniqueConstraint("mandant", "leistung", "region"),
    _reference("aktenplaneinheit_id", to="aktenplaneinheit"),
    _reference("organisationseinheit_id", to="organisationseinheit"),
)

akte = Table(
    "akte",
    metadata,
    *_key(),
    _version(),
    Column("aktenzeichen", _SORTED, nullable=False),
    Column("titel", Text, nullable=False),
    Column("titel_sortierung", _SORTED, nullable=False),
    Column("art", Text, nullable=False),
    Column("jahr", Integer),
    Column("aktenplaneinheit_id", Uuid, nullable=False),
    *_protection(),
    _moment("erstellt_am"),
    UniqueConstraint("mandant", "aktenzeichen"),
    CheckConstraint("art IN ('fallakte', 'sammelakte')", name="art"),
    _reference("aktenplaneinheit_id", to="aktenplaneinheit"),
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

vorgang = Table(
    "vorgang",
    metadata,
    *_key(),
    _version(),
    Column("akte_id", Uuid, nullable=False),
    Column("aktenzeichen", _SORTED, nullable=False),
    Column("betreff", Text, nullable=False),
    Column("betreff_sortierung", _SORTED, nullable=False),
    Column("status", Text, nullable=False),
    Column("antrag_id", Uuid),
    *_protection(),
    Column("anzahl_dokumente", Integer, nullable=False),
    _moment("erstellt_am"),
    UniqueConstraint("mandant", "aktenzeichen"),
    UniqueConstraint("mandant", "antrag_id"),
    CheckConstraint("status IN ('offen', 'in_bearbeitung', 'zda')", name="status"),
    _reference("akte_id", to="akte"),
    _reference("antrag_id", to="eingang", target="antrag_id"),
)
Index("ix_vorgang_erstellt_am", vorgang.c.mandant, vorgang.c.zustaendigkeit_id, vorgang.c.erstellt_am, vorgang.c.id)
Index("ix_vorgang_betreff", vorgang.c.mandant, vorgang.c.zustaendigkeit_id, vorgang.c.betreff_sortierung, vorgang.c.id)
Index("ix_vorgang_aktenzeichen", vorgang.c.mandant, vorgang.c.zustaendigkeit_id, vorgang.c.aktenzeichen, vorgang.c.id)
Index(
    "ix_vorgang_status",
    vorgang.c.mandant,
    vorgang.c.zustaendigkeit_id,
    vorgang.c.status,
    vorgang.c.erstellt_am,
    vorgang.c.id,
)
Index(
    "ix_vorgang_status_betreff",
    vorgang.c.mandant,
    vorgang.c.zustaendigkeit_id,
    vorgang.c.status,
    vorgang.c.betreff_sortierung,
    vorgang.c.id,
)
Index(
    "ix_vorgang_status_aktenzeichen",
    vorgang.c.mandant,
    vorgang.c.zustaendigkeit_id,
    vorgang.c.status,
    vorgang.c.aktenzeichen,
    vorgang.c.id,
)
Index("ix_vorgang_akte", vorgang.c.mandant, vorgang.c.akte_id, vorgang.c.erstellt_am, vorgang.c.id)

vorgang_aufgabe = Table(
    "vorgang_aufgabe",
    metadata,
    *_key(),
    Column("vorgang_id", Uuid, nullable=False),
    Column("aufgabe_version", BigInteger, nullable=False),
    Column("uebernommen", Boolean, nullable=False),
    _reference("vorgang_id", to="vorgang"),
)
Index(None, vorgang_aufgabe.c.mandant, vorgang_aufgabe.c.vorgang_id)

dokument = Table(
    "dokument",
    metadata,
    *_key(),
    _version(),
    Column("vorgang_id", Uuid, nullable=False),
    Column("akte_id", Uuid, nullable=False),
    Column("antrag_id", Uuid),
    Column("aktenzeichen", _SORTED, nullable=False),
    Column("nummer", Integer, nullable=False),
    Column("titel", Text, nullable=False),
    Column("titel_sortierung", _SORTED, nullable=False),
    Column("art", Text, nullable=False),
    *_protection(),
    Column("aktuelle_version", Integer, nullable=False),
    _moment("erstellt_am"),
    UniqueConstraint("mandant", "aktenzeichen"),
    UniqueConstraint("mandant", "vorgang_id", "nummer"),
    _reference("vorgang_id", to="vorgang"),
    _reference("akte_id", to="akte"),
)

dokumentversion = Table(
    "dokumentversion",
    metadata,
    *_key(),
    Column("dokument_id", Uuid, nullable=False),
    Column("nummer", Integer, nullable=False),
    Column("dateiname", Text, nullable=False),
    Column("mime_type", Text, nullable=False),
    Column("groesse", BigInteger, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("sha512", Text, nullable=False),
    Column("blocks", LargeBinary, nullable=False),
    Column("objekt_key", Text, nullable=False),
    *virenpruefung_columns(),
    _moment("erstellt_am"),
    UniqueConstraint("mandant", "dokument_id", "nummer"),
    UniqueConstraint("mandant", "objekt_key"),
    CheckConstraint("pruefstatus IN ('nicht_geprueft', 'sauber', 'befallen')", name="pruefstatus"),
    _reference("dokument_id", to="dokument"),
)
index_virenpruefung(dokumentversion)

# By whom and when a file was last read, so that range requests count once; rows are pruned by the reaper.
dokumentversion_zugriff = Table(
    "dokumentversion_zugriff",
    metadata,
    *_key("objekt_id"),
    Column("sub", Text, primary_key=True),
    _moment("gelesen_am"),
)
Index(None, dokumentversion_zugriff.c.gelesen_am)

eingang = Table(
    "eingang",
    metadata,
    *_key("antrag_id"),
    Column("eingangsnummer", Text, nullable=False),
    _moment("eingegangen_am"),
    Column("leistung_schluessel", Text, nullable=False),
    Column("leistung_bezeichnung", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("betreff", Text, nullable=False),
    # Text, not jsonb: jsonb would turn 12.50 into 12.5.
    Column("formulardaten", Text),
)

eingang_anlage = Table(
    "eingang_anlage",
    metadata,
    *_key(),
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
    _reference("antrag_id", to="eingang", target="antrag_id"),
)
index_virenpruefung(eingang_anlage)

posteingang = Table(
    "posteingang",
    metadata,
    *_key(),
    _version(),
    Column("antrag_id", Uuid, nullable=False),
    Column("grund", Text, nullable=False),
    _moment("eingegangen_am"),
    Column("betreff", Text, nullable=False),
    Column("betreff_sortierung", _SORTED, nullable=False),
    Column("vorgang_id", Uuid),
    _moment("abgelegt_am", nullable=True),
    UniqueConstraint("mandant", "antrag_id"),
    _reference("antrag_id", to="eingang", target="antrag_id"),
    _reference("vorgang_id", to="vorgang"),
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

# The running numbers of a plan unit (by year or, with 0, for ever), of an Akte and of a Vorgang.
aktenzeichen_zaehler = Table(
    "aktenzeichen_zaehler",
    metadata,
    *_key("bereich_id"),
    Column("jahr", Integer, primary_key=True),
    Column("wert", BigInteger, nullable=False),
)

add_messaging_tables(metadata)
add_audit_tables(metadata)


def _map() -> None:
    versioned = {
        Organisationseinheit: organisationseinheit,
        Aktenplaneinheit: aktenplaneinheit,
        Zustaendigkeit: zustaendigkeit,
        Ablageregel: ablageregel,
        Akte: akte,
        Vorgang: vorgang,
        Dokument: dokument,
        Posteingang: posteingang,
    }
    for noun, table in versioned.items():
        mapper_registry.map_imperatively(noun, table, version_id_col=table.c.version)
    plain = {
        Dokumentversion: dokumentversion,
        Eingang: eingang,
        EingangAnlage: eingang_anlage,
        VorgangAufgabe: vorgang_aufgabe,
    }
    for row, table in plain.items():
        mapper_registry.map_imperatively(row, table)


_map()
