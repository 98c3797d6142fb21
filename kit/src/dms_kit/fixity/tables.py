"""Tables of fixity, added to the metadata of each service that owns objects."""

from sqlalchemy import BigInteger, Column, DateTime, Index, MetaData, Table, Text


def add_fixity_tables(metadata: MetaData) -> None:
    """Add `quarantaene` (the objects that are not what was written) to a service's metadata."""
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
