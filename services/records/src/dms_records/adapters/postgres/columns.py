"""What the tables of records are made of: the schema, and the columns that recur."""

from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Computed,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Integer,
    SmallInteger,
    Text,
    Uuid,
    column,
    func,
)
from sqlalchemy.schema import SchemaItem

from dms_records.adapters.postgres.ordering import natural

SCHEMA = "records"
SORTED = Text(collation="C")
_NUMBERED = natural(func.coalesce(column("aktenzeichen"), ""))


def moment(name: str, *, nullable: bool = False) -> Column[Any]:
    """Return a column of moments."""
    return Column(name, DateTime(timezone=True), nullable=nullable)


def reference(*columns: str, to: str, target: str = "id") -> ForeignKeyConstraint:
    """Return a foreign key within the Mandant."""
    # Deferred: the order in which a flush inserts does not matter, the commit checks.
    names = ["mandant", *columns]
    return ForeignKeyConstraint(
        names, [f"{SCHEMA}.{to}.mandant", f"{SCHEMA}.{to}.{target}"], deferrable=True, initially="DEFERRED"
    )


def key(name: str = "id") -> tuple[Column[Any], Column[Any]]:
    """Return the primary key: Mandant and id."""
    return Column("mandant", Text, primary_key=True), Column(name, Uuid, primary_key=True)


def version() -> Column[Any]:
    """Return the version that a write must still find."""
    return Column("version", BigInteger, nullable=False)


def protection() -> tuple[SchemaItem, ...]:
    """Return what the rights of a row are decided by."""
    return (
        Column("zustaendigkeit_id", Uuid, nullable=False),
        Column("rang", SmallInteger, nullable=False),
        Column("abgeschirmt", Boolean, nullable=False),
        reference("zustaendigkeit_id", to="zustaendigkeit"),
    )


def number_and_place(*, ebene: int) -> tuple[Column[Any], ...]:
    """Return the number, which drafts lack, and the place in the structure; `ebene` is that of old rows."""
    return (
        Column("aktenzeichen", SORTED),
        # Sorted by it, drafts come first; a NULL would end every walk of an index.
        Column("aktenzeichen_sortierung", SORTED, Computed(_NUMBERED, persisted=True)),
        Column("uebergeordnet_id", Uuid),
        Column("ebene", SmallInteger, nullable=False, server_default=str(ebene)),
        Column("position", Integer),
        # Shown and said with the object; looked up in the table `geschaeftszeichen`.
        Column("alte_geschaeftszeichen", ARRAY(Text), nullable=False, server_default="{}"),
        Column("fremde_geschaeftszeichen", ARRAY(Text), nullable=False, server_default="{}"),
    )


def zda_sorted() -> Column[Any]:
    """Return the day of zdA as a column that sorts: what is open comes behind every day, not as NULL."""
    # Not the last day of the calendar: the driver takes that one for infinity, behind which a page would find nothing.
    return Column("zda_sortierung", Date, Computed("COALESCE(zda_am, '9000-01-01'::date)", persisted=True))
