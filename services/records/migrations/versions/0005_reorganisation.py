"""The dated history of offices and Zuständigkeiten, and the reorganisations behind it."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from dms_kit.database import protect

revision = "0005"
down_revision = "0004"

_SCHEMA = "records"
_APP_ROLE = "dms_records"


def upgrade() -> None:
    op.add_column("organisationseinheit", sa.Column("stand_von", sa.Date()), schema=_SCHEMA)
    op.add_column(
        "zustaendigkeit",
        sa.Column("aufnehmend", sa.Boolean(), nullable=False, server_default=sa.true()),
        schema=_SCHEMA,
    )
    _replace_index()
    _create_reorganisation()
    _create_historie(
        "organisationseinheit",
        [sa.Column("name", sa.Text(), nullable=False), sa.Column("uebergeordnet_id", sa.Uuid())],
        {"uebergeordnet_id": "organisationseinheit"},
    )
    _create_historie(
        "zustaendigkeit",
        [sa.Column("organisationseinheit_id", sa.Uuid(), nullable=False)],
        {"organisationseinheit_id": "organisationseinheit"},
    )
    for table in ("reorganisation", "organisationseinheit_historie", "zustaendigkeit_historie"):
        protect(op, _SCHEMA, table, app_role=_APP_ROLE, append_only=True)


def _replace_index() -> None:
    columns = ["mandant", "aktenplaneinheit_id", "organisationseinheit_id"]
    op.drop_index("uq_zustaendigkeit_offen", "zustaendigkeit", schema=_SCHEMA)
    op.create_index(
        "uq_zustaendigkeit_offen",
        "zustaendigkeit",
        columns,
        unique=True,
        schema=_SCHEMA,
        postgresql_where=sa.text("gueltig_bis IS NULL AND aufnehmend"),
    )
    op.create_index(
        "ix_zustaendigkeit_mandant_organisationseinheit_id", "zustaendigkeit", ["mandant", columns[2]], schema=_SCHEMA
    )


def _create_reorganisation() -> None:
    op.create_table(
        "reorganisation",
        sa.Column("mandant", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("wirksam_ab", sa.Date(), nullable=False),
        sa.Column("grund", sa.Text(), nullable=False),
        sa.Column("durchgefuehrt_am", sa.DateTime(timezone=True), nullable=False),
        sa.Column("schritte", sa.Text(), nullable=False),
        sa.Column("ergebnis", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("mandant", "id", name="pk_reorganisation"),
        schema=_SCHEMA,
    )
    op.create_index(
        "ix_reorganisation_mandant_durchgefuehrt_am_id",
        "reorganisation",
        ["mandant", "durchgefuehrt_am", "id"],
        schema=_SCHEMA,
    )


def _create_historie(noun: str, facts: Sequence[sa.Column[Any]], references: Mapping[str, str]) -> None:
    table, owner = f"{noun}_historie", f"{noun}_id"
    references = {owner: noun, **references, "reorganisation_id": "reorganisation"}
    op.create_table(
        table,
        sa.Column("mandant", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(owner, sa.Uuid(), nullable=False),
        sa.Column("stand", sa.BigInteger(), nullable=False),
        *facts,
        sa.Column("gueltig_von", sa.Date(), nullable=False),
        sa.Column("gueltig_bis", sa.Date(), nullable=False),
        sa.Column("reorganisation_id", sa.Uuid()),
        sa.PrimaryKeyConstraint("mandant", "id", name=f"pk_{table}"),
        sa.UniqueConstraint("mandant", owner, "stand", name=f"uq_{table}_stand"),
        *(_reference(table, column, target) for column, target in references.items()),
        schema=_SCHEMA,
    )


def _reference(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["mandant", column],
        [f"{_SCHEMA}.{target}.mandant", f"{_SCHEMA}.{target}.id"],
        name=f"fk_{table}_{column}",
        deferrable=True,
        initially="DEFERRED",
    )
