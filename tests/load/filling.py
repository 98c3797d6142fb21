"""
A municipality of many Akten: 5,000 plan units of six offices with departments, filled past the front door.

The plan comes by its import, the offices by the API; Akten, Vorgänge, Dokumente and the Posteingang are copies by SQL
with realistic shapes: some units have a hundred times the Akten of others, each twentieth Akte is more than `nfD`, half
of the Vorgänge came in as Anträge, each thousandth Akte is large.
"""

import time
from collections.abc import Mapping
from typing import Any

from dms_records.domain.dokument import FORMULAR
from tests.harness.client import an_antrag, eventually
from tests.harness.files import a_pdf
from tests.load.copying import Copier
from tests.load.measured import Measured

UNITS = 5_000
MANDANT = "dueren"
POSTEINGANG_EACH = 50
LARGE_VORGAENGE, LARGE_DOKUMENTE = 20, 50
_PLANNER, _ORGANISER = "aktenplan", "aktenplan"
_DEPARTMENTS = 3
_TABLES = ("akte", "vorgang", "dokument", "dokumentversion", "eingang", "posteingang", "eingang_anlage")
_ZUSTAENDIGKEITEN = """
INSERT INTO records.zustaendigkeit (mandant, id, version, aktenplaneinheit_id, organisationseinheit_id, gueltig_von)
SELECT plan.mandant, md5('zustaendigkeit/' || plan.schluessel)::uuid, 1, plan.id, office.id, DATE '2020-01-01'
FROM unnest($2::text[], $3::text[]) AS given (unit, office)
JOIN records.aktenplaneinheit AS plan ON plan.mandant = $1 AND plan.schluessel = given.unit
JOIN records.organisationseinheit AS office ON office.mandant = $1 AND office.schluessel = given.office
"""
# As the events of records would have told the others.
_PROJECTED = """
INSERT INTO {service}.access_responsibility (mandant, id, version, unit_id, valid_from)
SELECT mandant, id, version, organisationseinheit_id, gueltig_von FROM records.zustaendigkeit ON CONFLICT DO NOTHING
"""
_PROJECTIONS = ("ingest", "search", "workflow")
_WORDS = (
    "ARRAY['Gewerbeanmeldung', 'Gaststättenerlaubnis', 'Wohngeld', 'Bauantrag', 'Sondernutzung', 'Übermittlungssperre',"
    " 'Änderungsbescheid', 'Beschwerde', 'Ordnungswidrigkeit', 'Kanalanschluss', 'Denkmalpflege', 'Eheschließung']"
)
_STREETS = "ARRAY['Kölnstraße', 'Am Adenauerpark', 'Ölmühle', 'Zehnthofstraße', 'Rurdammweg', 'Äußere Brückengasse']"


def _dice(salt: int, *, of: str = "n") -> str:
    """Return a number from 0 to below 1, always the same for a row."""
    return f"((hashint8extended(({of})::bigint, {salt}) & 1048575) / 1048576.0)"


def _word(words: str, salt: int) -> str:
    return f"({words})[1 + floor({_dice(salt)} * array_length({words}, 1))::int]"


# As `sort_key` makes it of these words.
_SORTED = "replace(translate(lower({}), 'äöü', 'aou'), 'ß', 'ss')"
_TITLE = f"{_word(_WORDS, 1)} || ' ' || {_word(_STREETS, 2)} || ' ' || (n * 7919 % 300) || ', ' || n"
_MOMENT = f"now() - interval '1 second' * floor({_dice(3)} * 157680000)"
_AKTEN = f"""
SELECT n, place.*, {_TITLE} AS titel, {_MOMENT} AS moment, {_dice(4)} AS rank, {_dice(5)} AS shield, {_dice(6)} AS state
FROM generate_series($2::int, $3::int) AS n JOIN (
    SELECT row_number() OVER (ORDER BY md5(plan.schluessel)) - 1 AS number, plan.id AS unit_id,
        plan.schluessel AS unit, own.id AS own_id
    FROM records.zustaendigkeit AS own
    JOIN records.aktenplaneinheit AS plan ON plan.mandant = own.mandant AND plan.id = own.aktenplaneinheit_id
    WHERE own.mandant = '{MANDANT}' AND own.id = md5('zustaendigkeit/' || plan.schluessel)::uuid
) AS place ON place.number = floor({UNITS} * power({_dice(7)}, 2))::bigint
"""
_STATE = (
    "CASE WHEN state < 0.02 THEN 'entwurf' WHEN state < 0.07 THEN 'registriert'"
    " WHEN state < 0.3 THEN 'zda' ELSE 'in_bearbeitung' END"
)
_AKTE = {
    "id": "md5('town/akte/' || n)::uuid",
    "aktenzeichen": "CASE WHEN state >= 0.02 THEN unit || '#' || lpad(n::text, 6, '0') END",
    "titel": "fresh.titel",
    "titel_sortierung": _SORTED.format("fresh.titel"),
    "status": _STATE,
    "zda_am": f"CASE WHEN {_STATE} = 'zda' THEN moment::date END",
    "aktenplaneinheit_id": "unit_id",
    "zustaendigkeit_id": "own_id",
    "rang": "CASE WHEN rank < 0.85 THEN 0 WHEN rank < 0.95 THEN 1 WHEN rank < 0.99 THEN 2 ELSE 3 END",
    "abgeschirmt": "shield < 0.005",
    "erstellt_am": "moment",
}
_VORGAENGE = f"""
SELECT n, v, akte.id AS akte_id, akte.aktenzeichen AS above, akte.titel, akte.zustaendigkeit_id AS own_id, akte.rang,
    akte.abgeschirmt, akte.erstellt_am AS moment, akte.status AS state, {_dice(8)} AS progress
FROM generate_series($2::int, $3::int) AS n
JOIN records.akte ON akte.mandant = '{MANDANT}' AND akte.id = md5('town/akte/' || n)::uuid
CROSS JOIN LATERAL generate_series(1, CASE WHEN n % 1000 = 1 THEN {LARGE_VORGAENGE} ELSE 1 END) AS v
"""
_PROGRESS = (
    "CASE WHEN state IN ('entwurf', 'zda') THEN state WHEN progress < 0.5 THEN 'offen'"
    " WHEN progress < 0.9 THEN 'in_bearbeitung' ELSE 'zda' END"
)
_VORGANG = {
    "id": "md5('town/vorgang/' || n || '/' || v)::uuid",
    "akte_id": "fresh.akte_id",
    "aktenzeichen": "above || '#' || lpad(v::text, 4, '0')",
    "betreff": "fresh.titel || ', Vorgang ' || v",
    "betreff_sortierung": _SORTED.format("fresh.titel || ', Vorgang ' || v"),
    "status": _PROGRESS,
    "zda_am": f"CASE WHEN {_PROGRESS} = 'zda' THEN moment::date END",
    "antrag_id": "CASE WHEN n % 2 = 0 AND v = 1 THEN md5('town/antrag/' || n)::uuid END",
    "zustaendigkeit_id": "own_id",
    "rang": "fresh.rang",
    "abgeschirmt": "fresh.abgeschirmt",
    "anzahl_dokumente": f"CASE WHEN n % 1000 = 1 AND v = 1 THEN {LARGE_DOKUMENTE} ELSE 3 END",
    "erstellt_am": "moment",
}
_DOKUMENTE = f"""
SELECT n, v, k, vorgang.id AS vorgang_id, vorgang.akte_id, vorgang.antrag_id, vorgang.aktenzeichen AS above,
    vorgang.zustaendigkeit_id AS own_id, vorgang.rang, vorgang.abgeschirmt, vorgang.erstellt_am AS moment,
    vorgang.aktenzeichen IS NULL OR {_dice(9, of="n * 100 + k")} < 0.02 AS is_draft,
    {_dice(10, of="n * 100 + k")} < 0.5 AS is_discarded, md5('town/dokument/' || n || '/' || v || '/' || k)::uuid AS id
FROM generate_series($2::int, $3::int) AS n
CROSS JOIN LATERAL generate_series(1, CASE WHEN n % 1000 = 1 THEN {LARGE_VORGAENGE} ELSE 1 END) AS v
JOIN records.vorgang ON vorgang.mandant = '{MANDANT}' AND vorgang.id = md5('town/vorgang/' || n || '/' || v)::uuid
CROSS JOIN LATERAL generate_series(1, vorgang.anzahl_dokumente) AS k
"""
_DOKUMENT = {
    "id": "fresh.id",
    "vorgang_id": "fresh.vorgang_id",
    "akte_id": "fresh.akte_id",
    "antrag_id": "fresh.antrag_id",
    "nummer": "k",
    "titel": "'Dokument ' || k || ' zu ' || n",
    "titel_sortierung": "'dokument ' || k || ' zu ' || n",
    "art": f"CASE WHEN k = 1 AND fresh.antrag_id IS NOT NULL THEN '{FORMULAR}' ELSE sample.art END",
    "zustaendigkeit_id": "own_id",
    "rang": "fresh.rang",
    "abgeschirmt": "fresh.abgeschirmt",
    "aktuelle_version": "1",
    "erstellt_am": "moment",
    "status": "CASE WHEN is_draft THEN 'entwurf' ELSE 'registriert' END",
    "aktenzeichen": "CASE WHEN NOT is_draft THEN above || '#' || lpad(k::text, 4, '0') END",
    "geloescht_am": "CASE WHEN is_draft AND is_discarded THEN moment END",
    "loeschen_am": "CASE WHEN is_draft AND is_discarded THEN now() + interval '20 days' END",
}
_IS_INFECTED = f"{_dice(11, of='n * 100 + k')} < 0.0005"
_VERSION = {
    "id": "md5('town/version/' || n || '/' || v || '/' || k)::uuid",
    "dokument_id": "fresh.id",
    "nummer": "1",
    "objekt_key": "sample.objekt_key || '/' || n || '/' || v || '/' || k",
    "groesse": "1000 + n % 900000",
    "pruefstatus": f"CASE WHEN {_IS_INFECTED} THEN 'befallen' ELSE 'sauber' END",
    "befund": f"CASE WHEN {_IS_INFECTED} THEN 'Eicar-Signature' END",
    "geprueft_am": "moment",
    "erstellt_am": "moment",
}
_EVERY_SECOND = "SELECT n FROM generate_series($2::int, $3::int) AS n WHERE n % 2 = 0"
_SOME = f"""
SELECT n, {_MOMENT} AS moment, {_TITLE} AS titel FROM generate_series($2::int, $3::int) AS n
WHERE n % {POSTEINGANG_EACH} = 0
"""
_VISIBLE = """
SELECT avg((office.schluessel LIKE $1 AND akte.rang <= 1 AND NOT akte.abgeschirmt)::int) FROM records.akte
JOIN records.zustaendigkeit AS own ON own.id = akte.zustaendigkeit_id
JOIN records.organisationseinheit AS office ON office.id = own.organisationseinheit_id
"""
_LARGEST = """
SELECT plan.schluessel FROM records.akte JOIN records.aktenplaneinheit AS plan ON plan.id = akte.aktenplaneinheit_id
WHERE plan.schluessel LIKE $1 GROUP BY 1 ORDER BY count(*) DESC LIMIT 1
"""
_LARGE = """
SELECT md5('town/akte/' || n)::uuid, md5('town/vorgang/' || n || '/1')::uuid FROM generate_series(1, $1::int, 1000) AS n
"""


class Municipality:
    """One installation that is filled step by step."""

    def __init__(self, measured: Measured) -> None:
        self._measured = measured
        self._copier = Copier(measured.installation)
        self._samples: dict[str, Any] = {}
        self.akten = 0

    def grow(self, akten: int) -> None:
        """Fill up to so many Akten."""
        if not self.akten:
            self._found()
        started, span = time.perf_counter(), (self.akten + 1, akten)
        for table, source, changes in (
            ("akte", _AKTEN, _AKTE),
            ("vorgang", _VORGAENGE, _VORGANG),
            ("dokument", _DOKUMENTE, _DOKUMENT),
            ("dokumentversion", _DOKUMENTE, _VERSION),
        ):
            self._copier.copy(table, self._samples[table], changes, source=source, arguments=span)
        self._came_in(span)
        self._copier.settle(*_TABLES)
        self.akten = akten
        counts = {name: self._count(name) for name in ("vorgang", "dokument", "zustaendigkeit")}
        self._measured.report.figure(f"filling up to {akten} Akten", time.perf_counter() - started, "s", **counts)

    def visible(self, office: str) -> float:
        """Return the share of Akten that the Sachbearbeitung of an office sees."""
        return float(self._measured.installation.value(_VISIBLE, f"{office}%"))

    def largest_unit(self, office: str) -> str:
        """Return the key of the plan unit with the most Akten of an office."""
        return str(self._measured.installation.value(_LARGEST, f"{office}.%"))

    def large(self) -> list[tuple[str, str]]:
        """Return the ids of the large Akten, each with its large Vorgang."""
        return [(str(akte), str(vorgang)) for akte, vorgang in self._measured.installation.sql(_LARGE, self.akten)]

    def _came_in(self, span: tuple[int, int]) -> None:
        """Write what came in behind Vorgänge, and what waits in the Posteingang."""
        antrag = self._samples["antrag"]
        antrag_id, waiting_id = "md5('town/antrag/' || n)::uuid", "md5('town/waiting/' || n)::uuid"
        facts = {"eingangsnummer": "'E-' || n"}
        self._copier.copy(
            "eingang", antrag, {"antrag_id": antrag_id, **facts}, source=_EVERY_SECOND, arguments=span, key="antrag_id"
        )
        waiting = self._samples["waiting"]
        self._copier.copy(
            "eingang", waiting, {"antrag_id": waiting_id, **facts}, source=_SOME, arguments=span, key="antrag_id"
        )
        item = {
            "id": "md5('town/posteingang/' || n)::uuid",
            "antrag_id": waiting_id,
            "betreff": "fresh.titel",
            "betreff_sortierung": _SORTED.format("fresh.titel"),
            "eingegangen_am": "moment",
        }
        self._copier.copy("posteingang", waiting, item, source=_SOME, arguments=span, key="antrag_id")
        file = {
            "id": "md5('town/anlage/' || n)::uuid",
            "antrag_id": waiting_id,
            "objekt_key": "sample.objekt_key || '/' || n",
        }
        self._copier.copy("eingang_anlage", self._samples["anlage"], file, source=_SOME, arguments=span)

    def _found(self) -> None:
        """Make offices and plan by the API, then the Zuständigkeiten, and one sample of everything."""
        origin = self._measured.origin
        leaves = _leaves(origin.read(_PLANNER, "aktenplan/export")["items"])
        offices = sorted({leaf.partition(".")[0] for leaf in leaves})
        for office in offices:
            for number in range(1, _DEPARTMENTS + 1):
                body = {"schluessel": f"{office}-{number}", "name": f"Abteilung {office}/{number}"}
                answer = origin.post(_ORGANISER, "organisationseinheiten", {**body, "uebergeordnet": office})
                assert answer.status_code == 201, answer.text
        rows = [_row(leaves, number) for number in range(UNITS)]
        answer = origin.post(_PLANNER, "aktenplan/import", {"items": rows})
        assert answer.status_code == 200, answer.text
        charge = [row["organisationseinheit"] or row["schluessel"].partition(".")[0] for row in rows]
        self._copier.execute(_ZUSTAENDIGKEITEN, MANDANT, [row["schluessel"] for row in rows], charge)
        for service in _PROJECTIONS:
            self._copier.execute(_PROJECTED.format(service=service))
        self._samples = self._take_samples()

    def _take_samples(self) -> dict[str, Any]:
        origin, installation = self._measured.origin, self._measured.installation
        antrag_id = origin.accepted(an_antrag(), [a_pdf("Beleg")])["id"]
        # No Ablageregel knows this Leistung.
        unknown = {"schluessel": "99999999000000", "bezeichnung": "Etwas anderes"}
        waiting_id = origin.accepted(an_antrag(leistung=unknown), [a_pdf("Beleg")])["id"]
        origin.wait_for(antrag_id, "durchsuchbar", "zugewiesen")
        [vorgang] = installation.sql("SELECT id, akte_id FROM records.vorgang WHERE antrag_id = $1", antrag_id)
        dokument = "SELECT id FROM records.dokument WHERE vorgang_id = $1 ORDER BY nummer DESC LIMIT 1"
        dokument_id = installation.value(dokument, vorgang["id"])
        anlage = "SELECT id FROM records.eingang_anlage WHERE antrag_id = $1 LIMIT 1"
        found = eventually(lambda: installation.sql(anlage, waiting_id), "the Posteingang of an unknown Leistung")
        version = "SELECT id FROM records.dokumentversion WHERE dokument_id = $1"
        return {
            "antrag": antrag_id,
            "waiting": waiting_id,
            "akte": vorgang["akte_id"],
            "vorgang": vorgang["id"],
            "dokument": dokument_id,
            "dokumentversion": installation.value(version, dokument_id),
            "anlage": found[0]["id"],
        }

    def _count(self, table: str) -> int:
        return int(self._measured.installation.value(f"SELECT count(*) FROM records.{table}"))


def _leaves(rows: list[Mapping[str, Any]]) -> list[str]:
    above = {row["uebergeordnet"] for row in rows}
    return [row["schluessel"] for row in rows if row["schluessel"] not in above and not row["stillgelegt"]]


def _row(leaves: list[str], number: int) -> dict[str, Any]:
    """Return a unit below one of the leaves in turn, of its office or of a department."""
    leaf, count = leaves[number % len(leaves)], number // len(leaves)
    department = count % (_DEPARTMENTS + 1)
    return {
        "schluessel": f"{leaf}.{count:03}",
        "titel": f"Sachgebiet {count} zu {leaf}",
        "uebergeordnet": leaf,
        "aktenbildung": "fallakte",
        "organisationseinheit": f"{leaf.partition('.')[0]}-{department}" if department else None,
    }
