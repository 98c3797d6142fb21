"""Numbers by which objects are found besides their own; not unique. Kept in step with the arrays of the objects."""

from sqlalchemy import Column, Index, Table, Text, Uuid

from dms_records.adapters.postgres.columns import SORTED
from dms_records.adapters.postgres.tables.mapping import metadata

geschaeftszeichen = Table(
    "geschaeftszeichen",
    metadata,
    Column("mandant", Text, primary_key=True),
    Column("suche", SORTED, primary_key=True),
    Column("objekt_id", Uuid, primary_key=True),
)
Index("ix_geschaeftszeichen_objekt", geschaeftszeichen.c.mandant, geschaeftszeichen.c.objekt_id)
