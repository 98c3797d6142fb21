"""Tables of fixity, added to the metadata of each service that owns objects."""

from typing import Any

from sqlalchemy import BigInteger, Column, DateTime, Float, Index, MetaData, Table, Text, Uuid, text


def add_fixity_tables(metadata: MetaData) -> None:
    """Add `quarantaene` (objects that are not what was written) and `prueflauf` (the runs that look for them)."""
    _add_quarantaene(metadata)
    _add_prueflauf(metadata)


def quarantaene_of(metadata: MetaData) -> Any:
    """Return the table `quarantaene` of a service."""
    return metadata.tables[f"{metadata.schema}.quarantaene"]


def prueflauf_of(metadata: MetaData) -> Any:
    """Return the table `prueflauf` of a service."""
    return metadata.tables[f"{metadata.schema}.prueflauf"]


def _add_quarantaene(metadata: MetaData) -> None:
    table = Table(
        "quarantaene",
        metadata,
        Column("mandant", Text, primary_key=True),
        Column("objekt_key", Text, primary_key=True),
        Column("version", BigInteger, nullable=False),
        Column("schaden", Text, nullable=False),
        Column("gefunden_durch", Text, nullable=False),
        Column("gefunden_am", DateTime(timezone=True), nullable=False),
    )
    Index(None, table.c.mandant, table.c.gefunden_am, table.c.objekt_key)


def _add_prueflauf(metadata: MetaData) -> None:
    table = Table(
        "prueflauf",
        metadata,
        Column("mandant", Text, primary_key=True),
        Column("id", Uuid, primary_key=True),
        Column("version", BigInteger, nullable=False),
        Column("art", Text, nullable=False),
        Column("status", Text, nullable=False),
        # The share of the objects that is read, by a hash of run and key.
        Column("anteil", Float, nullable=False),
        Column("begonnen_am", DateTime(timezone=True), nullable=False),
        # When a process last went on with it: NULL for one that waits for the first.
        Column("stand_am", DateTime(timezone=True), nullable=True),
        Column("beendet_am", DateTime(timezone=True), nullable=True),
        Column("position", Text, nullable=True),
        Column("erwartet", BigInteger, nullable=False),
        Column("anzahl", BigInteger, nullable=False),
        Column("geprueft", BigInteger, nullable=False),
        Column("groesse", BigInteger, nullable=False),
        Column("schaeden", BigInteger, nullable=False),
    )
    Index("uq_prueflauf_offen", table.c.mandant, table.c.art, unique=True, postgresql_where=text("status = 'laeuft'"))
    Index(None, table.c.mandant, table.c.begonnen_am, table.c.id)
