"""The columns of every table of files that are scanned, and the indexes by which they are found."""

from typing import Any

from sqlalchemy import Column, DateTime, Index, Table, Text, and_, literal_column


def virenpruefung_columns() -> tuple[Column[Any], ...]:
    """Return what a scan says of a file."""
    return (
        Column("pruefstatus", Text, nullable=False),
        Column("befund", Text),
        Column("geprueft_am", DateTime(timezone=True)),
    )


def index_virenpruefung(table: Table) -> None:
    """Index the few rows that matter: what waits for the scan, of all Mandanten, and the Befunde of one."""
    columns = table.c
    waiting = and_(columns.pruefstatus == literal_column("'nicht_geprueft'"), columns.befund.is_(None))
    Index(f"ix_{table.name}_ungeprueft", columns.id, postgresql_where=waiting)
    Index(
        f"ix_{table.name}_befund",
        columns.mandant,
        columns.geprueft_am,
        columns.id,
        postgresql_where=columns.befund.is_not(None),
    )
