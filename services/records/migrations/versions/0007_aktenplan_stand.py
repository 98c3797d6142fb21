"""A second key of the plan's units, and every Stand that a unit ever had."""

import sqlalchemy as sa
from alembic import op

from dms_kit.database import protect

revision = "0007"
down_revision = "0006"

_SCHEMA = "records"
_APP_ROLE = "dms_records"
_PLAN = (
    "schluessel, titel, uebergeordnet_id, gueltig_von, gueltig_bis, stillgelegt, aussonderungsart, aufbewahrungsdauer,"
    " unbefristet, aktenbildung, aktenzeichen_akte, aktenzeichen_vorgang, aktenzeichen_dokument,"
    " organisationseinheit_id, rang, produktnummer"
)


def upgrade() -> None:
    op.add_column("aktenplaneinheit", sa.Column("produktnummer", sa.Text(collation="C")), schema=_SCHEMA)
    op.create_index(
        "ix_aktenplaneinheit_uebergeordnet",
        "aktenplaneinheit",
        ["mandant", "uebergeordnet_id", "schluessel"],
        schema=_SCHEMA,
    )
    _create_aktenplaneinheit_stand()
    # What there is begins its history with the Stand that it has now.
    op.execute(
        f"INSERT INTO {_SCHEMA}.aktenplaneinheit_stand (mandant, aktenplaneinheit_id, version, {_PLAN},"
        " wirksam_ab, anlass, geaendert_von, geaendert_am)"
        f" SELECT mandant, id, version, {_PLAN}, gueltig_von, 'uebernommen', 'system', now()"
        f" FROM {_SCHEMA}.aktenplaneinheit"
    )
    protect(op, _SCHEMA, "aktenplaneinheit_stand", app_role=_APP_ROLE, append_only=True)


def _create_aktenplaneinheit_stand() -> None:
    op.create_table(
        "aktenplaneinheit_stand",
        sa.Column("mandant", sa.Text(), nullable=False),
        sa.Column("aktenplaneinheit_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("schluessel", sa.Text(collation="C"), nullable=False),
        sa.Column("titel", sa.Text(), nullable=False),
        sa.Column("uebergeordnet_id", sa.Uuid()),
        sa.Column("gueltig_von", sa.Date(), nullable=False),
        sa.Column("gueltig_bis", sa.Date()),
        sa.Column("stillgelegt", sa.Boolean(), nullable=False),
        sa.Column("aussonderungsart", sa.Text()),
        sa.Column("aufbewahrungsdauer", sa.Integer()),
        sa.Column("unbefristet", sa.Boolean()),
        sa.Column("aktenbildung", sa.Text()),
        sa.Column("aktenzeichen_akte", sa.Text()),
        sa.Column("aktenzeichen_vorgang", sa.Text()),
        sa.Column("aktenzeichen_dokument", sa.Text()),
        sa.Column("organisationseinheit_id", sa.Uuid()),
        sa.Column("rang", sa.SmallInteger(), nullable=False),
        sa.Column("produktnummer", sa.Text(collation="C")),
        sa.Column("wirksam_ab", sa.Date(), nullable=False),
        sa.Column("anlass", sa.Text(), nullable=False),
        sa.Column("grund", sa.Text()),
        sa.Column("geaendert_von", sa.Text(), nullable=False),
        sa.Column("geaendert_am", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("mandant", "aktenplaneinheit_id", "version", name=op.f("pk_aktenplaneinheit_stand")),
        sa.ForeignKeyConstraint(
            ["mandant", "aktenplaneinheit_id"],
            [f"{_SCHEMA}.aktenplaneinheit.mandant", f"{_SCHEMA}.aktenplaneinheit.id"],
            name=op.f("fk_aktenplaneinheit_stand_mandant"),
            deferrable=True,
            initially="DEFERRED",
        ),
        schema=_SCHEMA,
    )
