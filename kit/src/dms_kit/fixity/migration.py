"""What the migrations of the services run; as they do, it stays as it landed: a later change is another function."""

from typing import Any

import sqlalchemy as sa

from dms_kit.database import protect

_MOMENT = sa.DateTime(timezone=True)
_COUNTS = ("erwartet", "anzahl", "geprueft", "groesse", "schaeden")


def create_quarantaene(op: Any, schema: str, *, app_role: str) -> None:
    """Create the table of objects that are not what was written."""
    op.create_table(
        "quarantaene",
        sa.Column("mandant", sa.Text(), nullable=False),
        sa.Column("objekt_key", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("schaden", sa.Text(), nullable=False),
        sa.Column("gefunden_durch", sa.Text(), nullable=False),
        sa.Column("gefunden_am", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("mandant", "objekt_key", name=op.f("pk_quarantaene")),
        schema=schema,
    )
    columns = ["mandant", "gefunden_am", "objekt_key"]
    op.create_index(op.f("ix_quarantaene_mandant_gefunden_am_objekt_key"), "quarantaene", columns, schema=schema)
    protect(op, schema, "quarantaene", app_role=app_role)


def create_prueflauf(op: Any, schema: str, *, app_role: str) -> None:
    """Create the table of the runs that read the objects again."""
    op.create_table(
        "prueflauf",
        sa.Column("mandant", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("art", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("anteil", sa.Float(), nullable=False),
        sa.Column("begonnen_am", _MOMENT, nullable=False),
        sa.Column("stand_am", _MOMENT, nullable=True),
        sa.Column("beendet_am", _MOMENT, nullable=True),
        sa.Column("position", sa.Text(), nullable=True),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in _COUNTS),
        sa.PrimaryKeyConstraint("mandant", "id", name=op.f("pk_prueflauf")),
        schema=schema,
    )
    running = sa.text("status = 'laeuft'")
    op.create_index(
        "uq_prueflauf_offen", "prueflauf", ["mandant", "art"], unique=True, schema=schema, postgresql_where=running
    )
    columns = ["mandant", "begonnen_am", "id"]
    op.create_index(op.f("ix_prueflauf_mandant_begonnen_am_id"), "prueflauf", columns, schema=schema)
    protect(op, schema, "prueflauf", app_role=app_role)
