"""Dokumente, their versions, who works on them and who read them."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)

from dms_records.adapters.postgres.columns import SORTED, key, moment, protection, reference, version
from dms_records.adapters.postgres.tables.mapping import metadata
from dms_records.adapters.postgres.virenpruefung_columns import index_virenpruefung, virenpruefung_columns

dokument = Table(
    "dokument",
    metadata,
    *key(),
    version(),
    Column("vorgang_id", Uuid, nullable=False),
    Column("akte_id", Uuid, nullable=False),
    Column("antrag_id", Uuid),
    Column("aktenzeichen", SORTED),
    Column("nummer", Integer, nullable=False),
    Column("titel", Text, nullable=False),
    Column("titel_sortierung", SORTED, nullable=False),
    Column("art", Text, nullable=False),
    *protection(),
    Column("aktuelle_version", Integer, nullable=False),
    moment("erstellt_am"),
    Column("status", Text, nullable=False, server_default="registriert"),
    moment("geloescht_am", nullable=True),
    Column("geloescht_von", Text),
    moment("loeschen_am", nullable=True),
    UniqueConstraint("mandant", "aktenzeichen"),
    UniqueConstraint("mandant", "vorgang_id", "nummer"),
    reference("vorgang_id", to="vorgang"),
    reference("akte_id", to="akte"),
    CheckConstraint("status IN ('entwurf', 'registriert')", name="status"),
    CheckConstraint("(status = 'entwurf') = (aktenzeichen IS NULL)", name="entwurf"),
    CheckConstraint(
        "(geloescht_am IS NULL) = (loeschen_am IS NULL) AND (geloescht_am IS NULL OR status = 'entwurf')",
        name="papierkorb",
    ),
)
Index(
    "ix_dokument_papierkorb",
    dokument.c.mandant,
    dokument.c.zustaendigkeit_id,
    dokument.c.geloescht_am,
    dokument.c.id,
    postgresql_where=dokument.c.geloescht_am.is_not(None),
)
Index(
    "ix_dokument_loeschen_am",
    dokument.c.mandant,
    dokument.c.loeschen_am,
    postgresql_where=dokument.c.loeschen_am.is_not(None),
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
    Column("kommentar", Text),
    # Null for what the system filed.
    Column("erstellt_von", Text),
    Column("erstellt_von_name", Text),
    Column("wiederhergestellt_aus", Integer),
    moment("endgueltig_am", nullable=True),
    Column("endgueltig_von", Text),
    Column("endgueltig_von_name", Text),
    UniqueConstraint("mandant", "dokument_id", "nummer"),
    UniqueConstraint("mandant", "objekt_key"),
    CheckConstraint("pruefstatus IN ('nicht_geprueft', 'sauber', 'befallen')", name="pruefstatus"),
    reference("dokument_id", to="dokument"),
)
index_virenpruefung(dokumentversion)

# Check-outs; a row whose time is over holds nobody back and is replaced by the next one.
bearbeitungssperre = Table(
    "bearbeitungssperre",
    metadata,
    *key("dokument_id"),
    Column("sub", Text, nullable=False),
    Column("name", Text, nullable=False),
    moment("seit"),
    moment("bis"),
    reference("dokument_id", to="dokument"),
)

# By whom and when a file was last read, so that range requests count once; rows are pruned by the reaper.
dokumentversion_zugriff = Table(
    "dokumentversion_zugriff",
    metadata,
    *key("objekt_id"),
    Column("sub", Text, primary_key=True),
    moment("gelesen_am"),
)
Index(None, dokumentversion_zugriff.c.gelesen_am)
