"""
No sequence of calls over the life cycle reaches an illegal state, loses a version, changes a byte or reuses a number.

A model of Akten, Vorgänge, Dokumente and what belongs to them, in plain Python, says which answers are right; after
each step everything that the database holds, the new entries of the Protokoll too, is compared with it, at the end of
each run everything that the API shows. `LEBENSZYKLUS_EXAMPLES` asks for that many runs at random in place of the few
fixed ones; `make soak T=lebenszyklus` does. What it was seen to find stands in the README of records.
"""

import asyncio
import dataclasses
import json
import sys
from collections import Counter
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis.stateful import invariant, run_state_machine_as_test
from lebenszyklus_beziehungen import BeziehungRules
from lebenszyklus_dokumente import DokumentRules
from lebenszyklus_grenzen import EXAMPLES, bounds
from lebenszyklus_modell import PAPIERKORB_MINUTES, World
from lebenszyklus_schriftgut import SchriftgutRules

from dms_kit.access import ScopeResolver
from dms_kit.testing.clock import ManualClock
from dms_records.adapters.postgres.organisation import load_directory
from dms_records.bootstrap import Container
from dms_records.main import reap

pytestmark = pytest.mark.usefixtures("demo")
COUNTED = ("akte", "vorgang", "dokument", "dokumentversion", "beteiligter", "verweis")
ALL = "chefin-00"


class LebenszyklusMachine(SchriftgutRules, DokumentRules, BeziehungRules):
    """Acts of four people: the Leitung of everything, two officials of office 32, and its Registratur."""

    @invariant()
    def the_database_holds_what_the_model_says(self) -> None:
        all_of_it = [*self.objekte, *self.beteiligte, *self.verweise, *self.uploads]
        found = self.world.bestand([one.id for one in all_of_it], self.world.entry)
        assert found.facts == {one.id: one.facts() for one in all_of_it if not one.gone}
        for object_id, version in found.versions.items():
            known = self.versions.setdefault(object_id, [version])
            assert known[-1] <= version
            known += [version] * (known[-1] < version)
        if self.noted is not None:
            assert Counter(found.entries) == self.noted
        self.noted, self.world.entry = Counter(), found.last

    def teardown(self) -> None:
        assert self.world.illegal() == {}
        for knoten in self.knoten:
            path = f"{knoten.path}/{knoten.id}"
            shown = self.world.call("GET", path, ALL)
            if knoten.gone:
                assert shown.status_code == 404
                continue
            facts = (knoten.status, knoten.zeichen, knoten.alte, knoten.oe, knoten.ebene)
            names = ("status", "aktenzeichen", "alte_geschaeftszeichen", "federfuehrende_oe", "ebene")
            assert tuple(shown.json()[name] for name in names) == facts
            for zeichen in [*knoten.alte, *knoten.fremde, *filter(None, [knoten.zeichen])]:
                query = {"geschaeftszeichen": zeichen, "limit": 200}
                found = self.world.call("GET", knoten.path, ALL, params=query).json()
                assert knoten.id in {one["id"] for one in found["items"]}
            self.check_protokoll(path, knoten)
        for one in self.dokumente:
            gone = one.gone or one.deleted is not None
            for nummer, version in enumerate(one.versions, start=1):
                served = self.world.call("GET", f"dokumente/{one.id}/versionen/{nummer}/inhalt", ALL)
                assert served.status_code == (404 if gone else 200)
                assert gone or served.content == version.content
            if not gone:
                self.check_protokoll(f"dokumente/{one.id}", one)
        # What lies in the Papierkorb is nothing that another run knows of.
        self.wait(PAPIERKORB_MINUTES)

    def check_protokoll(self, path: str, one: Any) -> None:
        """The Protokoll shows each act once, in its order; an act on several fields has several rows."""
        if getattr(one, "of_antrag", False) or (one.art == "dokument" and one.vorgang.of_antrag):
            return
        answer = self.world.call("GET", f"{path}/protokoll?sort=eintrag&limit=200", ALL).json()
        shown = {item["eintrag"]: (item["aktion"], item["akteur"]) for item in answer["items"]}
        assert answer["next"] is not None or list(shown.values()) == self.protokoll.get(one.id, [])


@pytest.fixture
def clock() -> ManualClock:
    """Far enough ahead for the reaper to take each object that no row names, however new it is."""
    return ManualClock(ManualClock().now() + timedelta(days=3650))


@pytest.fixture
def container(container: Container, clock: Any) -> Container:
    """Know at once who is responsible: the model knows nothing of the second for which records keeps it."""
    scopes = ScopeResolver(partial(load_directory, container.engine), clock, ttl=0.0)
    return dataclasses.replace(container, scopes=scopes)


@pytest.fixture
def submit(ingest, rows):
    async def submit() -> str:
        antrag = await ingest.submit()
        [vorgang] = await rows("SELECT id FROM records.vorgang WHERE antrag_id = :id", id=antrag.antrag_id)
        return str(vorgang.id)

    return submit


async def count_each_year(client: Any, schluessel: str) -> None:
    tree = (await client.get("aktenplan", "aktenplan")).json()["items"]
    [einheit] = [one for above in tree for one in above["untergeordnet"] if one["schluessel"] == schluessel]
    body = {"json": {"aktenzeichen_akte": "{plan}-{akte}/{jahr}"}, "headers": {"If-Match": "*"}}
    answer = await client.request("PATCH", f"aktenplan/{einheit['id']}", "aktenplan", **body)
    assert answer.status_code == 200, answer.text


@pytest.mark.timeout(600 if not EXAMPLES else 24 * 3600)
async def test_no_sequence_of_acts_breaks_the_life_cycle(client, container, clock, bestand, illegal, submit, rows):
    await count_each_year(client, "32.30")
    loop = asyncio.get_running_loop()

    def waiting(function: Any) -> Any:
        return lambda *given, **options: asyncio.run_coroutine_threadsafe(function(*given, **options), loop).result()

    world = World(
        call=waiting(client.request),
        bestand=waiting(bestand),
        illegal=waiting(illegal),
        submit=waiting(submit),
        advance=clock.advance,
        reap=waiting(lambda: reap(container, timedelta(0))),
    )
    await asyncio.to_thread(run_state_machine_as_test, lambda: LebenszyklusMachine(world), settings=bounds(8, 50))
    tried = {"examples": EXAMPLES or 8, "numbers": len(world.given), "dokumente": len(world.places)}
    answers = {"answers": dict(sorted(world.answers.items()))}
    sys.stdout.write(json.dumps({"test": "lebenszyklus", **tried, **answers}) + "\n")
    assert {"200", "201", "204", "403", "404", "409", "412", "428"} <= set(world.answers)
    for kind in COUNTED:
        [[number]] = await rows(f"SELECT count(*) FROM records.{kind} WHERE mandant = 'dueren'")
        assert number == world.rows[kind], kind
