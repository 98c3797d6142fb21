"""One chain, read once from its first number to its last: each entry against the leaf that was sealed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import asyncpg

from dms_kit.audit.hashing import ENTRY_COLUMNS, HASH_BYTES, Tree, digest_of, leaf_of
from dms_verify.findings import Finding

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
_WIDTH = len(ENTRY_COLUMNS)
_ID = ENTRY_COLUMNS.index("id")
_DIGEST = ENTRY_COLUMNS.index("values_digest")
_PAGE = 5000
# After the last exported leaf; a number that no checkpoint holds is None.
_END = b""
_LAST = 2**63 - 1
_ENTRY = ", ".join(f"entry.{name}" for name in ENTRY_COLUMNS)
_ROWS_SQL = f"""
    SELECT {_ENTRY}, leaf.number, leaf.entry_id, leaf.hash, value.salt, value.value
    FROM "{{schema}}".audit_leaf AS leaf
    LEFT JOIN "{{schema}}".audit_entry AS entry ON entry.id = leaf.entry_id
    LEFT JOIN "{{schema}}".audit_value AS value ON value.entry_id = leaf.entry_id
    WHERE leaf.mandant = $1 ORDER BY leaf.number
"""  # noqa: S608 - the columns are ours
_SEALS_SQL = 'SELECT number, size, root FROM "{schema}".audit_seal WHERE mandant = $1 ORDER BY number'


@dataclass(frozen=True)
class Misfit:
    """A number at which the database does not hold what was sealed; `row` is None where it holds nothing."""

    number: int
    entry_id: int
    hash: bytes
    row: tuple[int, bytes] | None


@dataclass
class Reading:
    """What one pass over a chain has shown."""

    tree: Tree = field(default_factory=Tree)
    misfits: list[Misfit] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    last_row: int = 0
    last_seal: int = 0
    without_value: int = 0


@dataclass(frozen=True)
class Chain:
    """One Mandant of one service; `roots` are what checkpoints and auditors say of the tree at a size."""

    service: str
    mandant: str
    roots: Mapping[int, Sequence[tuple[bytes, Finding]]]

    @property
    def name(self) -> str:
        """Return how findings call the chain."""
        return f"{self.service}/{self.mandant}"

    async def read(self, connection: Connection, expected: Iterator[bytes | None]) -> Reading:
        """Read everything once; `expected` are the exported leaves, what follows them is held against the seals."""
        reading = Reading()
        rows = _Rows(await connection.cursor(_ROWS_SQL.format(schema=self.service), self.mandant), "number")
        seals = _Rows(await connection.cursor(_SEALS_SQL.format(schema=self.service), self.mandant), "size")
        number = 0
        while True:
            number += 1
            row = await rows.at(number)
            leaf = next(expected, _END)
            if leaf is _END and row is None and not await rows.more():
                break
            self._take(reading, number, leaf or None, row)
            self._check_roots(reading)
            for seal in await seals.all_at(number):
                self._check_seal(reading, seal)
        for seal in await seals.all_at(_LAST):
            self._check_seal(reading, seal)
        return reading

    def _take(self, reading: Reading, number: int, leaf: bytes | None, row: asyncpg.Record | None) -> None:
        if row is not None:
            reading.last_row = number
        if leaf is None and row is None:
            reading.findings.append(Finding("geloescht", f"{self.name}/nummer-{number}", number))
            return
        entry_id = int.from_bytes(leaf[:-HASH_BYTES]) if leaf else row["entry_id"]  # type: ignore[index]
        wanted = leaf[-HASH_BYTES:] if leaf else row["hash"]  # type: ignore[index]
        reading.tree.append(wanted)
        if row is None or not self._is_whole(number, row, entry_id, wanted):
            held = None if row is None else (row["entry_id"], row["hash"])
            reading.misfits.append(Misfit(number, entry_id, wanted, held))
        elif row["value"] is None:
            reading.without_value += row[_DIGEST] is not None
        elif row[_DIGEST] is None or digest_of(row["salt"], row["value"]) != row[_DIGEST]:
            reading.findings.append(Finding("wert", f"{self.name}/{entry_id}", number))

    def _is_whole(self, number: int, row: asyncpg.Record, entry_id: int, wanted: bytes) -> bool:
        if row["entry_id"] != entry_id or row["hash"] != wanted or row[_ID] is None:
            return False
        return leaf_of(self.service, number, tuple(row)[:_WIDTH]) == wanted

    def _check_roots(self, reading: Reading) -> None:
        for root, finding in self.roots.get(reading.tree.size, ()):
            if reading.tree.root() != root:
                reading.findings.append(finding)

    def _check_seal(self, reading: Reading, seal: asyncpg.Record) -> None:
        reading.last_seal = seal["size"]
        if seal["root"] != reading.tree.root():
            reading.findings.append(Finding("siegel", f"{self.name}/siegel-{seal['number']}", seal["size"]))


class _Rows:
    """Rows in order, asked for number by number; rows with the same number come one after the other."""

    def __init__(self, cursor: Any, column: str) -> None:
        self._cursor = cursor
        self._column = column
        self._page: Sequence[asyncpg.Record] = ()
        self._place = 0

    async def more(self) -> bool:
        """Say whether there is a row that was not taken yet."""
        if self._place < len(self._page):
            return True
        self._page, self._place = await self._cursor.fetch(_PAGE), 0
        return bool(self._page)

    async def at(self, number: int) -> asyncpg.Record | None:
        """Take the row of this number, if there is one."""
        if self._place >= len(self._page) and not await self.more():
            return None
        row = self._page[self._place]
        if row[self._column] > number:
            return None
        self._place += 1
        return row

    async def all_at(self, number: int) -> list[asyncpg.Record]:
        """Take all rows up to this number."""
        taken = []
        while row := await self.at(number):
            taken.append(row)
        return taken
