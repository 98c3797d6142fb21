"""What every SearchIndex promises; an adapter's test class derives from it and gives the fixture `index`."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from dms_kit.core.access import AccessScope, Rank
from dms_kit.core.errors import UnavailableError
from dms_search.domain.errors import CursorAbgelaufenError
from dms_search.domain.indexeintrag import Indexeintrag, IndexeintragTyp
from dms_search.domain.suchanfrage import Suchanfrage
from dms_search.domain.treffer import Trefferposition

GEWERBE, SOZIALES = UUID(int=32), UUID(int=50)


def eintrag(inhalt: str = "", **facts) -> Indexeintrag:
    values = {
        "mandant": "dueren",
        "typ": IndexeintragTyp.DOKUMENT,
        "id": uuid4(),
        "version": 1,
        "akte_id": uuid4(),
        "vorgang_id": uuid4(),
        "aktenzeichen": "32.20#00001#0001#0002",
        "titel": "Nachweis",
        "zustaendigkeit_id": GEWERBE,
        "rang": 0,
        "abgeschirmt": False,
        "jahr": datetime.now(UTC).year,
        "inhalt": inhalt,
    }
    return Indexeintrag(**{**values, **facts})


def scope(*zustaendigkeiten: UUID, mandant: str = "dueren", rank: Rank = Rank.NUR_FUER_DEN_DIENSTGEBRAUCH):
    return AccessScope(mandant=mandant, reach={"schriftgut:read": dict.fromkeys(zustaendigkeiten, rank)})


class SearchIndexContract:
    """Bind it: a fixture `index` (empty, serving) and `now`, a list whose last entry is the adapter's clock."""

    async def find(self, index, q, *, who=None, position=None, limit=50, zustaendigkeiten=None, typ=None):
        return await index.search(
            Suchanfrage.parse(q, typ=typ),
            scope=who or scope(GEWERBE),
            zustaendigkeiten=zustaendigkeiten,
            position=position,
            limit=limit,
        )

    async def ids(self, index, q, **options):
        return {treffer.id for treffer in (await self.find(index, q, **options)).treffer}

    async def test_removed_entry_is_not_found_and_may_come_back(self, index) -> None:
        row = eintrag("Kettensägenverleih")
        await index.upsert([row])
        await index.upsert([replace(row, version=2, entfernt=True)])
        await index.upsert([eintrag("unbekannt", version=3, entfernt=True)])
        assert await self.ids(index, "Kettensägenverleih") == set()
        await index.upsert([replace(row, version=3)])
        assert await self.ids(index, "Kettensägenverleih") == {row.id}

    async def test_older_removal_is_ignored(self, index) -> None:
        row = eintrag("Kettensägenverleih", version=5)
        await index.upsert([row])
        await index.upsert([replace(row, version=4, entfernt=True)])
        assert await self.ids(index, "Kettensägenverleih") == {row.id}

    async def test_an_entry_is_found_once_upsert_returned(self, index) -> None:
        row = eintrag("Die Gaststätte eröffnet im Frühjahr.")
        await index.upsert([row])
        seite = await self.find(index, "frühjahr")
        assert [(treffer.id, treffer.vorgang_id, treffer.akte_id) for treffer in seite.treffer] == [
            (row.id, row.vorgang_id, row.akte_id)
        ]
        assert seite.anzahl == 1

    async def test_a_newer_version_replaces_an_older_one_and_never_the_other_way(self, index) -> None:
        row = uuid4()
        await index.upsert([eintrag("zweite", id=row, version=2)])
        await index.upsert([eintrag("erste", id=row, version=1)])
        assert (await self.find(index, "erste")).anzahl == 0
        assert (await self.find(index, "zweite")).anzahl == 1
        await index.upsert([eintrag("dritte", id=row, version=3), eintrag("alte", id=row, version=1)])
        assert (await self.find(index, "zweite OR alte")).anzahl == 0
        assert (await self.find(index, "dritte")).anzahl == 1

    async def test_versions_are_those_of_the_mandant_and_of_what_answers(self, index) -> None:
        rows = [eintrag(version=3), eintrag(version=7, typ=IndexeintragTyp.AKTE, vorgang_id=None)]
        await index.upsert([*rows, eintrag(mandant="nachbarstadt")])
        assert await index.versions("dueren") == {row.schluessel: row.version for row in rows}
        assert await index.versions("niemand") == {}

    async def test_what_was_removed_is_not_found_and_comes_back_with_a_lower_version(self, index) -> None:
        kept, gone = eintrag("Wort"), eintrag("Wort", version=99)
        await index.upsert([kept, gone])
        await index.remove([gone.schluessel, eintrag().schluessel])
        assert await self.ids(index, "wort") == {kept.id}
        assert await index.versions("dueren") == {kept.schluessel: 1}
        await index.upsert([eintrag("Wort", id=gone.id, version=2)])
        assert await index.versions("dueren") == {kept.schluessel: 1, gone.schluessel: 2}

    async def test_the_index_being_built_loses_what_is_removed_too(self, index) -> None:
        row = eintrag("Wort")
        await index.begin("zweiter")
        await index.upsert([row])
        await index.remove([row.schluessel])
        await index.swap("zweiter")
        assert await index.versions("dueren") == {}

    async def test_the_same_version_again_changes_nothing(self, index) -> None:
        row = eintrag("einmal")
        await index.upsert([row, row])
        await index.upsert([row])
        assert (await self.find(index, "einmal")).anzahl == 1

    @pytest.mark.parametrize(
        ("inhalt", "q"),
        [
            ("viele Anträge", "Antrag"),
            ("ein Antrag", "ANTRÄGE"),
            ("des Antrages", "antrag"),
            ("Lange Straße", "strasse"),
            ("Lange Strasse", "Straße"),
            ("Große Maßnahmen", "GROSSE massnahme"),
            ("Frau Müller", "mueller"),
            ("Frau Mueller", "Müller"),
            ("Cafe\u0301 am Markt", "Café"),
            ("Café am Markt", "cafe"),
        ],
    )
    async def test_german_forms_and_spellings_find_each_other(self, index, inhalt, q) -> None:
        await index.upsert([eintrag(inhalt)])
        assert (await self.find(index, q)).anzahl == 1

    @pytest.mark.parametrize("q", ["32.20#00007#0003", "32.20", "00007", '"00007#0003"', "32.20#00007"])
    async def test_an_aktenzeichen_is_found_whole_and_by_its_parts(self, index, q) -> None:
        await index.upsert([eintrag(aktenzeichen="32.20#00007#0003"), eintrag(aktenzeichen="50.10#00008#0004")])
        assert (await self.find(index, q)).anzahl == 1

    @pytest.mark.parametrize("q", ["Mietvertrag", "mietvertrag_2026.pdf", "pdf"])
    async def test_a_file_name_is_found_by_its_parts(self, index, q) -> None:
        await index.upsert([eintrag(dateiname="Mietvertrag_2026.pdf")])
        assert (await self.find(index, q)).anzahl == 1

    async def test_words_are_joined_by_and_or_minus_and_phrases(self, index) -> None:
        hund, katze, beide = eintrag("ein Hund bellt"), eintrag("eine Katze"), eintrag("Hund und Katze")
        await index.upsert([hund, katze, beide])
        assert await self.ids(index, "hund katze") == {beide.id}
        assert await self.ids(index, "hund ODER katze") == {hund.id, katze.id, beide.id}
        assert await self.ids(index, "hund -katze") == {hund.id}
        assert await self.ids(index, "-katze") == {hund.id}
        assert await self.ids(index, '"hund bellt"') == {hund.id}
        assert await self.ids(index, '"bellt hund"') == set()

    @pytest.mark.parametrize(
        "q",
        [
            "!!!",
            '"a',
            "((",
            "a:b:c",
            "mandant:nachbarstadt",
            "/.*/",
            "[* TO *]",
            "x^9",
            "~",
            "\\",
            "*",
            "\x00",
            "ä" * 500,
            " ".join("abcdefghij" * 25),
            "a.b " * 100,
        ],
    )
    async def test_no_input_is_an_error(self, index, q) -> None:
        await index.upsert([eintrag("irgendetwas")])
        assert (await self.find(index, q)).anzahl == 0

    async def test_a_word_without_letters_is_no_condition(self, index) -> None:
        await index.upsert([eintrag("ein Hund bellt")])
        assert (await self.find(index, "hund !!! -???")).anzahl == 1

    async def test_a_long_text_is_found_to_its_end(self, index) -> None:
        await index.upsert([eintrag("Blatt " * 250_000 + "Bernstein")])
        (treffer,) = (await self.find(index, "bernstein")).treffer
        assert len(treffer.ausschnitt) < 400

    async def test_rights_hold_for_hits_counts_facets_and_highlights(self, index) -> None:
        own = eintrag("geheimes Wort", titel="eigener")
        foreign = eintrag("geheimes Wort", zustaendigkeit_id=SOZIALES, jahr=1999, typ=IndexeintragTyp.AKTE)
        ranked = eintrag("geheimes Wort", rang=int(Rank.VERTRAULICH), jahr=1998)
        shielded = eintrag("geheimes Wort", abgeschirmt=True, jahr=1997)
        other = eintrag("geheimes Wort", mandant="nachbarstadt", jahr=1996)
        await index.upsert([own, foreign, ranked, shielded, other])
        seite = await self.find(index, "wort")
        assert [treffer.id for treffer in seite.treffer] == [own.id]
        assert seite.anzahl == 1
        assert (seite.typen, seite.zustaendigkeiten, seite.jahre) == ({"dokument": 1}, {GEWERBE: 1}, {own.jahr: 1})
        assert await self.ids(index, "wort", who=scope(GEWERBE, rank=Rank.VERTRAULICH)) == {own.id, ranked.id}
        assert await self.ids(index, "wort", who=scope(GEWERBE, mandant="nachbarstadt")) == {other.id}
        assert (await self.find(index, "wort", who=scope())).anzahl == 0
        assert (await self.find(index, "-nichts", who=scope(SOZIALES))).anzahl == 1

    async def test_equal_ids_of_two_mandanten_are_two_objects(self, index) -> None:
        row = uuid4()
        await index.upsert([eintrag("hier", id=row), eintrag("dort", id=row, mandant="nachbarstadt", version=9)])
        assert await self.ids(index, "hier") == {row}
        assert await self.ids(index, "dort") == set()

    async def test_filters_restrict_hits_counts_and_facets(self, index) -> None:
        akte = eintrag(titel="Wort", typ=IndexeintragTyp.AKTE, vorgang_id=None)
        await index.upsert([akte, eintrag("Wort"), eintrag("Wort", zustaendigkeit_id=SOZIALES)])
        who = scope(GEWERBE, SOZIALES)
        seite = await self.find(index, "wort", who=who, typ=IndexeintragTyp.AKTE)
        assert [treffer.id for treffer in seite.treffer] == [akte.id]
        assert seite.typen == {"akte": 1}
        seite = await self.find(index, "wort", who=who, zustaendigkeiten={SOZIALES})
        assert (seite.anzahl, seite.zustaendigkeiten) == (1, {SOZIALES: 1})
        assert (await self.find(index, "wort", who=who, zustaendigkeiten=set())).anzahl == 0

    async def test_the_ausschnitt_is_escaped_and_marks_what_was_found(self, index) -> None:
        await index.upsert([eintrag("ÄÖÜ <script>alert('1')</script> die Straße & mehr")])
        (treffer,) = (await self.find(index, "strasse")).treffer
        assert "die <em>Straße</em> &amp; mehr" in treffer.ausschnitt
        assert "<script>" not in treffer.ausschnitt

    async def test_only_what_was_asked_for_is_marked(self, index) -> None:
        await index.upsert([eintrag("Wort dueren dokument false \ufdd0Wort\ufdd1 <em>Wort</em> nebenan")])
        (treffer,) = (await self.find(index, "wort -anderes", typ=IndexeintragTyp.DOKUMENT)).treffer
        assert treffer.ausschnitt.count("<em>") == treffer.ausschnitt.count("<em>Wort</em>") == 3
        assert "&lt;em&gt;<em>Wort</em>&lt;/em&gt;" in treffer.ausschnitt

    async def test_without_a_place_in_the_text_the_title_is_shown(self, index) -> None:
        await index.upsert([eintrag("anderes", titel="Antrag auf <b>Wohngeld</b>")])
        (treffer,) = (await self.find(index, "wohngeld")).treffer
        assert treffer.ausschnitt.startswith("Antrag auf &lt;b&gt;<em>Wohngeld</em>")

    async def test_pages_are_stable_while_writing_goes_on(self, index) -> None:
        rows = [eintrag(f"Wort {number}") for number in range(25)]
        await index.upsert(rows)
        seen, position = [], None
        for number in range(3):
            seite = await self.find(index, "wort", position=position, limit=10)
            seen += [treffer.id for treffer in seite.treffer]
            assert seite.anzahl == 25
            position = seite.next
            await index.upsert([eintrag(f"Wort neu {number}"), eintrag("Wort", id=rows[number].id, version=2)])
            assert (await self.find(index, "wort")).anzahl == 26 + number
        assert position is None
        assert sorted(seen) == sorted(row.id for row in rows)

    async def test_a_right_that_ended_does_not_live_on_in_a_cursor(self, index) -> None:
        rows = [eintrag(f"Wort {number}", jahr=2020 + number) for number in range(6)]
        await index.upsert(rows)
        first = await self.find(index, "wort", limit=2)
        seen = {treffer.id for treffer in first.treffer}
        raised, handed_over, removed, stays = (row for row in rows if row.id not in seen)
        await index.upsert(
            [
                replace(raised, version=2, rang=2),
                replace(handed_over, version=2, zustaendigkeit_id=SOZIALES),
                replace(removed, version=2, entfernt=True),
            ]
        )
        rest = await self.find(index, "wort", position=first.next)
        assert [treffer.id for treffer in rest.treffer] == [stays.id]
        assert (rest.anzahl, rest.typen, rest.zustaendigkeiten) == (3, {"dokument": 3}, {GEWERBE: 3})
        assert set(rest.jahre) == {row.jahr for row in rows} - {raised.jahr, handed_over.jahr, removed.jahr}
        leader = scope(GEWERBE, rank=Rank.VERTRAULICH)
        rest = await self.find(index, "wort", position=first.next, who=leader)
        assert {treffer.id for treffer in rest.treffer} == {raised.id, stays.id}

    async def test_a_cursor_ends_after_five_minutes(self, index, now) -> None:
        await index.upsert([eintrag(f"Wort {number}") for number in range(3)])
        position = (await self.find(index, "wort", limit=1)).next
        now.append(now[-1] + 299)
        assert (await self.find(index, "wort", position=position, limit=1)).anzahl == 3
        now.append(now[-1] + 602)
        with pytest.raises(CursorAbgelaufenError):
            await self.find(index, "wort", position=position, limit=1)

    async def test_a_cursor_ends_after_ten_thousand_hits(self, index) -> None:
        await index.upsert([eintrag(f"Wort {number}") for number in range(3)])
        position = (await self.find(index, "wort", limit=1)).next
        with pytest.raises(CursorAbgelaufenError):
            await self.find(index, "wort", position=type(position)(position.stand, 10_000))

    @pytest.mark.parametrize("stand", ["", "unsinn", "0 0 0 unsinn", "9e99 nan 0 x", "1000.0 1.0 1 AAAA", "\x00"])
    async def test_a_cursor_that_nobody_gave_out_has_ended(self, index, stand) -> None:
        await index.upsert([eintrag("Wort")])
        with pytest.raises(CursorAbgelaufenError):
            await self.find(index, "wort", position=Trefferposition(stand, 1))

    async def test_a_build_goes_on_only_while_its_index_is_there(self, index) -> None:
        assert await index.begin("zweiter", resume=True) is False
        assert await index.begin("zweiter") is True
        await index.upsert([eintrag("Wort")])
        assert await index.begin("zweiter", resume=True) is True
        await index.swap("zweiter")
        assert await index.begin("zweiter", resume=True) is True
        assert (await self.find(index, "wort")).anzahl == 1

    async def test_a_new_build_takes_the_place_of_one_that_failed(self, index) -> None:
        await index.begin("zweiter")
        await index.begin("dritter")
        assert (await index.state()).building == "dritter"
        await index.upsert([eintrag("Wort")])
        await index.swap("dritter")
        assert (await self.find(index, "wort")).anzahl == 1

    async def test_a_new_index_is_built_beside_and_swapped_in(self, index) -> None:
        alt, neu = eintrag("Wort alt"), eintrag("Wort neu")
        await index.upsert([alt])
        position = (await self.find(index, "wort", limit=1)).next
        await index.begin("zweiter")
        assert (await index.state()).building == "zweiter"
        await index.upsert([neu])
        assert await self.ids(index, "wort") == {alt.id, neu.id}
        await index.swap("zweiter")
        assert await self.ids(index, "wort") == {neu.id}
        assert (await index.state()).current == "zweiter"
        assert (await index.state()).building is None
        await index.swap("zweiter")
        await index.begin("zweiter")
        await index.upsert([alt])
        assert await self.ids(index, "wort") == {alt.id, neu.id}
        assert position is None

    async def test_a_cursor_survives_the_swap(self, index) -> None:
        rows = [eintrag(f"Wort {number}") for number in range(3)]
        await index.upsert(rows)
        position = (await self.find(index, "wort", limit=1)).next
        await index.begin("zweiter")
        await index.upsert(rows)
        await index.swap("zweiter")
        await index.tidy()
        assert len((await self.find(index, "wort", position=position)).treffer) == 2

    async def test_without_an_index_nothing_is_answered_and_nothing_taken(self, empty_index) -> None:
        assert (await empty_index.state()).current is None
        for act in (empty_index.ping(), empty_index.upsert([eintrag()]), self.find(empty_index, "wort")):
            with pytest.raises(UnavailableError):
                await act

    async def test_reading_and_writing_at_once_is_harmless(self, index) -> None:
        async def write() -> None:
            for number in range(10):
                await index.upsert([eintrag(f"Wort {number}")])

        async def read() -> None:
            for _ in range(30):
                await self.find(index, "wort")

        await asyncio.gather(write(), read(), read())
        assert (await self.find(index, "wort")).anzahl == 10
