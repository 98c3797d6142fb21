"""Lists by Aktenzeichen in natural order: a key in which numbers are filled up, letters without case and accents."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

_SCHEMA = "records"
_INDEXES = {
    "akte": {"ix_akte_aktenzeichen": ("zustaendigkeit_id",)},
    "vorgang": {
        "ix_vorgang_aktenzeichen": ("zustaendigkeit_id",),
        "ix_vorgang_status_aktenzeichen": ("zustaendigkeit_id", "status"),
    },
}
_FOLDED = (
    "lower(regexp_replace(normalize(replace(COALESCE(aktenzeichen, ''), 'ß', 'ss'), NFKD),"
    " '[\u0300-\u036f]', '', 'g') COLLATE \"C\")"
)
# Numbers of up to 6 digits are filled up to 6, longer ones to 20 and put behind them.
_STEPS = (
    ("([0-9]+)", r"00000\1"),
    ("0*([0-9]{6,})", r"\1"),
    ("([0-9]{7,})", r";0000000000000\1"),
    (";0*([0-9]{20,})", r";\1"),
)


def upgrade() -> None:
    key = _FOLDED
    for pattern, by in _STEPS:
        key = f"regexp_replace({key}, '{pattern}', '{by}', 'g')"
    # Under its old name: processes of the release before sort by it as well.
    for table, indexes in _INDEXES.items():
        for name in indexes:
            op.drop_index(name, table, schema=_SCHEMA)
        op.drop_column(table, "aktenzeichen_sortierung", schema=_SCHEMA)
        computed = sa.Computed(f'{key} COLLATE "C"', persisted=True)
        column = sa.Column("aktenzeichen_sortierung", sa.Text(collation="C"), computed)
        op.add_column(table, column, schema=_SCHEMA)
        for name, columns in indexes.items():
            walked = ["mandant", *columns, "aktenzeichen_sortierung", "id"]
            op.create_index(name, table, walked, schema=_SCHEMA)
