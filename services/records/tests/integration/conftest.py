"""What the database holds of Akten, Vorgänge and Dokumente, and what it must never hold."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

sys.path.insert(0, str(Path(__file__).parent))
pytest.register_assert_rewrite("lebenszyklus_modell")

AKTEN = """
    SELECT akte.id, akte.status, akte.aktenzeichen, akte.uebergeordnet_id, akte.ebene, plan.schluessel, oe.schluessel
    FROM records.akte JOIN records.zustaendigkeit z ON z.id = zustaendigkeit_id AND z.mandant = akte.mandant
    JOIN records.organisationseinheit oe ON oe.id = z.organisationseinheit_id AND oe.mandant = akte.mandant
    JOIN records.aktenplaneinheit plan ON plan.id = akte.aktenplaneinheit_id AND plan.mandant = akte.mandant
    WHERE akte.id = ANY(CAST(:ids AS uuid[]))
"""
VORGAENGE = """
    SELECT vorgang.id, status, aktenzeichen, vorgang.uebergeordnet_id, ebene, akte_id, oe.schluessel
    FROM records.vorgang JOIN records.zustaendigkeit z ON z.id = zustaendigkeit_id AND z.mandant = vorgang.mandant
    JOIN records.organisationseinheit oe ON oe.id = z.organisationseinheit_id AND oe.mandant = vorgang.mandant
    WHERE vorgang.id = ANY(CAST(:ids AS uuid[]))
"""
DOKUMENTE = """
    SELECT d.id, d.aktenzeichen, d.nummer, d.akte_id, d.vorgang_id, d.geloescht_am IS NOT NULL, oe.schluessel,
        array_agg(v.sha256 ORDER BY v.nummer), array_agg(v.endgueltig_von ORDER BY v.nummer)
    FROM records.dokument d JOIN records.dokumentversion v ON v.dokument_id = d.id
    JOIN records.zustaendigkeit z ON z.id = zustaendigkeit_id AND z.mandant = d.mandant
    JOIN records.organisationseinheit oe ON oe.id = z.organisationseinheit_id AND oe.mandant = d.mandant
    WHERE d.id = ANY(CAST(:ids AS uuid[])) GROUP BY d.mandant, d.id, oe.schluessel
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


@pytest.fixture
def bestand(rows: Callable[..., Any]) -> Callable[..., Any]:
    """Return what is stored of objects, by their ids."""

    async def bestand(ids: list[str]) -> dict[str, tuple[Any, ...]]:
        found = [row for statement in (AKTEN, VORGAENGE, DOKUMENTE) for row in await rows(statement, ids=ids)]
        return {
            str(row[0]): tuple(str(value) if isinstance(value, UUID) else value for value in row[1:]) for row in found
        }

    return bestand


@pytest.fixture
def illegal(rows: Callable[..., Any]) -> Callable[..., Any]:
    """Return all that is in a state in which nothing may be."""

    async def illegal() -> dict[str, list[Any]]:
        return {name: found for name, statement in ILLEGAL.items() if (found := await rows(statement))}

    return illegal
