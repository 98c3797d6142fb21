"""Vorgänge, and what is known of their Aufgaben."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    false,
)

from dms_records.adapters.postgres.columns import (
    SORTED,
    key,
    moment,
    number_and_place,
    protection,
    reference,
    version,
    zda_sorted,
)
from dms_records.adapters.postgres.tables.mapping import metadata

vorgang = Table(
    "vorgang",
    metadata,
    *key(),
    version(),
    Column("akte_id", Uuid, nullable=False),
    *number_and_place(ebene=2),
    Column("betreff", Text, nullable=False),
    Column("betreff_sortierung", SORTED, nullable=False),
    Column("status", Text, nullable=False),
    Column("zda_am", Date),
    zda_sorted(),
    Column("antrag_id", Uuid),
    *protection(),
    Column("anzahl_dokumente", Integer, nullable=False),
    moment("erstellt_am"),
    UniqueConstraint("mandant", "aktenzeichen"),
    UniqueConstraint("mandant", "antrag_id"),
    CheckConstraint("status IN ('entwurf', 'offen', 'in_bearbeitung', 'zda')", name="status"),
    CheckConstraint("(status = 'entwurf') = (aktenzeichen IS NULL)", name="entwurf"),
    reference("uebergeordnet_id", to="vorgang"),
    reference("akte_id", to="akte"),
    reference("antrag_id", to="eingang", target="antrag_id"),
)
Index("ix_vorgang_erstellt_am", vorgang.c.mandant, vorgang.c.zustaendigkeit_id, vorgang.c.erstellt_am, vorgang.c.id)
Index("ix_vorgang_betreff", vorgang.c.mandant, vorgang.c.zustaendigkeit_id, vorgang.c.betreff_sortierung, vorgang.c.id)
Index(
    "ix_vorgang_aktenzeichen",
    vorgang.c.mandant,
    vorgang.c.zustaendigkeit_id,
    vorgang.c.aktenzeichen_sortierung,
    vorgang.c.id,
)
Index("ix_vorgang_zda_am", vorgang.c.mandant, vorgang.c.zustaendigkeit_id, vorgang.c.zda_sortierung, vorgang.c.id)
Index(
    "ix_vorgang_status",
    vorgang.c.mandant,
    vorgang.c.zustaendigkeit_id,
    vorgang.c.status,
    vorgang.c.erstellt_am,
    vorgang.c.id,
)
for _name, _sorted_by in (("betreff", "betreff_sortierung"), ("aktenzeichen", "aktenzeichen_sortierung")):
    _walked = ("mandant", "zustaendigkeit_id", "status", _sorted_by, "id")
    Index(f"ix_vorgang_status_{_name}", *(vorgang.c[_column] for _column in _walked))
Index("ix_vorgang_akte", vorgang.c.mandant, vorgang.c.akte_id, vorgang.c.erstellt_am, vorgang.c.id)
_is_below, _is_numbered = vorgang.c.uebergeordnet_id.is_not(None), vorgang.c.position.is_not(None)
Index(
    "ix_vorgang_uebergeordnet",
    vorgang.c.mandant,
    vorgang.c.uebergeordnet_id,
    vorgang.c.erstellt_am,
    vorgang.c.id,
    postgresql_where=_is_below,
)
Index(
    "uq_vorgang_position_akte",
    vorgang.c.mandant,
    vorgang.c.akte_id,
    vorgang.c.position,
    unique=True,
    postgresql_where=vorgang.c.uebergeordnet_id.is_(None) & _is_numbered,
)
Index(
    "uq_vorgang_position",
    vorgang.c.mandant,
    vorgang.c.uebergeordnet_id,
    vorgang.c.position,
    unique=True,
    postgresql_where=_is_below & _is_numbered,
)

vorgang_aufgabe = Table(
    "vorgang_aufgabe",
    metadata,
    *key(),
    Column("vorgang_id", Uuid, nullable=False),
    Column("aufgabe_version", BigInteger, nullable=False),
    Column("uebernommen", Boolean, nullable=False),
    Column("erledigt", Boolean, nullable=False, server_default=false()),
    reference("vorgang_id", to="vorgang"),
)
Index(None, vorgang_aufgabe.c.mandant, vorgang_aufgabe.c.vorgang_id)
