"""
What a superuser of the database may do to sealed entries: plainly, or with every seal made to fit again.

Each attack returns the id of the first entry that is wrong afterwards, and the kinds by which it may be called.
"""

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from dms_kit.audit.hashing import ENTRY_COLUMNS, Tree, leaf_of
from tests.harness.sealed import MANDANT, SERVICE

Connection = Any
_COLUMNS = ", ".join(ENTRY_COLUMNS)
_CHANGES = (
    "actor = 'sub-forged'",
    "client = 'forged'",
    "action = 'aufgabe.read'",
    "object_type = 'vorgang'",
    "object_id = gen_random_uuid()",
    "occurred_at = occurred_at - interval '1 microsecond'",
    "request_id = NULL",
    "values_digest = sha256('forged'::bytea)",
    "mandant = 'nachbarstadt'",
)
_COPIED = "occurred_at, 'sub-forged', client, action, object_type, gen_random_uuid(), NULL, request_id, xid"


@dataclass(frozen=True)
class Wrong:
    """What a verification has to say: the first bad entry, called by one of these kinds."""

    entry: int
    kinds: frozenset[str]


Attack = Callable[[Connection, random.Random], Awaitable[Wrong]]


async def change(connection: Connection, chance: random.Random) -> Wrong:
    """Change a column of an entry; of two attackers one makes leaf and seals fit."""
    order = await _order(connection)
    entry = chance.choice(order)
    changes = _CHANGES[:-1] if (fits := chance.random() < 0.5) else _CHANGES
    await connection.execute(f"UPDATE workflow.audit_entry SET {chance.choice(changes)} WHERE id = $1", entry)
    if fits:
        await _seal_anew(connection, order)
    return Wrong(entry, frozenset({"geaendert"}))


async def delete(connection: Connection, chance: random.Random) -> Wrong:
    """Delete an entry that is not the last: alone, with its leaf, or with everything after it moved up."""
    order = await _order(connection)
    place = chance.randrange(len(order) - 1)
    entry = order[place]
    await connection.execute("DELETE FROM workflow.audit_entry WHERE id = $1", entry)
    await connection.execute("DELETE FROM workflow.audit_value WHERE entry_id = $1", entry)
    match chance.randrange(3):
        case 0:
            await connection.execute("DELETE FROM workflow.audit_leaf WHERE entry_id = $1", entry)
        case 1:
            await _seal_anew(connection, order[:place] + order[place + 1 :])
    return Wrong(entry, frozenset({"geloescht"}))


async def insert(connection: Connection, chance: random.Random) -> Wrong:
    """Insert an entry among those that were sealed: without a number, or with one that others make room for."""
    order = await _order(connection)
    place = chance.randrange(len(order))
    statement = (
        f"INSERT INTO workflow.audit_entry ({_COLUMNS.replace('id, ', '', 1)}, xid)"
        f" SELECT mandant, {_COPIED} FROM workflow.audit_entry WHERE id = $1 RETURNING id"
    )
    entry = await connection.fetchval(statement, order[place])
    if chance.random() < 0.5:
        await _seal_anew(connection, [*order[:place], entry, *order[place:]])
    else:
        await connection.execute("UPDATE workflow.audit_entry SET xid = xid - 1 WHERE id = $1", entry)
    return Wrong(entry, frozenset({"eingefuegt"}))


async def reorder(connection: Connection, chance: random.Random) -> Wrong:
    """Let two entries change places: their ids, their numbers, or their numbers with all seals."""
    order = await _order(connection)
    first, second = sorted(chance.sample(range(len(order)), 2))
    one, other = order[first], order[second]
    match chance.randrange(3):
        case 0:
            await _swap_ids(connection, one, other)
            return Wrong(one, frozenset({"geaendert"}))
        case 1:
            await _number(connection, {second + 1: one, first + 1: other})
            return Wrong(one, frozenset({"umgeordnet"}))
    order[first], order[second] = other, one
    await _seal_anew(connection, order)
    return Wrong(one, frozenset({"umgeordnet"}))


async def cut(connection: Connection, chance: random.Random) -> Wrong:
    """Cut the tail off: the entries alone, the entries with their leaves, or with everything that counted them."""
    order = await _order(connection)
    left = len(order) - chance.randint(1, 40)
    await connection.execute("DELETE FROM workflow.audit_entry WHERE id = ANY($1)", order[left:])
    await connection.execute("DELETE FROM workflow.audit_value WHERE entry_id = ANY($1)", order[left:])
    match chance.randrange(3):
        case 0:
            await connection.execute("DELETE FROM workflow.audit_leaf WHERE entry_id = ANY($1)", order[left:])
        case 1:
            await _seal_anew(connection, order[:left])
            await connection.execute("DELETE FROM workflow.audit_checkpoint WHERE size > $1", left)
    return Wrong(order[left], frozenset({"abgeschnitten", "zurueckgedreht"}))


async def _order(connection: Connection) -> list[int]:
    rows = await connection.fetch(
        "SELECT entry_id FROM workflow.audit_leaf WHERE mandant = $1 ORDER BY number", MANDANT
    )
    return [row["entry_id"] for row in rows]


async def _swap_ids(connection: Connection, one: int, other: int) -> None:
    for old, new in ((one, -1), (other, one), (-1, other)):
        # The column is an identity that is always generated: the attacker takes that off first.
        await connection.execute("ALTER TABLE workflow.audit_entry ALTER COLUMN id DROP IDENTITY IF EXISTS")
        await connection.execute("UPDATE workflow.audit_entry SET id = $2 WHERE id = $1", old, new)


async def _number(connection: Connection, ids: dict[int, int]) -> None:
    """Let numbers name other entries, with the leaves that those would have had there."""
    await connection.execute("ALTER TABLE workflow.audit_leaf DROP CONSTRAINT uq_audit_leaf_entry_id")
    for number, entry in ids.items():
        row = await connection.fetchrow(f"SELECT {_COLUMNS} FROM workflow.audit_entry WHERE id = $1", entry)
        leaf = leaf_of(SERVICE, number, tuple(row))
        statement = "UPDATE workflow.audit_leaf SET entry_id = $3, hash = $4 WHERE mandant = $1 AND number = $2"
        await connection.execute(statement, MANDANT, number, entry, leaf)


async def _seal_anew(connection: Connection, order: list[int]) -> None:
    """Make leaves and seals of the whole chain fit these entries, as somebody can who knows how they are made."""
    rows = await connection.fetch(f"SELECT {_COLUMNS} FROM workflow.audit_entry WHERE id = ANY($1)", order)
    entries = {row["id"]: tuple(row) for row in rows}
    leaves = [leaf_of(SERVICE, number, entries[entry]) for number, entry in enumerate(order, 1)]
    await connection.execute("DELETE FROM workflow.audit_leaf WHERE mandant = $1", MANDANT)
    records = [(MANDANT, number, entry, leaves[number - 1]) for number, entry in enumerate(order, 1)]
    await connection.executemany("INSERT INTO workflow.audit_leaf VALUES ($1, $2, $3, $4)", records)
    tree = Tree()
    seals = await connection.fetch(
        "SELECT number, size FROM workflow.audit_seal WHERE mandant = $1 ORDER BY 1", MANDANT
    )
    for seal in seals:
        size = len(order) if seal is seals[-1] else min(seal["size"], len(order))
        tree.extend(leaves[tree.size : size])
        statement = "UPDATE workflow.audit_seal SET size = $3, root = $4, peaks = $5 WHERE mandant = $1 AND number = $2"
        await connection.execute(statement, MANDANT, seal["number"], size, tree.root(), tree.peaks)


ATTACKS: dict[str, Attack] = {
    "change": change,
    "delete": delete,
    "insert": insert,
    "reorder": reorder,
    "cut": cut,
}
