"""Beteiligte of Akten and Vorgänge."""

from sqlalchemy import CheckConstraint, Column, Index, Table, Text, Uuid

from dms_records.adapters.postgres.columns import SORTED, key, moment, reference, version
from dms_records.adapters.postgres.tables.mapping import metadata

beteiligter = Table(
    "beteiligter",
    metadata,
    *key(),
    version(),
    Column("akte_id", Uuid),
    Column("vorgang_id", Uuid),
    Column("rolle", Text, nullable=False),
    Column("art", Text, nullable=False),
    Column("vorname", Text),
    Column("nachname", Text),
    Column("name", Text),
    Column("name_sortierung", SORTED, nullable=False),
    Column("strasse", Text),
    Column("hausnummer", Text),
    Column("plz", Text),
    Column("ort", Text),
    Column("email", Text),
    Column("telefon", Text),
    moment("erstellt_am"),
    CheckConstraint("(akte_id IS NULL) <> (vorgang_id IS NULL)", name="bezug"),
    CheckConstraint(
        "(art = 'organisation' AND name IS NOT NULL AND vorname IS NULL AND nachname IS NULL)"
        " OR (art = 'natuerliche_person' AND name IS NULL AND nachname IS NOT NULL)",
        name="art",
    ),
    reference("akte_id", to="akte"),
    reference("vorgang_id", to="vorgang"),
)
for _object in ("akte_id", "vorgang_id"):
    Index(
        f"ix_beteiligter_{_object}",
        beteiligter.c.mandant,
        beteiligter.c[_object],
        beteiligter.c.erstellt_am,
        beteiligter.c.id,
        postgresql_where=beteiligter.c[_object].is_not(None),
    )
