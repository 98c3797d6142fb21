"""Beteiligte of Akten and Vorgänge; what waits in the Posteingang keeps its Antragsteller."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from dms_kit.database import protect

revision = "0013"
down_revision = "0012"

_SCHEMA = "records"
_APP_ROLE = "dms_records"
_SORTED = sa.Text(collation="C")
_TEXTS = ("vorname", "nachname", "name", "strasse", "hausnummer", "plz", "ort", "email", "telefon")


def upgrade() -> None:
    op.add_column("eingang", sa.Column("antragsteller", postgresql.JSONB()), schema=_SCHEMA)
    op.create_table(
        "beteiligter",
        sa.Column("mandant", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("akte_id", sa.Uuid()),
        sa.Column("vorgang_id", sa.Uuid()),
        sa.Column("rolle", sa.Text(), nullable=False),
        sa.Column("art", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text()) for name in _TEXTS),
        sa.Column("name_sortierung", _SORTED, nullable=False),
        sa.Column("erstellt_am", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(akte_id IS NULL) <> (vorgang_id IS NULL)", name=op.f("ck_beteiligter_bezug")),
        sa.CheckConstraint(
            "(art = 'organisation' AND name IS NOT NULL AND vorname IS NULL AND nachname IS NULL)"
            " OR (art = 'natuerliche_person' AND name IS NULL AND nachname IS NOT NULL)",
            name=op.f("ck_beteiligter_art"),
        ),
        *(_reference(name, to) for name, to in (("akte_id", "akte"), ("vorgang_id", "vorgang"))),
        sa.PrimaryKeyConstraint("mandant", "id", name=op.f("pk_beteiligter")),
        schema=_SCHEMA,
    )
    for name in ("akte_id", "vorgang_id"):
        op.create_index(
            f"ix_beteiligter_{name}",
            "beteiligter",
            ["mandant", name, "erstellt_am", "id"],
            schema=_SCHEMA,
            postgresql_where=sa.text(f"{name} IS NOT NULL"),
        )
    protect(op, _SCHEMA, "beteiligter", app_role=_APP_ROLE)


def _reference(name: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["mandant", name],
        [f"records.{to}.mandant", f"records.{to}.id"],
        name=op.f(f"fk_beteiligter_mandant_{name}"),
        initially="DEFERRED",
        deferrable=True,
    )
