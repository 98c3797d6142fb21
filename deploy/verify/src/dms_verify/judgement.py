"""What the misfits of a chain mean: changed, deleted, inserted, reordered, cut, or set back."""

from collections.abc import Collection, Mapping, Sequence

import asyncpg

from dms_kit.audit.hashing import ENTRY_COLUMNS, leaf_of
from dms_verify.chain import Chain, Connection, Misfit, Reading
from dms_verify.findings import Finding

_PAGE = 5000
_ENTRIES_SQL = f'SELECT {", ".join(ENTRY_COLUMNS)} FROM "{{schema}}".audit_entry WHERE id = ANY($1)'  # noqa: S608
# Below the boundary of the sealer and without a number: nobody but a forger puts an entry there.
_INSERTED_SQL = """
    SELECT entry.id, entry.mandant FROM "{schema}".audit_entry AS entry
    WHERE (entry.xid, entry.id) <= (SELECT xid, entry_id FROM "{schema}".audit_seal ORDER BY position DESC LIMIT 1)
    AND NOT EXISTS (SELECT FROM "{schema}".audit_leaf AS leaf WHERE leaf.entry_id = entry.id)
    ORDER BY entry.id LIMIT 10000
"""


async def judge(connection: Connection, chain: Chain, reading: Reading) -> list[Finding]:
    """Return the findings of a chain; a seal that is wrong because of an entry is not named besides it."""
    entries = await _entries(connection, chain, [misfit.entry_id for misfit in reading.misfits])
    tail = _tail_of(reading, entries)
    rest = reading.misfits[: len(reading.misfits) - len(tail)]
    findings = [*_of_entries(chain, rest, entries), *_of_tail(chain, reading, tail)]
    findings += [finding for finding in reading.findings if finding.kind not in {"siegel", "checkpoint"}]
    return findings or _misplaced(chain, rest) or reading.findings


async def inserted(connection: Connection, service: str, known: Collection[int]) -> list[Finding]:
    """Return the entries of a service that stand below the boundary and were never sealed; `known` ones were."""
    rows = await connection.fetch(_INSERTED_SQL.format(schema=service))
    return [
        Finding("eingefuegt", f"{service}/{row['mandant']}/{row['id']}", row["id"])
        for row in rows
        if row["id"] not in known
    ]


def _of_entries(chain: Chain, misfits: Sequence[Misfit], entries: Mapping[int, asyncpg.Record]) -> list[Finding]:
    wanted = {misfit.entry_id for misfit in misfits}
    findings = []
    for misfit in misfits:
        subject, entry = f"{chain.name}/{misfit.entry_id}", entries.get(misfit.entry_id)
        if entry is None:
            findings.append(Finding("geloescht", subject, misfit.number))
        elif leaf_of(chain.service, misfit.number, tuple(entry)) != misfit.hash:
            findings.append(Finding("geaendert", subject, misfit.number))
        if misfit.row is not None and misfit.row[0] not in wanted:
            findings.append(Finding("eingefuegt", f"{chain.name}/{misfit.row[0]}", misfit.number))
    return findings


def _misplaced(chain: Chain, misfits: Sequence[Misfit]) -> list[Finding]:
    """Name the first of each run of numbers whose entries are whole, and whose leaves are not in their place."""
    findings, before = [], 0
    for misfit in misfits:
        is_other = misfit.row is not None and misfit.row[0] != misfit.entry_id
        if misfit.number != before + 1:
            kind = "umgeordnet" if is_other else "siegel"
            findings.append(Finding(kind, f"{chain.name}/{misfit.entry_id}", misfit.number))
        before = misfit.number
    return findings


def _tail_of(reading: Reading, entries: Mapping[int, asyncpg.Record]) -> list[Misfit]:
    """Return the misfits at the very end whose entries are gone."""
    tail: list[Misfit] = []
    for misfit in reversed(reading.misfits):
        if misfit.number != reading.tree.size - len(tail) or misfit.entry_id in entries:
            break
        tail.append(misfit)
    return tail[::-1]


def _of_tail(chain: Chain, reading: Reading, tail: Sequence[Misfit]) -> list[Finding]:
    if not tail:
        return []
    first = tail[0].number
    is_earlier_state = reading.last_row < first and reading.last_seal < first
    kind = "zurueckgedreht" if is_earlier_state else "abgeschnitten"
    return [Finding(kind, f"{chain.name}/{tail[0].entry_id}", first)]


async def _entries(connection: Connection, chain: Chain, ids: Sequence[int]) -> Mapping[int, asyncpg.Record]:
    found = {}
    for start in range(0, len(ids), _PAGE):
        rows = await connection.fetch(_ENTRIES_SQL.format(schema=chain.service), ids[start : start + _PAGE])
        found.update({row["id"]: row for row in rows})
    return found
