"""The municipality that the state machine of the organisation lives in, and how what is stored of it is read."""

from datetime import date
from typing import Any

from organisation_modell import Office, Organisation, Row


class World:
    """The municipality that each run begins with, and what is stored of it."""

    def __init__(self, *, call: Any, rows: Any, reset: Any, clock: Any) -> None:
        self.call, self._rows, self._reset, self.clock = call, rows, reset, clock
        self._begun = clock.now()
        self.answers: list[int] = []
        self.carried_out = self.changed_hands = 0

    def begin(self) -> Organisation:
        """Bring the demo municipality back, and its day; return what the model begins with."""
        self._reset()
        self.clock.advance((self._begun - self.clock.now()).total_seconds())
        found = self.snapshot()
        offices = {
            key: Office(key=key, name=name, above=above, von=von, bis=bis, since=since)
            for key, name, above, von, bis, since, _ in found["offices"]
        }
        above = dict(self._rows(ABOVE_SQL))
        return Organisation(
            offices=offices,
            plan={unit: (above[unit], own) for unit, own, _ in found["plan"]},
            regeln={(leistung, region): (unit, own) for leistung, region, own, unit in found["regeln"]},
            rows={key: Row(unit=unit, office=office, von=von) for key, unit, office, von, *_ in found["rows"]},
            since={unit: day for unit, _, day, _ in self.histories()["plan"]},
        )

    def snapshot(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return everything that a change may touch, each with its version, and how much was told to others."""
        return self._read(STATE_SQL)

    def histories(self) -> dict[str, list[tuple[Any, ...]]]:
        # Sorted here and not there: the database has another alphabet.
        return {name: sorted(rows, key=lambda row: row[0]) for name, rows in self._read(HISTORY_SQL).items()}

    def histories_by_key(self, town: Organisation) -> list[tuple[str, str, list[Any]]]:
        """Return path, id and ended states of what changed, for the API to show."""
        offices = [("organisationseinheiten", self.office(o.key)[0], o.past) for o in town.offices.values() if o.past]
        return [*offices, *(("zustaendigkeiten", key, row.past) for key, row in town.rows.items() if row.past)]

    def _read(self, statements: dict[str, str]) -> dict[str, list[tuple[Any, ...]]]:
        """Read several tables by one statement; days come as texts."""
        parts = [
            f"'{name}', (SELECT coalesce(json_agg(said.*), '[]') FROM ({sql}) said)" for name, sql in statements.items()
        ]
        [[found]] = self._rows(f"SELECT json_build_object({', '.join(parts)})")
        return {name: [tuple(map(_day_of, row.values())) for row in rows] for name, rows in found.items()}

    def office(self, key: str) -> tuple[str, int]:
        sql = (
            "SELECT id::text, version FROM records.organisationseinheit WHERE mandant = 'dueren' AND schluessel = :key"
        )
        [found] = self._rows(sql, key=key)
        return found[0], found[1]

    def unit_id(self, unit: str) -> str:
        sql = "SELECT id::text FROM records.aktenplaneinheit WHERE mandant = 'dueren' AND schluessel = :unit"
        return str(self._rows(sql, unit=unit)[0][0])

    def row_of(self, akte_id: str) -> str:
        sql = "SELECT zustaendigkeit_id::text FROM records.akte WHERE id = CAST(:id AS uuid)"
        return str(self._rows(sql, id=akte_id)[0][0])


def _day_of(value: Any) -> Any:
    is_day = isinstance(value, str) and len(value) == 10 and value[4] == value[7] == "-"
    return date.fromisoformat(value) if is_day else value


ABOVE_SQL = """
    SELECT unit.schluessel, above.schluessel FROM records.aktenplaneinheit unit
    LEFT JOIN records.aktenplaneinheit above ON above.id = unit.uebergeordnet_id WHERE unit.mandant = 'dueren'
"""
STATE_SQL = {
    "offices": """
        SELECT o.schluessel, o.name, above.schluessel AS above, o.gueltig_von, o.gueltig_bis,
            coalesce(o.stand_von, o.gueltig_von) AS since, o.version
        FROM records.organisationseinheit o
        LEFT JOIN records.organisationseinheit above ON above.id = o.uebergeordnet_id
        WHERE o.mandant = 'dueren' ORDER BY o.id""",
    "rows": """
        SELECT z.id::text, unit.schluessel, o.schluessel AS office, z.gueltig_von, z.aufnehmend, z.version
        FROM records.zustaendigkeit z JOIN records.aktenplaneinheit unit ON unit.id = z.aktenplaneinheit_id
        JOIN records.organisationseinheit o ON o.id = z.organisationseinheit_id
        WHERE z.mandant = 'dueren' AND z.gueltig_bis IS NULL ORDER BY z.id""",
    "plan": """
        SELECT unit.schluessel, o.schluessel AS office, unit.version FROM records.aktenplaneinheit unit
        LEFT JOIN records.organisationseinheit o ON o.id = unit.organisationseinheit_id
        WHERE unit.mandant = 'dueren' ORDER BY unit.id""",
    "regeln": """
        SELECT r.leistung, r.region, o.schluessel AS office, unit.schluessel FROM records.ablageregel r
        JOIN records.aktenplaneinheit unit ON unit.id = r.aktenplaneinheit_id
        LEFT JOIN records.organisationseinheit o ON o.id = r.organisationseinheit_id
        WHERE r.mandant = 'dueren' ORDER BY r.id""",
    "akten": """
        SELECT id::text, aktenzeichen, zustaendigkeit_id, version FROM records.akte
        WHERE mandant = 'dueren' ORDER BY id""",
    "told": """
        SELECT (SELECT count(*) FROM records.outbox) AS told, (SELECT count(*) FROM records.audit_entry) AS noted,
            (SELECT count(*) FROM records.reorganisation) AS carried_out""",
}
HISTORY_SQL = {
    "offices": """
        SELECT o.schluessel, h.name, above.schluessel AS above, h.gueltig_von, h.gueltig_bis
        FROM records.organisationseinheit_historie h
        JOIN records.organisationseinheit o ON o.id = h.organisationseinheit_id
        LEFT JOIN records.organisationseinheit above ON above.id = h.uebergeordnet_id
        WHERE h.mandant = 'dueren' ORDER BY h.stand""",
    "rows": """
        SELECT h.zustaendigkeit_id::text, o.schluessel, h.gueltig_von, h.gueltig_bis
        FROM records.zustaendigkeit_historie h JOIN records.organisationseinheit o ON o.id = h.organisationseinheit_id
        WHERE h.mandant = 'dueren' ORDER BY h.stand""",
    "plan": """
        SELECT unit.schluessel, s.version, s.wirksam_ab, o.schluessel AS office FROM records.aktenplaneinheit_stand s
        JOIN records.aktenplaneinheit unit ON unit.id = s.aktenplaneinheit_id
        LEFT JOIN records.organisationseinheit o ON o.id = s.organisationseinheit_id
        WHERE s.mandant = 'dueren' ORDER BY s.version""",
}
