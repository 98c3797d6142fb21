"""Drafts of Dokumente without a number, the Papierkorb, restored and final versions; a version never changes."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_SCHEMA = "records"
_MOMENT = sa.DateTime(timezone=True)
# What a version consists of; the rest is what the virus scan says, and that it was made final.
_FIXED = (
    "mandant",
    "id",
    "dokument_id",
    "nummer",
    "dateiname",
    "mime_type",
    "groesse",
    "sha256",
    "sha512",
    "blocks",
    "objekt_key",
    "erstellt_am",
    "kommentar",
    "erstellt_von",
    "erstellt_von_name",
    "wiederhergestellt_aus",
)
_KEEP = f"""
CREATE FUNCTION records.keep_dokumentversion() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.endgueltig_am IS NOT NULL THEN
            RAISE EXCEPTION 'a final version is never deleted';
        END IF;
        RETURN OLD;
    END IF;
    IF ({", ".join(f"NEW.{name}" for name in _FIXED)}) IS DISTINCT FROM ({", ".join(f"OLD.{name}" for name in _FIXED)})
        OR (OLD.endgueltig_am IS NOT NULL AND (NEW.endgueltig_am, NEW.endgueltig_von, NEW.endgueltig_von_name)
            IS DISTINCT FROM (OLD.endgueltig_am, OLD.endgueltig_von, OLD.endgueltig_von_name)) THEN
        RAISE EXCEPTION 'a version never changes';
    END IF;
    RETURN NEW;
END
$$
"""
_TRIGGER = """
CREATE TRIGGER keep_dokumentversion BEFORE UPDATE OR DELETE ON records.dokumentversion
FOR EACH ROW EXECUTE FUNCTION records.keep_dokumentversion()
"""


def upgrade() -> None:
    op.alter_column("dokument", "aktenzeichen", nullable=True, schema=_SCHEMA)
    for column in (
        sa.Column("status", sa.Text(), nullable=False, server_default="registriert"),
        sa.Column("geloescht_am", _MOMENT),
        sa.Column("geloescht_von", sa.Text()),
        sa.Column("loeschen_am", _MOMENT),
    ):
        op.add_column("dokument", column, schema=_SCHEMA)
    for name, condition in (
        ("status", "status IN ('entwurf', 'registriert')"),
        ("entwurf", "(status = 'entwurf') = (aktenzeichen IS NULL)"),
        (
            "papierkorb",
            "(geloescht_am IS NULL) = (loeschen_am IS NULL) AND (geloescht_am IS NULL OR status = 'entwurf')",
        ),
    ):
        op.create_check_constraint(op.f(f"ck_dokument_{name}"), "dokument", condition, schema=_SCHEMA)
    for name, columns in (
        ("papierkorb", ["mandant", "zustaendigkeit_id", "geloescht_am", "id"]),
        ("loeschen_am", ["mandant", "loeschen_am"]),
    ):
        condition = "loeschen_am IS NOT NULL" if name == "loeschen_am" else "geloescht_am IS NOT NULL"
        where = sa.text(condition)
        op.create_index(f"ix_dokument_{name}", "dokument", columns, schema=_SCHEMA, postgresql_where=where)
    for column in (
        sa.Column("wiederhergestellt_aus", sa.Integer()),
        sa.Column("endgueltig_am", _MOMENT),
        sa.Column("endgueltig_von", sa.Text()),
        sa.Column("endgueltig_von_name", sa.Text()),
    ):
        op.add_column("dokumentversion", column, schema=_SCHEMA)
    op.execute(_KEEP)
    op.execute(_TRIGGER)
