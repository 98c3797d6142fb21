"""
No sequence of calls over the life cycle reaches an illegal state, loses a version, changes a byte or reuses a number.

A model of Akten, Vorgänge and Dokumente in plain Python says which answers are right; after each step everything that
the database holds is compared with it, at the end of each run everything that the API shows. `LEBENSZYKLUS_EXAMPLES`
asks for that many runs at random in place of the few fixed ones; `make soak T=lebenszyklus` does.
"""

import asyncio
import dataclasses
import hashlib
import json
import os
import sys
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule, run_state_machine_as_test
from lebenszyklus_modell import PAPIERKORB_MINUTES, Dokument, Knoten, Modell, World, if_any, sub_of

from dms_kit.access import ScopeResolver
from dms_records.adapters.postgres.organisation import load_directory
from dms_records.bootstrap import Container
from dms_records.main import reap

pytestmark = pytest.mark.usefixtures("demo")
EXAMPLES = int(os.environ.get("LEBENSZYKLUS_EXAMPLES", "0"))
MAX_EBENEN = 5
WHO = st.sampled_from(["chefin-00", "chefin-00", "anna-32"])
PLAN = st.sampled_from(["32.20", "32.20", "32.30", "50.20", "56.20", "32.90", "99.99"])
OE = st.sampled_from(["32", "50", "56"])
ONE = st.integers(0, 9)
MAYBE = st.none() | ONE
KEY = st.booleans()
CONTENT = st.binary(min_size=1, max_size=20)


class LebenszyklusMachine(Modell):
    """Acts of two persons: one who may do everything everywhere, and an official of office 32."""

    # Beginning, and all that an Akte and a Vorgang share.

    @rule(who=WHO, plan=PLAN, above=MAYBE, twice=KEY)
    def create_akte(self, who: str, plan: str, above: int | None, twice: bool) -> None:
        over, oe = self.one(self.akten, above), self.world.plan.get(plan)
        wrong = self.wrong_plan(plan) | if_any([over], "zda")
        if over is not None:
            wrong |= self.hidden(who, over) | self.unless(over.plan == plan and over.ebene < MAX_EBENEN)
        elif who == "anna-32" and oe != "32":
            wrong |= {403}
        body = {"titel": "Akte", "aktenplaneinheit": plan, "uebergeordnet_id": over and over.id}
        if made := self.act("akten", who, wrong, body, twice=twice):
            ebene = over.ebene + 1 if over else 1
            self.akten.append(
                Knoten(
                    path="akten", id=made["id"], oe=over.oe if over else oe or "", ebene=ebene, above=over, plan=plan
                )
            )

    @precondition(lambda self: self.akten)
    @rule(who=WHO, akte=ONE, above=MAYBE, twice=KEY)
    def create_vorgang(self, who: str, akte: int, above: int | None, twice: bool) -> None:
        inside, over = self.one(self.akten, akte), self.one(self.vorgaenge, above)
        # Half of the time a place that may be right.
        inside = over.akte if over and akte % 2 else inside
        wrong = self.hidden(who, inside, over) | if_any([inside, over], "zda")
        wrong |= self.unless((over or inside).ebene < MAX_EBENEN and (over is None or over.akte is inside))
        body = {"akte_id": inside.id, "betreff": "Vorgang", "uebergeordnet_id": over and over.id}
        if made := self.act("vorgaenge", who, wrong, body, twice=twice):
            ebene = (over or inside).ebene + 1
            self.vorgaenge.append(
                Knoten(path="vorgaenge", id=made["id"], oe=inside.oe, ebene=ebene, above=over, akte=inside)
            )

    @precondition(lambda self: self.akten)
    @rule(who=WHO, which=st.integers(0, 19), twice=KEY)
    def register(self, who: str, which: int, twice: bool) -> None:
        knoten = self.one([*self.akten, *self.vorgaenge], which)
        wrong = self.unless(knoten.status == "entwurf") | if_any(knoten.holders, "entwurf", "zda")
        if made := self.act(f"{knoten.path}/{knoten.id}/register", who, self.seen(who, knoten, wrong), twice=twice):
            knoten.status = "registriert" if knoten.plan else "offen"
            self.number(knoten, made["aktenzeichen"], knoten.holders)
            self.take_up(knoten.akte or knoten.above)

    @precondition(lambda self: self.akten)
    @rule(who=WHO, which=st.integers(0, 19))
    def close(self, who: str, which: int) -> None:
        knoten = self.one([*self.akten, *self.vorgaenge], which)
        inside = [one for one in (*self.akten, *self.vorgaenge) if knoten in one.holders]
        wrong = if_any([knoten], "entwurf", "zda") | self.unless(all(one.status == "zda" for one in inside))
        if self.act(f"{knoten.path}/{knoten.id}/close", who, self.seen(who, knoten, wrong)):
            knoten.status = "zda"

    @precondition(lambda self: any(one.status == "zda" for one in (*self.akten, *self.vorgaenge)))
    @rule(who=WHO, which=st.integers(0, 19))
    def reopen(self, who: str, which: int) -> None:
        knoten = self.one([*self.akten, *self.vorgaenge], which)
        wrong = self.unless(knoten.status == "zda") | if_any(knoten.holders, "zda")
        if self.act(f"{knoten.path}/{knoten.id}/reopen", who, self.seen(who, knoten, wrong), {"grund": "Nachtrag"}):
            knoten.status = "in_bearbeitung" if knoten.plan else "offen"

    @precondition(lambda self: self.akten)
    @rule(who=WHO, which=st.integers(0, 19), field=st.sampled_from(["titel", "aktenzeichen"]))
    def change(self, who: str, which: int, field: str) -> None:
        knoten = self.one([*self.akten, *self.vorgaenge], which)
        field = "betreff" if field == "titel" and not knoten.plan else field
        wrong = self.seen(who, knoten, if_any([knoten], "zda"))
        wrong = {404, 422} if field == "aktenzeichen" else wrong
        self.act(f"{knoten.path}/{knoten.id}", who, wrong, {field: "32.20#99999"}, method="PATCH")

    @precondition(lambda self: self.akten)
    @rule(who=WHO, which=st.integers(0, 19), header=st.sampled_from(['"0"', None]))
    def act_on_an_old_state(self, who: str, which: int, header: str | None) -> None:
        knoten = self.one([*self.akten, *self.vorgaenge, *self.dokumente], which)
        path = "dokumente" if isinstance(knoten, Dokument) else knoten.path
        wrong = self.seen(who, knoten, {412 if header else 428})
        self.act(f"{path}/{knoten.id}/register", who, wrong, if_match=header)

    # Places, offices, time.

    @precondition(lambda self: self.akten)
    @rule(who=WHO, akte=ONE, plan=PLAN, above=MAYBE, twice=KEY)
    def move_akte(self, who: str, akte: int, plan: str, above: int | None, twice: bool) -> None:
        moved, over = self.one(self.akten, akte), self.one(self.akten, above)
        plan = over.plan or plan if over and akte % 2 else plan
        below, oe = self.below(moved), self.world.plan.get(plan)
        sinks = (over.ebene + 1 if over else 1) - moved.ebene
        wrong = self.wrong_plan(plan) | if_any([moved, over], "zda")
        wrong |= self.unless((plan, over) != (moved.plan, moved.above) and over not in [moved, *below])
        wrong |= self.unless(all(one.ebene + sinks <= MAX_EBENEN for one in (moved, *below)))
        if over is not None:
            wrong |= self.hidden(who, over) | self.unless(over.plan == plan)
            wrong |= if_any([over], "entwurf") if moved.status != "entwurf" else set()
        elif who == "anna-32" and oe != "32":
            wrong |= {403}
        body = {"aktenplaneinheit": plan, "uebergeordnet_id": over and over.id, "grund": "Falsch abgelegt"}
        if made := self.act(f"akten/{moved.id}/move", who, self.seen(who, moved, wrong), body, twice=twice):
            moved.above = over
            for one in (moved, *below):
                one.plan = plan if one.plan else None
            self.moved(moved, below, sinks, over.oe if over else oe or "", made["aktenzeichen"])

    @precondition(lambda self: self.vorgaenge)
    @rule(who=WHO, vorgang=ONE, akte=ONE, above=MAYBE, twice=KEY)
    def move_vorgang(self, who: str, vorgang: int, akte: int, above: int | None, twice: bool) -> None:
        moved, inside, over = (
            self.one(self.vorgaenge, vorgang),
            self.one(self.akten, akte),
            self.one(self.vorgaenge, above),
        )
        inside = over.akte if over and akte % 2 else inside
        below = self.below(moved)
        sinks = (over or inside).ebene + 1 - moved.ebene
        wrong = self.hidden(who, inside, over) | if_any([moved, inside, over], "zda")
        wrong |= self.unless((inside, over) != (moved.akte, moved.above) and over not in [moved, *below])
        wrong |= self.unless(over is None or over.akte is inside)
        wrong |= self.unless(all(one.ebene + sinks <= MAX_EBENEN for one in (moved, *below)))
        wrong |= if_any([inside, over], "entwurf") if moved.status != "entwurf" else set()
        body = {"akte_id": inside.id, "uebergeordnet_id": over and over.id, "grund": "Falsch abgelegt"}
        if made := self.act(f"vorgaenge/{moved.id}/move", who, self.seen(who, moved, wrong), body, twice=twice):
            moved.above = over
            for one in (moved, *below):
                one.akte = inside
            self.moved(moved, below, sinks, (over or inside).oe, made["aktenzeichen"])

    @precondition(lambda self: self.akten)
    @rule(who=WHO, akte=ONE, oe=st.sampled_from(["32", "50", "56", "99"]))
    def hand_over(self, who: str, akte: int, oe: str) -> None:
        given = self.one(self.akten, akte)
        wrong = {403} if who == "anna-32" else {404, 409} if oe == "99" else set()
        if self.act(f"akten/{given.id}/handover", who, wrong, {"organisationseinheit": oe, "grund": "Absprache"}):
            # Given before, it changes nothing: a Teilakte may be with another office.
            for one in self.with_dokumente([given, *self.below(given)]) if given.oe != oe else ():
                one.oe = oe

    @rule(plan=st.sampled_from(["32.20", "50.20", "56.20"]), oe=OE)
    def reorganise(self, plan: str, oe: str) -> None:
        before = self.give(plan, oe)
        for akte in self.akten:
            for one in self.with_dokumente([akte, *(one for one in self.vorgaenge if one.akte is akte)]):
                if akte.plan == plan and one.oe == before:
                    one.oe = oe

    @rule(minutes=st.sampled_from([1, 7, 31, 24 * 60, PAPIERKORB_MINUTES + 1]))
    def wait(self, minutes: int) -> None:
        self.world.advance(minutes * 60)
        self.now += minutes
        self.world.reap()
        for dokument in self.dokumente:
            if dokument.deleted is not None and dokument.deleted + PAPIERKORB_MINUTES <= self.now:
                dokument.destroyed = True

    # Dokumente.

    @precondition(lambda self: self.vorgaenge)
    @rule(who=WHO, vorgang=ONE, content=CONTENT, twice=KEY)
    def create_dokument(self, who: str, vorgang: int, content: bytes, twice: bool) -> None:
        inside = self.one(self.vorgaenge, vorgang)
        path, wrong = f"vorgaenge/{inside.id}/dokumente", self.seen(who, inside, if_any([inside], "zda"))
        if made := self.act(path, who, wrong, twice=twice, files={"datei": ("Entwurf.bin", content)}):
            nummer = self.world.bestand([made["id"]])[made["id"]][1]
            place = (inside.id, nummer)
            assert place not in self.world.places
            self.world.places[place] = made["id"]
            self.dokumente.append(
                Dokument(id=made["id"], vorgang=inside, oe=inside.oe, nummer=nummer, contents=[content])
            )

    @precondition(lambda self: self.dokumente)
    @rule(who=WHO, dokument=ONE, minutes=st.integers(1, 60))
    def check_out(self, who: str, dokument: int, minutes: int) -> None:
        one = self.one(self.dokumente, dokument)
        holder = self.holder(one)
        wrong = if_any([one.vorgang], "zda") | self.unless(holder in {None, who})
        if self.act_on(one, "checkout", who, wrong, {"dauer_minuten": minutes}) and holder is None:
            one.lease = (who, self.now + minutes)

    @precondition(lambda self: any(one.lease for one in self.dokumente))
    @rule(who=WHO, dokument=ONE)
    def release(self, who: str, dokument: int) -> None:
        one = self.one(self.dokumente, dokument)
        if self.act_on(one, "release", who, self.unless(self.holder(one) == who)):
            one.lease = None

    @precondition(lambda self: any(one.lease for one in self.dokumente))
    @rule(who=WHO, dokument=ONE, content=CONTENT, twice=KEY)
    def check_in(self, who: str, dokument: int, content: bytes, twice: bool) -> None:
        one = self.one(self.dokumente, dokument)
        wrong = if_any([one.vorgang], "zda") | self.unless(self.holder(one) == who)
        if self.act_on(one, "checkin", who, wrong, twice=twice, files={"datei": ("Neu.bin", content)}):
            one.contents.append(content)
            one.lease = None

    @precondition(lambda self: self.dokumente)
    @rule(who=WHO, dokument=ONE, back=st.integers(0, 2), twice=KEY)
    def restore(self, who: str, dokument: int, back: int, twice: bool) -> None:
        one = self.one(self.dokumente, dokument)
        nummer = len(one.contents) - back
        wrong = if_any([one.vorgang], "zda") | self.unless(back > 0 and self.holder(one) in {None, who})
        wrong = wrong if nummer > 0 else {404, 422}
        if self.act_on(one, f"versionen/{nummer}/restore", who, wrong, twice=twice):
            one.contents.append(one.contents[nummer - 1])

    @precondition(lambda self: self.dokumente)
    @rule(who=WHO, dokument=ONE)
    def freeze(self, who: str, dokument: int) -> None:
        one = self.one(self.dokumente, dokument)
        current = len(one.contents)
        wrong = if_any([one.vorgang], "zda") | self.unless(self.holder(one) is None)
        if self.act_on(one, "freeze", who, wrong | self.unless(one.frozen.get(current, who) == who)):
            one.frozen[current] = who

    @precondition(lambda self: self.dokumente)
    @rule(who=WHO, dokument=ONE)
    def register_dokument(self, who: str, dokument: int) -> None:
        one = self.one(self.dokumente, dokument)
        wrong = if_any([one.vorgang], "zda", "entwurf") | self.unless(one.zeichen is None)
        if made := self.act_on(one, "register", who, wrong):
            self.number(one, made["aktenzeichen"], [one.vorgang])

    @precondition(lambda self: self.dokumente)
    @rule(who=WHO, dokument=ONE)
    def delete(self, who: str, dokument: int) -> None:
        one = self.one(self.dokumente, dokument)
        wrong = if_any([one.vorgang], "zda") | self.unless(not (one.zeichen or one.frozen or self.holder(one)))
        if self.act_on(one, "", who, wrong, method="DELETE") is not None:
            one.deleted = self.now

    @precondition(lambda self: any(one.deleted is not None for one in self.dokumente))
    @rule(who=WHO, dokument=ONE)
    def recover(self, who: str, dokument: int) -> None:
        one = self.one(self.dokumente, dokument)
        wrong = self.seen(who, one, if_any([one.vorgang], "zda"), discarded=True)
        if self.act(f"papierkorb/{one.id}/restore", who, wrong):
            one.deleted = None

    # What must be, whatever happened.

    @invariant()
    def the_database_holds_what_the_model_says(self) -> None:
        expected = {}
        for akte in self.akten:
            above = akte.above and akte.above.id
            expected[akte.id] = (akte.status, akte.zeichen, above, akte.ebene, akte.plan, akte.oe)
        for one in self.vorgaenge:
            above = one.above and one.above.id
            expected[one.id] = (one.status, one.zeichen, above, one.ebene, one.akte.id, one.oe)
        for one in self.dokumente:
            if not one.destroyed:
                digests = [hashlib.sha256(content).hexdigest() for content in one.contents]
                frozen = [one.frozen.get(n) and sub_of(one.frozen[n]) for n in range(1, len(digests) + 1)]
                place = (one.nummer, one.vorgang.akte.id, one.vorgang.id, one.deleted is not None)
                expected[one.id] = (one.zeichen, *place, one.oe, digests, frozen)
        ids = [one.id for one in (*self.akten, *self.vorgaenge, *self.dokumente)]
        assert self.world.bestand(ids) == expected

    def teardown(self) -> None:
        assert self.world.illegal() == {}
        for knoten in (*self.akten, *self.vorgaenge):
            shown = self.world.call("GET", f"{knoten.path}/{knoten.id}", "chefin-00").json()
            facts = (knoten.status, knoten.zeichen, knoten.alte, knoten.oe, knoten.ebene)
            names = ("status", "aktenzeichen", "alte_geschaeftszeichen", "federfuehrende_oe", "ebene")
            assert tuple(shown[name] for name in names) == facts
            for alt in [*knoten.alte, *filter(None, [knoten.zeichen])]:
                found = self.world.call("GET", knoten.path, "chefin-00", params={"geschaeftszeichen": alt}).json()
                assert [one["id"] for one in found["items"]] == [knoten.id]
        for one in self.dokumente:
            for nummer, content in enumerate(one.contents, start=1):
                path = f"dokumente/{one.id}/versionen/{nummer}/inhalt"
                served = self.world.call("GET", path, "chefin-00")
                gone = one.destroyed or one.deleted is not None
                assert (served.status_code, gone or served.content) == (404 if gone else 200, gone or content)


@pytest.fixture
def container(container: Container, clock: Any) -> Container:
    """Know at once who is responsible: the model knows nothing of the second for which records keeps it."""
    scopes = ScopeResolver(partial(load_directory, container.engine), clock, ttl=0.0)
    return dataclasses.replace(container, scopes=scopes)


async def count_each_year(client: Any, schluessel: str) -> None:
    tree = (await client.get("aktenplan", "aktenplan")).json()["items"]
    [einheit] = [one for above in tree for one in above["untergeordnet"] if one["schluessel"] == schluessel]
    body = {"json": {"aktenzeichen_akte": "{plan}-{akte}/{jahr}"}, "headers": {"If-Match": "*"}}
    answer = await client.request("PATCH", f"aktenplan/{einheit['id']}", "aktenplan", **body)
    assert answer.status_code == 200, answer.text


@pytest.mark.timeout(600 if not EXAMPLES else 24 * 3600)
async def test_no_sequence_of_acts_breaks_the_life_cycle(client, container, clock, bestand, illegal):
    await count_each_year(client, "32.30")
    loop = asyncio.get_running_loop()

    def waiting(function: Any) -> Any:
        return lambda *given, **options: asyncio.run_coroutine_threadsafe(function(*given, **options), loop).result()

    world = World(
        call=waiting(client.request),
        bestand=waiting(bestand),
        illegal=waiting(illegal),
        advance=clock.advance,
        reap=waiting(lambda: reap(container, timedelta(days=3650))),
    )
    bounds = settings(
        max_examples=EXAMPLES or 15,
        stateful_step_count=50,
        deadline=None,
        database=None,
        derandomize=not EXAMPLES,
        print_blob=True,
        # To make a long story short takes minutes: only where there are minutes.
        phases=[Phase.generate, Phase.shrink] if EXAMPLES else [Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    await asyncio.to_thread(run_state_machine_as_test, lambda: LebenszyklusMachine(world), settings=bounds)
    counts = {
        "numbers": len(world.given),
        "dokumente": len(world.places),
        "answers": dict(sorted(world.answers.items())),
    }
    sys.stdout.write(json.dumps({"test": "lebenszyklus", "examples": bounds.max_examples, **counts}) + "\n")
    assert {"200", "201", "403", "404", "409", "412", "428"} <= set(world.answers)
