"""The life of Akte and Vorgang: drafts without a number, zdA, Teilakte and Teilvorgang, positions, done Aufgaben."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

_SCHEMA = "records"
_SORTED = sa.Text(collation="C")


def upgrade() -> None:
    for table, ebene in (("akte", "1"), ("vorgang", "2")):
        _place(table, ebene)
    op.add_column(
        "akte", sa.Column("status", sa.Text(), nullable=False, server_default="in_bearbeitung"), schema=_SCHEMA
    )
    op.drop_constraint(op.f("ck_vorgang_status"), "vorgang", schema=_SCHEMA)
    _check("akte", "status", "status IN ('entwurf', 'registriert', 'in_bearbeitung', 'zda')")
    _check("akte", "zda", "(status = 'zda') = (zda_am IS NOT NULL)")
    _check("vorgang", "status", "status IN ('entwurf', 'offen', 'in_bearbeitung', 'zda')")
    for table in ("akte", "vorgang"):
        _check(table, "entwurf", "(status = 'entwurf') = (aktenzeichen IS NULL)")
    _index_akte()
    _index_vorgang()
    op.add_column(
        "vorgang_aufgabe",
        sa.Column("erledigt", sa.Boolean(), nullable=False, server_default=sa.false()),
        schema=_SCHEMA,
    )


def _place(table: str, ebene: str) -> None:
    op.alter_column(table, "aktenzeichen", nullable=True, schema=_SCHEMA)
    computed = sa.Computed("COALESCE(aktenzeichen, '')", persisted=True)
    op.add_column(table, sa.Column("aktenzeichen_sortierung", _SORTED, computed), schema=_SCHEMA)
    op.add_column(table, sa.Column("zda_am", sa.Date()), schema=_SCHEMA)
    op.add_column(table, sa.Column("uebergeordnet_id", sa.Uuid()), schema=_SCHEMA)
    op.add_column(table, sa.Column("ebene", sa.SmallInteger(), nullable=False, server_default=ebene), schema=_SCHEMA)
    op.add_column(table, sa.Column("position", sa.Integer()), schema=_SCHEMA)
    op.create_foreign_key(
        op.f(f"fk_{table}_mandant_uebergeordnet_id"),
        table,
        table,
        ["mandant", "uebergeordnet_id"],
        ["mandant", "id"],
        source_schema=_SCHEMA,
        referent_schema=_SCHEMA,
        initially="DEFERRED",
        deferrable=True,
    )
    op.create_index(
        f"ix_{table}_uebergeordnet",
        table,
        ["mandant", "uebergeordnet_id", "erstellt_am", "id"],
        schema=_SCHEMA,
        postgresql_where=sa.text("uebergeordnet_id IS NOT NULL"),
    )
    op.create_index(
        f"uq_{table}_position",
        table,
        ["mandant", "uebergeordnet_id", "position"],
        unique=True,
        schema=_SCHEMA,
        postgresql_where=sa.text("uebergeordnet_id IS NOT NULL AND position IS NOT NULL"),
    )


def _check(table: str, name: str, condition: str) -> None:
    op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, condition, schema=_SCHEMA)


def _index_akte() -> None:
    _index_again("ix_akte_aktenzeichen", "akte", "zustaendigkeit_id", "aktenzeichen_sortierung")
    columns = ["mandant", "zustaendigkeit_id", "status", "erstellt_am", "id"]
    op.create_index("ix_akte_status", "akte", columns, schema=_SCHEMA)


def _index_vorgang() -> None:
    _index_again("ix_vorgang_aktenzeichen", "vorgang", "zustaendigkeit_id", "aktenzeichen_sortierung")
    _index_again("ix_vorgang_status_aktenzeichen", "vorgang", "zustaendigkeit_id", "status", "aktenzeichen_sortierung")
    op.create_index(
        "uq_vorgang_position_akte",
        "vorgang",
        ["mandant", "akte_id", "position"],
        unique=True,
        schema=_SCHEMA,
        postgresql_where=sa.text("uebergeordnet_id IS NULL AND position IS NOT NULL"),
    )


def _index_again(name: str, table: str, *columns: str) -> None:
    op.drop_index(name, table, schema=_SCHEMA)
    op.create_index(name, table, ["mandant", *columns, "id"], schema=_SCHEMA)
