"""What the database holds of Akten, Vorgänge and Dokumente, and what it must never hold."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from dms_records.bootstrap import Container

sys.path.insert(0, str(Path(__file__).parent))
for name in ("modell", "schriftgut", "dokumente", "beziehungen"):
    pytest.register_assert_rewrite(f"lebenszyklus_{name}")

# Of each kind: id, version, and the facts that the model has too. One statement for all of them.
BESTAND = """
    SELECT akte.id::text, akte.version, jsonb_build_array(akte.status, akte.aktenzeichen, akte.uebergeordnet_id,
        akte.ebene, plan.schluessel, oe.schluessel, akte.titel, akte.rang, akte.position,
        akte.alte_geschaeftszeichen, akte.fremde_geschaeftszeichen)
    FROM records.akte JOIN records.zustaendigkeit z ON z.id = zustaendigkeit_id AND z.mandant = akte.mandant
    JOIN records.organisationseinheit oe ON oe.id = z.organisationseinheit_id AND oe.mandant = akte.mandant
    JOIN records.aktenplaneinheit plan ON plan.id = akte.aktenplaneinheit_id AND plan.mandant = akte.mandant
    WHERE akte.id = ANY(CAST(:ids AS uuid[]))
    UNION ALL
    SELECT v.id::text, v.version, jsonb_build_array(status, aktenzeichen, v.uebergeordnet_id, ebene, akte_id,
        oe.schluessel, betreff, rang, position, alte_geschaeftszeichen, fremde_geschaeftszeichen)
    FROM records.vorgang v JOIN records.zustaendigkeit z ON z.id = zustaendigkeit_id AND z.mandant = v.mandant
    JOIN records.organisationseinheit oe ON oe.id = z.organisationseinheit_id AND oe.mandant = v.mandant
    WHERE v.id = ANY(CAST(:ids AS uuid[]))
    UNION ALL
    SELECT d.id::text, d.version, jsonb_build_array(d.aktenzeichen, d.nummer, d.akte_id, d.vorgang_id,
        d.geloescht_am IS NOT NULL, oe.schluessel, d.rang, jsonb_agg(jsonb_build_array(v.sha256, v.dateiname,
            v.erstellt_von, v.wiederhergestellt_aus, v.endgueltig_von) ORDER BY v.nummer))
    FROM records.dokument d JOIN records.dokumentversion v ON v.dokument_id = d.id
    JOIN records.zustaendigkeit z ON z.id = zustaendigkeit_id AND z.mandant = d.mandant
    JOIN records.organisationseinheit oe ON oe.id = z.organisationseinheit_id AND oe.mandant = d.mandant
    WHERE d.id = ANY(CAST(:ids AS uuid[])) GROUP BY d.mandant, d.id, oe.schluessel
    UNION ALL
    SELECT id::text, version, jsonb_build_array(rolle, name, coalesce(akte_id, vorgang_id), NULL)
    FROM records.beteiligter WHERE id = ANY(CAST(:ids AS uuid[]))
    UNION ALL
    SELECT id::text, version, jsonb_build_array(typ, quelle_id, ziel_id)
    FROM records.verweis WHERE id = ANY(CAST(:ids AS uuid[]))
    UNION ALL
    SELECT id::text, version, jsonb_build_array(sub, groesse, angekommen, objekt_key IS NOT NULL)
    FROM records.upload WHERE id = ANY(CAST(:ids AS uuid[]))
    UNION ALL
    -- Acts, not reads; who is responsible for what has tests of its own.
    SELECT NULL, id, jsonb_build_array(action, object_id, actor) FROM records.audit_entry
    WHERE id > :after AND mandant = 'dueren' AND action NOT LIKE '%read'
    AND object_type IN ('akte', 'vorgang', 'dokument', 'verweis', 'upload') ORDER BY 2
"""
# Whatever the model says: each of these finds nothing.
ILLEGAL = {
    "something registered in a draft, or open in what is zdA": """
        SELECT v.id FROM records.vorgang v JOIN records.akte a ON a.id = v.akte_id
        LEFT JOIN records.vorgang p ON p.id = v.uebergeordnet_id
        WHERE (v.status <> 'entwurf' AND 'entwurf' IN (a.status, p.status))
        OR (v.status <> 'zda' AND 'zda' IN (a.status, p.status))
        UNION ALL SELECT t.id FROM records.akte t JOIN records.akte a ON a.id = t.uebergeordnet_id
        WHERE (t.status <> 'entwurf' AND a.status = 'entwurf') OR (t.status <> 'zda' AND a.status = 'zda')""",
    "a Teilakte under another unit of the plan, less protected, or on a wrong level": """
        SELECT t.id FROM records.akte t JOIN records.akte a ON a.id = t.uebergeordnet_id
        WHERE t.aktenplaneinheit_id <> a.aktenplaneinheit_id OR t.rang < a.rang OR t.ebene <> a.ebene + 1""",
    "a Vorgang of another Akte than the one above it, less protected, or on a wrong level": """
        SELECT v.id FROM records.vorgang v JOIN records.akte a ON a.id = v.akte_id
        LEFT JOIN records.vorgang p ON p.id = v.uebergeordnet_id
        WHERE p.akte_id <> v.akte_id OR v.rang < greatest(a.rang, p.rang)
        OR v.ebene <> coalesce(p.ebene, a.ebene) + 1""",
    "a number for a draft, none for the others, or one that does not begin with that above": """
        SELECT v.id FROM records.vorgang v JOIN records.akte a ON a.id = v.akte_id
        LEFT JOIN records.vorgang p ON p.id = v.uebergeordnet_id
        WHERE (v.aktenzeichen IS NULL) <> (v.status = 'entwurf')
        OR NOT starts_with(v.aktenzeichen, coalesce(p.aktenzeichen, a.aktenzeichen))
        UNION ALL SELECT d.id FROM records.dokument d JOIN records.vorgang v ON v.id = d.vorgang_id
        WHERE (d.aktenzeichen IS NULL) <> (d.status = 'entwurf') OR NOT starts_with(d.aktenzeichen, v.aktenzeichen)
        OR d.akte_id <> v.akte_id OR d.rang < v.rang
        UNION ALL SELECT t.id FROM records.akte t LEFT JOIN records.akte a ON a.id = t.uebergeordnet_id
        WHERE (t.aktenzeichen IS NULL) <> (t.status = 'entwurf') OR NOT starts_with(t.aktenzeichen, a.aktenzeichen)""",
}


@dataclass(frozen=True, kw_only=True)
class Bestand:
    """What is stored of objects, by their ids, and what the Protokoll says since an entry."""

    facts: dict[str, tuple[Any, ...]]
    versions: dict[str, int]
    entries: list[tuple[str, str, str]]
    last: int


@pytest.fixture
def bestand(container: Container) -> Callable[..., Any]:
    """Return what is stored of objects, and the entries of the Protokoll after one."""

    async def bestand(ids: list[str], after: int) -> Bestand:
        async with container.system_engine.connect() as connection:
            found = (await connection.execute(text(BESTAND), {"ids": ids, "after": after})).all()
        objekte = [row for row in found if row[0] is not None]
        entries = [(number, *said) for known, number, said in found if known is None]
        return Bestand(
            facts={object_id: tuple(said) for object_id, _, said in objekte},
            versions={object_id: version for object_id, version, _ in objekte},
            entries=[(action, object_id, actor) for _, action, object_id, actor in entries],
            last=max([after, *(number for number, *_ in entries)]),
        )

    return bestand


@pytest.fixture
def illegal(rows: Callable[..., Any]) -> Callable[..., Any]:
    """Return all that is in a state in which nothing may be."""

    async def illegal() -> dict[str, list[Any]]:
        return {name: found for name, statement in ILLEGAL.items() if (found := await rows(statement))}

    return illegal
