"""Verweise between Akten, Vorgänge and Dokumente."""

import sqlalchemy as sa
from alembic import op

from dms_kit.database import protect

revision = "0015"
down_revision = "0014"

_SCHEMA = "records"
_APP_ROLE = "dms_records"
_KINDS = ("akte", "vorgang", "dokument")
_QUELLE = "COALESCE(quelle_akte_id, quelle_vorgang_id, quelle_dokument_id)"
_ZIEL = "COALESCE(ziel_akte_id, ziel_vorgang_id, ziel_dokument_id)"
_COMPUTED = {
    "quelle_id": _QUELLE,
    "ziel_id": _ZIEL,
    "paar_von": f"LEAST({_QUELLE}, {_ZIEL})",
    "paar_bis": f"GREATEST({_QUELLE}, {_ZIEL})",
}


def upgrade() -> None:
    ends = [(f"{end}_{kind}_id", kind) for end in ("quelle", "ziel") for kind in _KINDS]
    op.create_table(
        "verweis",
        sa.Column("mandant", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("typ", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Uuid()) for name, _ in ends),
        *(
            sa.Column(name, sa.Uuid(), sa.Computed(said, persisted=True), nullable=False)
            for name, said in _COMPUTED.items()
        ),
        sa.Column("erstellt_am", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "num_nonnulls(quelle_akte_id, quelle_vorgang_id, quelle_dokument_id) = 1", name=op.f("ck_verweis_quelle")
        ),
        sa.CheckConstraint(
            "num_nonnulls(ziel_akte_id, ziel_vorgang_id, ziel_dokument_id) = 1", name=op.f("ck_verweis_ziel")
        ),
        sa.CheckConstraint("paar_von <> paar_bis", name=op.f("ck_verweis_selbst")),
        *(_reference(name, to) for name, to in ends),
        sa.PrimaryKeyConstraint("mandant", "id", name=op.f("pk_verweis")),
        sa.UniqueConstraint("mandant", "paar_von", "paar_bis", "typ", name=op.f("uq_verweis_paar")),
        schema=_SCHEMA,
    )
    for end in ("quelle", "ziel"):
        columns = ["mandant", f"{end}_id", "erstellt_am", "id"]
        op.create_index(f"ix_verweis_{end}", "verweis", columns, schema=_SCHEMA)
    protect(op, _SCHEMA, "verweis", app_role=_APP_ROLE)


def _reference(name: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["mandant", name],
        [f"records.{to}.mandant", f"records.{to}.id"],
        name=op.f(f"fk_verweis_mandant_{name}"),
        initially="DEFERRED",
        deferrable=True,
    )
