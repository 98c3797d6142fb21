"""Verweise between Akten, Vorgänge and Dokumente."""

from sqlalchemy import CheckConstraint, Column, Computed, Index, Table, Text, UniqueConstraint, Uuid

from dms_records.adapters.postgres.columns import key, moment, reference, version
from dms_records.adapters.postgres.tables.mapping import metadata

KINDS = ("akte", "vorgang", "dokument")
_ENDS = {end: ", ".join(f"{end}_{kind}_id" for kind in KINDS) for end in ("quelle", "ziel")}
_BOTH = ", ".join(f"COALESCE({columns})" for columns in _ENDS.values())
# What the columns of the ends say once more: the ids whatever their kinds, and the pair without a direction.
COMPUTED = {
    "quelle_id": f"COALESCE({_ENDS['quelle']})",
    "ziel_id": f"COALESCE({_ENDS['ziel']})",
    "paar_von": f"LEAST({_BOTH})",
    "paar_bis": f"GREATEST({_BOTH})",
}

verweis = Table(
    "verweis",
    metadata,
    *key(),
    version(),
    Column("typ", Text, nullable=False),
    *(Column(f"{end}_{kind}_id", Uuid) for end in _ENDS for kind in KINDS),
    *(Column(name, Uuid, Computed(said, persisted=True), nullable=False) for name, said in COMPUTED.items()),
    moment("erstellt_am"),
    *(CheckConstraint(f"num_nonnulls({columns}) = 1", name=end) for end, columns in _ENDS.items()),
    CheckConstraint("paar_von <> paar_bis", name="selbst"),
    UniqueConstraint("mandant", "paar_von", "paar_bis", "typ", name="uq_verweis_paar"),
    *(reference(f"{end}_{kind}_id", to=kind) for end in _ENDS for kind in KINDS),
)
for _end in _ENDS:
    Index(f"ix_verweis_{_end}", verweis.c.mandant, verweis.c[f"{_end}_id"], verweis.c.erstellt_am, verweis.c.id)
