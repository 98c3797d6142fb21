"""
The tables of records, and the imperative mapping of the domain onto them.

Lists walk btree indexes of (mandant, zustaendigkeit_id, sort column, id): under row-level security only plain
comparisons may use an index. Texts that lists are sorted by are C-collated, so that byte order is the order.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
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

from dms_kit.audit.tables import add_audit_tables
from dms_kit.database import NAMING
from dms_kit.messaging.tables import add_messaging_tables
from dms_records.adapters.postgres.columns import SCHEMA, SORTED, key, moment, protection, reference, version
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

metadata = MetaData(schema=SCHEMA, naming_convention=NAMING)
mapper_registry = registry(metadata=metadata)

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

vorgang = Table(
    "vorgang",
    metadata,
    *key(),
    version(),
    Column("akte_id", Uuid, nullable=False),
    Column("aktenzeichen", SORTED, nullable=False),
    Column("betreff", Text, nullable=False),
    Column("betreff_sortierung", SORTED, nullable=False),
    Column("status", Text, nullable=False),
    Column("antrag_id", Uuid),
    *protection(),
    Column("anzahl_dokumente", Integer, nullable=False),
    moment("erstellt_am"),
    UniqueConstraint("mandant", "aktenzeichen"),
    UniqueConstraint("mandant", "antrag_id"),
    CheckConstraint("status IN ('offen', 'in_bearbeitung', 'zda')", name="status"),
    reference("akte_id", to="akte"),
    reference("antrag_id", to="eingang", target="antrag_id"),
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
for _name, _sorted_by in (("betreff", "betreff_sortierung"), ("aktenzeichen", "aktenzeichen")):
    _walked = ("mandant", "zustaendigkeit_id", "status", _sorted_by, "id")
    Index(f"ix_vorgang_status_{_name}", *(vorgang.c[_column] for _column in _walked))
Index("ix_vorgang_akte", vorgang.c.mandant, vorgang.c.akte_id, vorgang.c.erstellt_am, vorgang.c.id)

vorgang_aufgabe = Table(
    "vorgang_aufgabe",
    metadata,
    *key(),
    Column("vorgang_id", Uuid, nullable=False),
    Column("aufgabe_version", BigInteger, nullable=False),
    Column("uebernommen", Boolean, nullable=False),
    reference("vorgang_id", to="vorgang"),
)
Index(None, vorgang_aufgabe.c.mandant, vorgang_aufgabe.c.vorgang_id)

dokument = Table(
    "dokument",
    metadata,
    *key(),
    version(),
    Column("vorgang_id", Uuid, nullable=False),
    Column("akte_id", Uuid, nullable=False),
    Column("antrag_id", Uuid),
    Column("aktenzeichen", SORTED, nullable=False),
    Column("nummer", Integer, nullable=False),
    Column("titel", Text, nullable=False),
    Column("titel_sortierung", SORTED, nullable=False),
    Column("art", Text, nullable=False),
    *protection(),
    Column("aktuelle_version", Integer, nullable=False),
    moment("erstellt_am"),
    UniqueConstraint("mandant", "aktenzeichen"),
    UniqueConstraint("mandant", "vorgang_id", "nummer"),
    reference("vorgang_id", to="vorgang"),
    reference("akte_id", to="akte"),
)

dokumentversion = Table(
    "dokumentversion",
    metadata,
    *key(),
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
    moment("erstellt_am"),
    UniqueConstraint("mandant", "dokument_id", "nummer"),
    UniqueConstraint("mandant", "objekt_key"),
    CheckConstraint("pruefstatus IN ('nicht_geprueft', 'sauber', 'befallen')", name="pruefstatus"),
    reference("dokument_id", to="dokument"),
)
index_virenpruefung(dokumentversion)

# By whom and when a file was last read, so that range requests count once; rows are pruned by the reaper.
dokumentversion_zugriff = Table(
    "dokumentversion_zugriff",
    metadata,
    *key("objekt_id"),
    Column("sub", Text, primary_key=True),
    moment("gelesen_am"),
)
Index(None, dokumentversion_zugriff.c.gelesen_am)

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

# The running numbers of a plan unit (by year or, with 0, for ever), of an Akte and of a Vorgang.
aktenzeichen_zaehler = Table(
    "aktenzeichen_zaehler",
    metadata,
    *key("bereich_id"),
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
