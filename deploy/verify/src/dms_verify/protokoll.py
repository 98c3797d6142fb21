"""The verification of the sealed Protokoll: every chain of every service against its checkpoints."""

import sys
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

import asyncpg

from dms_verify.chain import Chain, Connection, Reading
from dms_verify.checkpoints import ChainName, Expected, Exports, read_all
from dms_verify.errors import CannotVerifyError
from dms_verify.findings import Finding, write
from dms_verify.judgement import inserted, judge
from dms_verify.sources import Sources

# Service, Mandant, size and root that somebody has noted.
Head = tuple[str, str, int, bytes]

SOUND, FOUND, EMPTY = 0, 1, 2
_OVERDUE_SQL = """
    SELECT min(leaf.entry_id), min(leaf.number) FROM "{schema}".audit_leaf AS leaf WHERE leaf.mandant = $1
    AND leaf.number = $2 + 1 AND EXISTS (
        SELECT FROM "{schema}".audit_seal AS seal
        WHERE seal.mandant = $1 AND seal.size > $2 AND seal.sealed_at < now() - interval '5 minutes'
    )
"""
_UNSEALED_SQL = """
    SELECT count(*) FROM "{schema}".audit_entry AS entry
    WHERE NOT EXISTS (SELECT FROM "{schema}".audit_leaf AS leaf WHERE leaf.entry_id = entry.id)
"""


async def verify(sources: Sources, heads: Sequence[Head] = ()) -> int:
    """Check everything, write the findings, and return the exit code."""
    findings: list[Finding] = []
    # Before any snapshot of a database: what a checkpoint holds was committed before it was written.
    exports = read_all(sources.objects, sources.keys, findings)
    if not exports and not findings:
        sys.stderr.write("Der Objektspeicher enthält keinen Checkpoint: es gibt nichts, wogegen geprüft werden kann.\n")
        return EMPTY
    for service, url in sources.databases.items():
        async with _snapshot(service, url) as connection:
            findings += await _verify_service(connection, service, sources, exports, heads)
    for name in exports:
        if name[0] not in sources.databases:
            raise CannotVerifyError(f"Es gibt Checkpoints von {name[0]}, aber keine Datenbank ist genannt.")
    write(findings)
    return FOUND if findings else SOUND


async def _verify_service(
    connection: Connection,
    service: str,
    sources: Sources,
    exports: Mapping[ChainName, Exports],
    heads: Sequence[Head],
) -> list[Finding]:
    rows = await connection.fetch(f'SELECT DISTINCT mandant FROM "{service}".audit_seal')  # noqa: S608
    mandanten = {row["mandant"] for row in rows} | {mandant for name, mandant in exports if name == service}
    findings: list[Finding] = []
    known: set[int] = set()
    for mandant in sorted(mandanten):
        exported = exports.get((service, mandant), Exports())
        noted = [head for head in heads if head[:2] == (service, mandant)]
        chain = Chain(service, mandant, _roots(service, mandant, exported, noted))
        leaves = Expected(sources.objects, exported, chain.name, findings).leaves()
        reading = await chain.read(connection, leaves)
        findings += await judge(connection, chain, reading)
        known.update(misfit.entry_id for misfit in reading.misfits)
        findings += await _of_exports(connection, chain, exported)
        findings += [
            Finding("abgeschnitten", f"{chain.name}/nummer-{size}", size)
            for *_, size, _ in noted
            if size > reading.tree.size
        ]
        _tell(chain, reading, exported)
    findings += await inserted(connection, service, known)
    waiting = await connection.fetchval(_UNSEALED_SQL.format(schema=service))
    sys.stderr.write(f"{service}: {waiting} Einträge ohne Nummer\n")
    return findings


def _roots(
    service: str, mandant: str, exported: Exports, heads: Sequence[Head]
) -> Mapping[int, Sequence[tuple[bytes, Finding]]]:
    roots: dict[int, list[tuple[bytes, Finding]]] = defaultdict(list)
    for one in exported.checkpoints:
        roots[one.size].append((one.root, Finding("checkpoint", one.key, one.size)))
    for *_, size, root in heads:
        finding = Finding("zurueckgedreht", f"{service}/{mandant}/nummer-{size}", size)
        roots[size].append((root, finding))
    return roots


async def _of_exports(connection: Connection, chain: Chain, exported: Exports) -> list[Finding]:
    """Return what no checkpoint holds although one should: a gap, or the end five minutes after it was sealed."""
    findings, reached = [], 0
    for one in exported.checkpoints:
        if one.first > reached + 1:
            findings.append(Finding("luecke", f"{chain.name}/nummer-{reached + 1}", reached + 1))
        reached = max(reached, one.size)
    overdue = await connection.fetchrow(_OVERDUE_SQL.format(schema=chain.service), chain.mandant, reached)
    if overdue is not None and overdue[0] is not None:
        findings.append(Finding("ausstehend", f"{chain.name}/{overdue[0]}", overdue[1]))
    return findings


def _tell(chain: Chain, reading: Reading, exported: Exports) -> None:
    sys.stderr.write(
        f"{chain.name}: {reading.tree.size} Einträge versiegelt, {exported.size} davon in"
        f" {len(exported.checkpoints)} Checkpoints, {reading.without_value} ohne ihren Wert;"
        f" Stand {reading.tree.size}:{reading.tree.root().hex()}\n"
    )


@asynccontextmanager
async def _snapshot(service: str, url: str) -> AsyncIterator[Connection]:
    try:
        connection = await asyncpg.connect(url, timeout=10)
    except (OSError, asyncpg.PostgresError, TimeoutError) as error:
        raise CannotVerifyError(f"Die Datenbank von {service} antwortet nicht ({type(error).__name__}).") from error
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            yield connection
    finally:
        await connection.close(timeout=5)
