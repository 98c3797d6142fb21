"""
No sequence of changes of the organisation leaves an Akte without an office, or with two, or a number given twice.

A model of offices, plan and Zuständigkeiten in plain Python carries out each change too: what is refused, what a dry
run and the real one say, and what stands in the database afterwards, histories included, has to be the same; officials
see the Akten of the offices in which the model says they are, and no others. Each run begins with the demo
municipality. `make soak T=lebenszyklus` runs it at length; what it was seen to find stands in the README of records.
"""

import asyncio
import dataclasses
import json
import sys
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import asyncpg
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from lebenszyklus_grenzen import EXAMPLES, bounds
from organisation_modell import Office, Organisation, RefusedError, Reorganisation, Row
from organisation_schritte import ABOVE, DAYS, FITTING, MATCH, NAME, OFFICE, STEP, UNIT
from organisation_welt import World

from dms_kit.access import ScopeResolver
from dms_kit.core.clock import BERLIN
from dms_records.adapters.postgres.organisation import load_directory

pytestmark = pytest.mark.usefixtures("demo")
MEMBERS = {"chefin-00": "00", "anna-32": "32", "dora-50": "50", "leitung-61": "61", "neu-57": "57", "reg-10": "10"}
EVERYWHERE = "registratur-00"


class OrganisationMachine(RuleBasedStateMachine):
    """Changes of the organisation by the role `aktenplan`, Akten by a Registratur of all offices, and who sees them."""

    def __init__(self, world: Any) -> None:
        super().__init__()
        self.call = world.call
        self.world = world
        self.town: Organisation = world.begin()
        self.akten: dict[str, SimpleNamespace] = {}
        self.numbers: set[str] = set()
        self.reorganisations = 0
        self.steps = 0

    @property
    def today(self) -> date:
        return self.world.clock.now().astimezone(BERLIN).date()

    # Offices one by one.

    @rule(key=OFFICE, name=NAME, above=ABOVE, days=st.sampled_from([0, 0, 0, -5, 3]))
    def create_office(self, key: str, name: str, above: str | None, days: int) -> None:
        day, town = self.today + timedelta(days=days), self.town
        parent = town.offices.get(above or "")
        wrong = key in town.offices or (above is not None and not (parent and parent.is_valid(day)))
        body = {"schluessel": key, "name": name, "uebergeordnet": above, "gueltig_von": day.isoformat()}
        if self.act("POST", "organisationseinheiten", {409} if wrong else set(), body):
            town.offices[key] = Office(key=key, name=name, above=above, von=day, since=day)

    @rule(key=OFFICE, name=st.none() | NAME, above=st.just("") | ABOVE, days=DAYS, match=MATCH)
    def change_office(self, key: str, name: str | None, above: str | None, days: int, match: str) -> None:
        day = self.today + timedelta(days=days)
        body = {"wirksam_ab": day.isoformat()} | ({"name": name} if name else {})
        body |= {} if above == "" else {"uebergeordnet": above}

        def change(office: Office) -> None:
            parent = None if above is None else office.above if above == "" else above
            if above:
                found = self.town.offices.get(above)
                if found is None or not found.is_valid(day):
                    raise RefusedError(409)
                self.town.check_place(key, above)
            office.change(name or office.name, parent, day)

        self.on_office("PATCH", key, "", body, days, match, change)

    @rule(key=OFFICE, days=DAYS, match=MATCH)
    def close_office(self, key: str, days: int, match: str) -> None:
        day = self.today + timedelta(days=days)

        def close(office: Office) -> None:
            if self.town.is_occupied(key):
                raise RefusedError(409)
            office.close(day)

        body = {"grund": "Verfügung", "wirksam_ab": day.isoformat()}
        self.on_office("POST", key, "/close", body, days, match, close)

    @rule(unit=UNIT, oe=st.none() | OFFICE)
    def change_unit(self, unit: str, oe: str | None) -> None:
        """New files of a unit of the plan go to another office; what is there stays."""
        office, town = self.town.offices.get(oe or ""), self.town
        wrong = {409} if oe is not None and not (office and office.is_valid(self.today)) else set()
        body = {"organisationseinheit": oe}
        if self.act("PATCH", f"aktenplan/{self.world.unit_id(unit)}", wrong, body) and town.plan[unit][1] != oe:
            town.plan[unit] = (town.plan[unit][0], oe)
            town.since[unit] = self.today

    # All at once.

    @rule(plan=st.lists(FITTING, min_size=1, max_size=2), days=DAYS, is_dry=st.sampled_from([True, False, False]))
    def reorganise_well(self, plan: list[tuple[str, int, int, int]], days: int, is_dry: bool) -> None:
        self.reorganise_by([self.fitting(*step) for step in plan], days, is_dry)

    @rule(schritte=st.lists(STEP, min_size=1, max_size=3), days=DAYS, is_dry=st.sampled_from([True, False, False]))
    def reorganise(self, schritte: list[dict[str, Any]], days: int, is_dry: bool) -> None:
        self.reorganise_by(schritte, days, is_dry)

    def fitting(self, art: str, *which: int) -> dict[str, Any]:
        """Return a step that will mostly do, of offices that are there and units that they have."""
        there = sorted(key for key, office in self.town.offices.items() if office.is_valid(self.today))
        first, second, third = (there[number % len(there)] for number in which)
        units = sorted(row.unit for row in self.town.rows.values() if row.office == first) or ["32.20"]
        teil = {"nach": second, "aktenplaneinheiten": [units[which[2] % len(units)]]}
        return {
            "merge": {"art": "merge", "von": [first], "nach": second},
            "part": {"art": "split", "von": first, "teile": [teil], "rest": None, "bleibt": True},
            "split": {"art": "split", "von": first, "teile": [teil], "rest": third, "bleibt": False},
            "move": {"art": "move", "organisationseinheit": first, "uebergeordnet": second},
            "rename": {"art": "rename", "organisationseinheit": first, "name": "Amt für Umbenanntes"},
        }[art]

    def reorganise_by(self, schritte: list[dict[str, Any]], days: int, is_dry: bool) -> None:
        """Try it, then do it: the same is said of both, and the first changes nothing."""
        day, told, wrong = self.today + timedelta(days=days), None, set()
        try:
            told = Reorganisation(self.town, schritte, day)
        except RefusedError as refused:
            wrong = {refused.status}
        # Refused before anything else is looked at.
        told, wrong = (None, {422}) if days > 0 else (told, wrong)
        body = {"grund": "Ratsbeschluss", "schritte": schritte, "wirksam_ab": day.isoformat()}
        before = self.world.snapshot()
        dry = self.act("POST", "reorganisationen", wrong, body | {"probelauf": True})
        assert self.world.snapshot() == before
        if not is_dry:
            real = self.act("POST", "reorganisationen", wrong, body)
            if told is not None:
                assert real["ergebnis"] == dry["ergebnis"]
                self.check_counts(told, real["ergebnis"])
                self.town = told.after
                self.reorganisations += 1
                self.world.carried_out += 1
                self.world.changed_hands += real["ergebnis"]["anzahl"]["akten"]

    def check_counts(self, told: Reorganisation, said: dict[str, Any]) -> None:
        """What it says of itself is what the model says, counted and listed."""
        rows = {(row["id"], row["von"], row["nach"]) for row in said["zustaendigkeiten"]}
        assert rows == told.of("row")
        assert {(row["schluessel"], row["von"], row["nach"]) for row in said["aktenplaneinheiten"]} == told.of("unit")
        regeln = {((row["leistung"], row["region"]), row["von"], row["nach"]) for row in said["ablageregeln"]}
        assert regeln == told.of("regel")
        assert {row["schluessel"]: set(row["aktionen"]) for row in said["organisationseinheiten"]} == told.acts
        for row in said["zustaendigkeiten"]:
            inside = [akte for akte in self.akten.values() if akte.row == row["id"]]
            vorgaenge = sum(akte.vorgaenge for akte in inside)
            assert (row["akten"], row["vorgaenge"], row["dokumente"]) == (len(inside), vorgaenge, vorgaenge)
        names = ("organisationseinheiten", "zustaendigkeiten", "aktenplaneinheiten", "ablageregeln")
        counts = {name: len(said[name]) for name in names}
        counts |= {n: sum(row[n] for row in said["zustaendigkeiten"]) for n in ("akten", "vorgaenge", "dokumente")}
        assert said["anzahl"] == counts

    # What lives in it.

    @initialize(units=st.lists(UNIT, min_size=3, max_size=3))
    def begin_with_akten(self, units: list[str]) -> None:
        for unit in units:
            self.create_akte(unit, None, filled=True)

    @rule(unit=UNIT, oe=st.none() | OFFICE, filled=st.booleans())
    def create_akte(self, unit: str, oe: str | None, filled: bool) -> None:
        office = oe or self.town.office_of(unit) or ""
        is_there = office in self.town.offices and self.town.offices[office].is_valid(self.today)
        body = {"titel": "Akte", "aktenplaneinheit": unit, "organisationseinheit": oe}
        # A closed office takes no new files; one that a reorganisation of today has closed takes none today.
        made = self.act("POST", "akten", set() if is_there else {404, 409}, body, EVERYWHERE)
        if not made:
            return
        row = self.world.row_of(made["id"])
        known = self.town.rows.setdefault(row, Row(unit=unit, office=office, von=self.today))
        assert (known.unit, known.office) == (unit, office)
        zeichen = self.act("POST", f"akten/{made['id']}/register", set(), None, EVERYWHERE)["aktenzeichen"]
        assert zeichen not in self.numbers
        self.numbers.add(zeichen)
        akte = self.akten[made["id"]] = SimpleNamespace(zeichen=zeichen, row=row, vorgaenge=0)
        if filled and office in self.town.covered("00", self.today):
            said = {"akte_id": made["id"], "betreff": "Vorgang"}
            vorgang = self.act("POST", "vorgaenge", set(), said, "chefin-00")
            path, files = f"vorgaenge/{vorgang['id']}/dokumente", {"datei": ("a.txt", b"a")}
            assert self.call("POST", path, "chefin-00", files=files).status_code == 201
            akte.vorgaenge += 1

    @precondition(lambda self: self.akten)
    @rule(which=st.integers(0, 19), oe=OFFICE)
    def hand_over(self, which: int, oe: str) -> None:
        akte_id = list(self.akten)[which % len(self.akten)]
        akte, town = self.akten[akte_id], self.town
        before = town.rows[akte.row]
        office = town.offices.get(oe)
        ends = office is None or office.bis is not None or not office.is_valid(self.today)
        wrong = {409} if oe != before.office and ends else set()
        body = {"organisationseinheit": oe, "grund": "Absprache"}
        if self.act("POST", f"akten/{akte_id}/handover", wrong, body, EVERYWHERE) and oe != before.office:
            akte.row = self.world.row_of(akte_id)
            known = town.rows.setdefault(akte.row, Row(unit=before.unit, office=oe, von=self.today))
            assert (known.unit, known.office) == (before.unit, oe)

    @rule(days=st.sampled_from([1, 1, 3, 60]))
    def wait(self, days: int) -> None:
        self.world.clock.advance(days * 86400)

    # What must be, whatever happened.

    @invariant()
    def the_database_holds_what_the_model_says(self) -> None:
        found, town = self.world.snapshot(), self.town
        offices = {(o.key, o.name, o.above, o.von, o.bis, o.since) for o in town.offices.values()}
        assert {row[:6] for row in found["offices"]} == offices
        assert {row[:2] for row in found["plan"]} == {(unit, own) for unit, (_, own) in town.plan.items()}
        assert {row[:3] for row in found["regeln"]} == {(*key, own) for key, (_, own) in town.regeln.items()}
        rows = {(key, row.unit, row.office, row.von) for key, row in town.rows.items()}
        assert {row[:4] for row in found["rows"]} == rows
        # Of all open rows of a pair, one takes new files.
        pairs = [row[1:3] for row in found["rows"] if row[4]]
        assert sorted(set(pairs)) == sorted(pairs) == sorted({(unit, office) for _, unit, office, _ in rows})
        akten = {(key, akte.zeichen, akte.row) for key, akte in self.akten.items()}
        assert {row[:3] for row in found["akten"]} == akten

    @invariant()
    def histories_have_no_gap_and_no_overlap(self) -> None:
        past = self.world.histories()
        offices = [(office.key, *state) for office in self.town.offices.values() for state in office.past]
        assert past["offices"] == sorted(offices, key=lambda row: row[0])
        rows = [(key, *state) for key, row in self.town.rows.items() for state in row.past]
        assert past["rows"] == sorted(rows, key=lambda row: row[0])
        for office in self.town.offices.values():
            self.check_chain([state[2:] for state in office.past], office.von, office.since)
        for row in self.town.rows.values():
            if row.past:
                self.check_chain([state[1:] for state in row.past], row.past[0][1], row.von)
        # The plan: each Stand from a day on, numbered without a gap, the last one what holds now.
        stands: dict[str, list[Any]] = {}
        for unit, *stand in past["plan"]:
            stands.setdefault(unit, []).append(stand)
        for unit, (_, own) in self.town.plan.items():
            numbers, days, owns = zip(*stands[unit], strict=True)
            assert list(numbers) == list(range(1, len(numbers) + 1))
            assert list(days) == sorted(days)
            assert (days[-1], owns[-1]) == (self.town.since[unit], own)

    @staticmethod
    def check_chain(states: list[tuple[date, date]], first: date, since: date) -> None:
        days = [first, *(day for state in states for day in state), since]
        assert days == sorted(days)
        assert days[0::2] == days[1::2]

    @invariant()
    def officials_see_the_akten_of_their_offices(self) -> None:
        self.steps += 1
        people = list(MEMBERS.items())
        who, office = people[self.steps % len(people)]
        self.check_seen(who, self.town.covered(office, self.today))

    def check_seen(self, who: str, offices: set[str]) -> None:
        said = self.call("GET", "akten", who, params={"limit": 200}).json()
        seen = {(akte["id"], akte["aktenzeichen"], akte["federfuehrende_oe"]) for akte in said["items"]}
        mine = {
            (key, akte.zeichen, office)
            for key, akte in self.akten.items()
            if (office := self.town.rows[akte.row].office) in offices
        }
        assert seen == mine, (who, offices)

    def teardown(self) -> None:
        for who, office in MEMBERS.items():
            self.check_seen(who, self.town.covered(office, self.today))
        said = self.call("GET", "reorganisationen", "aktenplan", params={"limit": 200}).json()
        assert len(said["items"]) == self.reorganisations
        for path, key, past in self.world.histories_by_key(self.town):
            shown = self.call("GET", f"{path}/{key}/historie?sort=stand&limit=200", "aktenplan").json()["items"]
            days = [(state["gueltig_von"], state["gueltig_bis"]) for state in shown]
            assert days[:-1] == [tuple(day.isoformat() for day in state[-2:]) for state in past]

    # How an act is sent.

    def act(self, method: str, path: str, wrong: set[int], body: Any, who: str = "aktenplan", **headers: str) -> Any:
        options: dict[str, Any] = {"headers": headers or {"If-Match": "*"}} | ({"json": body} if body else {})
        answer = self.call(method, path, who, **options)
        self.world.answers.append(answer.status_code)
        is_right = answer.status_code in wrong if wrong else answer.is_success
        assert is_right, (method, path, who, body, wrong, answer.status_code, answer.text)
        return answer.json() if answer.is_success else None

    def on_office(self, method: str, key: str, verb: str, body: Any, days: int, match: str, change: Any) -> None:
        office = self.town.offices.get(key)
        if office is None:
            return
        office_id, version = self.world.office(key)
        header = {"*": "*", "current": f'"{version}"', "old": '"0"'}.get(match)
        wrong = {"old": {412}, "none": {428}}.get(match) or ({422} if days > 0 else set())
        try:
            if not wrong:
                change(office)
        except RefusedError as refused:
            wrong = {refused.status}
        sent = {"If-Match": header} if header else {"X-Request-Id": "none"}
        self.act(method, f"organisationseinheiten/{office_id}{verb}", wrong, body, **sent)


@pytest.fixture
def container(container: Any, clock: Any) -> Any:
    """Know at once who is responsible, and nothing of the municipality of another run."""

    async def load(mandant: str, _known: Any) -> Any:
        return await load_directory(container.engine, mandant)

    return dataclasses.replace(container, scopes=ScopeResolver(load, clock, ttl=-1.0))


@pytest.fixture
def reset(service_urls, kept_demos, clock):
    """Return what brings the demo municipality back."""
    [kept], url = kept_demos.values(), service_urls("records").superuser.replace("+asyncpg", "")

    async def reset() -> None:
        connection = await asyncpg.connect(url)
        try:
            tables = await connection.fetch(
                "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables"
                " WHERE schemaname = 'records' AND tablename NOT LIKE 'alembic%'"
            )
            names = ", ".join(row[0] for row in tables)
            await connection.execute(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
        finally:
            await connection.close()
        await kept.bring_back()

    return reset


@pytest.mark.timeout(600 if not EXAMPLES else 24 * 3600)
async def test_no_sequence_of_changes_breaks_the_organisation(demo, reset, client, clock, rows):
    loop = asyncio.get_running_loop()

    def waiting(function: Any) -> Any:
        return lambda *given, **options: asyncio.run_coroutine_threadsafe(function(*given, **options), loop).result()

    world = World(call=waiting(client.request), rows=waiting(rows), reset=waiting(reset), clock=clock)
    await asyncio.to_thread(run_state_machine_as_test, lambda: OrganisationMachine(world), settings=bounds(6, 35))
    tried = {"reorganised": world.carried_out, "akten_changed_hands": world.changed_hands}
    counts = {f"{status}": world.answers.count(status) for status in sorted(set(world.answers))}
    sys.stdout.write(json.dumps({"test": "lebenszyklus_organisation", **tried, "answers": counts}) + "\n")
    assert {200, 201, 409, 412, 422, 428} <= set(world.answers)
    assert world.carried_out
    assert world.changed_hands
