"""What a unit of the plan consists of, now and in each Stand of its history."""

from typing import Any

from sqlalchemy import Boolean, Column, Date, Integer, SmallInteger, Text, Uuid

from dms_records.adapters.postgres.columns import SORTED, moment


def plan_columns() -> tuple[Column[Any], ...]:
    """Return what is said of a unit, but for its id and version."""
    return (
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
        Column("produktnummer", SORTED),
    )


PLAN_NAMES = tuple(column.name for column in plan_columns())


def stand_columns() -> tuple[Column[Any], ...]:
    """Return what makes a Stand: from when it holds, which act made it, who and when."""
    return (
        Column("wirksam_ab", Date, nullable=False),
        Column("anlass", Text, nullable=False),
        Column("grund", Text),
        Column("geaendert_von", Text, nullable=False),
        moment("geaendert_am"),
    )
