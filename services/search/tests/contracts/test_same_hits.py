"""tantivy and OpenSearch find the same; where they differ, OpenSearch finds more, and only inside of compounds."""

import random
import time
from datetime import UTC, datetime
from uuid import UUID

import pytest

from dms_kit.core.access import AccessScope, Rank
from dms_search.adapters.opensearch_schema import SCHEMA_VERSION
from dms_search.adapters.tantivy_index import TantivyIndex
from dms_search.domain.indexeintrag import Indexeintrag, IndexeintragTyp
from dms_search.domain.suchanfrage import Suchanfrage

pytestmark = [pytest.mark.real, pytest.mark.timeout(600)]

COUNT = 5_000
ZUSTAENDIGKEITEN = [UUID(int=number) for number in range(1, 41)]
# None of them holds another one or is a compound: what is found does not depend on taking apart.
WORDS = [
    "Antrag",
    "Anträge",
    "Bescheid",
    "Bescheide",
    "Frist",
    "Fristen",
    "Straße",
    "Strassen",
    "Grundriss",
    "Müller",
    "Mueller",
    "Meier",
    "Schröder",
    "Özdemir",
    "Anhörung",
    "Satzung",
    "Satzungen",
    "Rechnung",
    "Rechnungen",
    "Protokoll",
    "Vermerk",
    "Gutachten",
    "Zeichnung",
    "Bäckerei",
    "Gewerbe",
    "Hund",
    "Katze",
    "Bernstein",
    "Ölheizung",
    "Brücke",
    "Brücken",
    "Prüfung",
    "Kosten",
    "Gebühr",
    "Gebühren",
    "genehmigt",
    "genehmigen",
    "abgelehnt",
    "Eigentümer",
    "Köln",
    "Düren",
    "Łódź",
    "Čapek",
    "Café",
    "großer",
    "große",
    "kleine",
    "Termin",
    "Termine",
    "Zahlung",
    "Mahnung",
    "Umzug",
    "Gärten",
    "Garten",
    "Fenster",
]
COMPOUNDS = [
    "Abwassergebührenbescheid",
    "Straßenbauamt",
    "Verwaltungsgebühr",
    "Prüfungstermin",
    "Gewerbesteuerbescheid",
]
QUERIES = [
    *[
        "Antrag",
        "anträge",
        "BESCHEID",
        "fristen",
        "strasse",
        "Straße",
        "müller",
        "Mueller",
        "Özdemir",
        "lodz",
        "capek",
        "cafe",
        "gross",
        "hunde",
        "Gaerten",
    ],
    *[
        "oelheizung",
        "brücke",
        "genehmigen",
        "abgelehnt",
        "eigentuemer",
        "koeln",
        "düren",
        "terminen",
        "zahlungen",
        "bernstein",
    ],
    *(
        "antrag frist",
        "hund katze",
        "hund ODER katze",
        "hund -katze",
        "-hund",
        "meier OR schröder antrag",
        "müller NICHT",
    ),
    *('"antrag frist"', '"frist antrag"', '"hund katze"', '"kleine gärten" ODER "große brücke"', "+vermerk -protokoll"),
    *("32.20#00007", "00042", "32.20", '"00042#0003"', "anlage_7.pdf", "anlage", "pdf -hund", "vorgang 7", "akte"),
    *("unauffindbar", "antrag unauffindbar", "antrag !!! frist", "((gutachten))"),
]


@pytest.fixture
def now() -> list[float]:
    return [1000.0]


def eintraege(*, with_compounds: bool = False) -> list[Indexeintrag]:
    dice = random.Random(4)

    def one(number: int) -> Indexeintrag:
        words = dice.choices(WORDS, k=dice.randint(10, 60))
        if with_compounds and number % 50 == 0:
            words.insert(dice.randrange(len(words)), dice.choice(COMPOUNDS))
        typ = dice.choice(list(IndexeintragTyp))
        return Indexeintrag(
            mandant=dice.choice(["dueren", "dueren", "nachbarstadt"]),
            typ=typ,
            id=UUID(int=number + 10_000),
            version=dice.randint(1, 5),
            akte_id=UUID(int=number + 20_000),
            vorgang_id=None if typ is IndexeintragTyp.AKTE else UUID(int=number + 30_000),
            aktenzeichen=f"32.{dice.choice([10, 20])}#{dice.randint(1, 90):05}#{dice.randint(1, 5):04}",
            titel=f"{typ} {number} {dice.choice(WORDS)}",
            zustaendigkeit_id=dice.choice(ZUSTAENDIGKEITEN),
            rang=dice.choice([0, 0, 0, 1, 2]),
            abgeschirmt=dice.random() < 0.05,
            jahr=dice.randint(2019, datetime.now(UTC).year),
            dateiname=f"anlage_{dice.randint(1, 20)}.pdf" if typ is IndexeintragTyp.DOKUMENT else "",
            inhalt=" ".join(words) if typ is IndexeintragTyp.DOKUMENT else "",
        )

    return [one(number) for number in range(COUNT)]


SCOPE = AccessScope(
    mandant="dueren",
    reach={
        "schriftgut:read": {
            row: Rank.VERTRAULICH if number % 3 else Rank.NUR_FUER_DEN_DIENSTGEBRAUCH
            for number, row in enumerate(ZUSTAENDIGKEITEN[:30])
        }
    },
)


async def build(index, lauf_id: str, rows: list[Indexeintrag]) -> float:
    await index.begin(lauf_id)
    started = time.perf_counter()
    for start in range(0, len(rows), 500):
        await index.upsert(rows[start : start + 500])
    seconds = time.perf_counter() - started
    await index.swap(lauf_id)
    return seconds


async def found(index, q: str):
    """Return everything that a query finds, page by page, with its counts."""
    ids, position = set(), None
    while True:
        seite = await index.search(
            Suchanfrage.parse(q), scope=SCOPE, zustaendigkeiten=None, position=position, limit=200
        )
        ids |= {treffer.id for treffer in seite.treffer}
        position = seite.next
        if position is None:
            return ids, seite.anzahl, dict(seite.typen), dict(seite.zustaendigkeiten), dict(seite.jahre)


async def test_fifty_queries_find_the_same_on_both_and_again_after_a_rebuild(connect, server, prefix, tmp_path) -> None:
    assert len(set(QUERIES)) >= 50
    rows, opensearch, tantivy = eintraege(), connect(), TantivyIndex(tmp_path / "index")
    await build(tantivy, "erster", rows)
    seconds = await build(opensearch, "erster", rows)
    expected = {q: await found(tantivy, q) for q in QUERIES}
    assert sum(bool(answer[0]) for answer in expected.values()) >= 40
    for q in QUERIES:
        assert await found(opensearch, q) == expected[q], q

    await server.indices.delete(index=f"{prefix}-v{SCHEMA_VERSION}-erster")
    assert (await opensearch.state()).current is None
    again = await build(opensearch, "zweiter", list(reversed(rows)))
    for q in QUERIES:
        assert await found(opensearch, q) == expected[q], q

    latencies = await measured(opensearch)
    await tantivy.close()
    print(f"bulk {COUNT / seconds:.0f}/s, rebuilt {COUNT / again:.0f}/s, search {latencies}")  # noqa: T201


async def test_only_opensearch_looks_into_compounds(connect, tmp_path) -> None:
    rows, opensearch, tantivy = eintraege(with_compounds=True), connect(), TantivyIndex(tmp_path / "index")
    await build(tantivy, "erster", rows)
    await build(opensearch, "erster", rows)
    texts = {row.id: row.inhalt for row in rows}
    for q, compounds in (
        ("Verwaltung", ["Verwaltungsgebühr"]),
        ("amt", ["Straßenbauamt"]),
        ("steuer", ["Gewerbesteuer"]),
    ):
        by_tantivy, by_opensearch = (await found(tantivy, q))[0], (await found(opensearch, q))[0]
        assert by_tantivy == set()
        assert by_opensearch
        assert all(any(compound in texts[row] for compound in compounds) for row in by_opensearch)
    for q in ("Verwaltungsgebühr", "Straßenbauamt"):
        assert (await found(tantivy, q))[0] == (await found(opensearch, q))[0] != set()
    await tantivy.close()


async def measured(index) -> str:
    times = []
    for q in QUERIES * 4:
        started = time.perf_counter()
        await index.search(Suchanfrage.parse(q), scope=SCOPE, zustaendigkeiten=None, position=None, limit=50)
        times.append((time.perf_counter() - started) * 1000)
    times.sort()
    return f"p50 {times[len(times) // 2]:.1f} ms, p95 {times[int(len(times) * 0.95)]:.1f} ms"
