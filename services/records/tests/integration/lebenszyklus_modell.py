"""The model of the life cycle: what there is, who may do what, what an act may answer, and what it changes."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

PAPIERKORB_MINUTES = 30 * 24 * 60
UPLOAD_MINUTES = 7 * 24 * 60
OFFICES = {"32.20": "32", "32.30": "32", "50.20": "50", "56.20": "56", "32.90": "32"}
RANKS = ["offen", "nur_fuer_den_dienstgebrauch", "vertraulich"]
ONE = st.integers(0, 9)
ANY = st.integers(0, 29)
MAYBE = st.none() | ONE
KEY = st.booleans()
CONTENT = st.binary(min_size=1, max_size=20)
# Half of the time the ETag of now, sometimes one of before, or none at all.
MATCH = st.sampled_from(["current"] * 8 + ["*"] * 6 + ["old", "none"])


@dataclass(frozen=True, kw_only=True)
class Person:
    """Rights in one office (None: in all of them) up to a rank, and rights everywhere up to the same."""

    office: str | None
    rang: int
    rights: frozenset[str]
    everywhere: frozenset[str] = frozenset()

    def may(self, right: str, oe: str, rang: int) -> bool:
        here = right in self.rights and self.office in {None, oe}
        return rang <= self.rang and (here or right in self.everywhere)


OFFICIAL = Person(office="32", rang=1, rights=frozenset({"read", "write", "register"}))
PEOPLE = {
    "chefin-00": Person(office=None, rang=2, rights=OFFICIAL.rights | {"lead", "hand_over"}),
    "anna-32": OFFICIAL,
    "bert-32": OFFICIAL,
    "registratur-32": Person(
        office="32", rang=1, rights=frozenset({"read"}), everywhere=frozenset({"register", "hand_over"})
    ),
}
WHO = st.sampled_from(["chefin-00"] * 5 + ["anna-32"] * 3 + ["bert-32", "registratur-32"])


@dataclass
class World:
    """What outlives one run: the municipality, every number ever given, and how often what was answered."""

    call: Any
    bestand: Any
    illegal: Any
    submit: Any
    advance: Any
    reap: Any
    plan: dict[str, str] = field(default_factory=lambda: dict(OFFICES))
    given: dict[str, str] = field(default_factory=dict)
    places: dict[tuple[str, int], str] = field(default_factory=dict)
    answers: Counter[str] = field(default_factory=Counter)
    rows: Counter[str] = field(default_factory=Counter)
    entry: int = 0


@dataclass(eq=False, kw_only=True)
class Knoten:
    """An Akte (with `plan`) or a Vorgang (with `akte`); one of an Antrag waits for its Aufgabe for ever."""

    path: str
    id: str
    oe: str
    ebene: int
    titel: str
    rang: int = 0
    position: int | None = None
    above: "Knoten | None" = None
    akte: "Knoten | None" = None
    plan: str | None = None
    status: str = "entwurf"
    zeichen: str | None = None
    alte: list[str] = field(default_factory=list)
    fremde: list[str] = field(default_factory=list)
    of_antrag: bool = False
    gone: bool = False

    @property
    def art(self) -> str:
        return "akte" if self.plan else "vorgang"

    @property
    def holders(self) -> list["Knoten"]:
        return [knoten for knoten in (self.above, self.akte) if knoten is not None]

    def facts(self) -> tuple[Any, ...]:
        place = (self.above and self.above.id, self.ebene, self.plan or (self.akte and self.akte.id), self.oe)
        return (self.status, self.zeichen, *place, self.titel, self.rang, self.position, self.alte, self.fremde)


@dataclass(kw_only=True)
class Version:
    """One version: who made it, out of which, and who made it final."""

    content: bytes
    name: str
    by: str | None
    out_of: int | None = None
    final: str | None = None

    def facts(self) -> list[Any]:
        return [hashlib.sha256(self.content).hexdigest(), self.name, self.by, self.out_of, self.final]


@dataclass(eq=False, kw_only=True)
class Dokument:
    """A Dokument; `lease` is (person, end), `deleted` is a minute."""

    id: str
    vorgang: Knoten
    oe: str
    rang: int
    nummer: int
    versions: list[Version]
    zeichen: str | None = None
    lease: tuple[str, int] | None = None
    deleted: int | None = None
    gone: bool = False
    art: str = "dokument"

    def facts(self) -> tuple[Any, ...]:
        akte = self.vorgang.akte
        place = (self.nummer, akte and akte.id, self.vorgang.id, self.deleted is not None, self.oe, self.rang)
        return (self.zeichen, *place, [version.facts() for version in self.versions])


@dataclass(eq=False, kw_only=True)
class Beziehung:
    """A Beteiligter of an object, or a Verweis from it to another one."""

    id: str
    von: Any
    says: tuple[str, ...]
    zu: Any = None
    gone: bool = False

    def facts(self) -> tuple[Any, ...]:
        return (*self.says, self.von.id, self.zu and self.zu.id)


@dataclass(eq=False, kw_only=True)
class Upload:
    """A file in parts, of which some bytes are there; `is_right` says whether its hash was announced rightly."""

    id: str
    who: str
    content: bytes
    ends: int
    is_right: bool
    arrived: int = 0
    complete: bool = False
    gone: bool = False

    def facts(self) -> tuple[Any, ...]:
        return (sub_of(self.who), len(self.content), self.arrived, self.complete)


def sub_of(who: str) -> str:
    return f"sub-{who.partition('-')[0]}"


def if_any(objekte: Iterable[Knoten | None], *states: str) -> set[int]:
    return {409} if any(objekt is not None and objekt.status in states for objekt in objekte) else set()


class Modell(RuleBasedStateMachine):
    """What one run has made, and how it thinks; a machine adds its acts."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        self.now = 0
        self.akten: list[Knoten] = []
        self.vorgaenge: list[Knoten] = []
        self.dokumente: list[Dokument] = []
        self.beteiligte: list[Beziehung] = []
        self.verweise: list[Beziehung] = []
        self.uploads: list[Upload] = []
        self.versions: dict[str, list[int]] = {}
        self.answered: list[tuple[tuple[str, str, str], dict[str, Any], Any]] = []
        self.noted: Counter[tuple[str, str, str]] | None = Counter()
        self.protokoll: dict[str, list[tuple[str, str]]] = {}

        # Every run begins with the same offices, or it could not be repeated.
        for plan, oe in OFFICES.items():
            self.give(plan, oe)
        self.world.entry = self.world.bestand([], self.world.entry).last

    # Acts and their answers.

    def act(
        self,
        path: str,
        who: str,
        wrong: set[int],
        body: Any = None,
        *,
        method: str = "POST",
        twice: bool = False,
        if_match: str | None = "*",
        noted: Iterable[tuple[str, str | None]] = (),
        **options: Any,
    ) -> Any:
        """
        Send an act, with its key again if `twice`; the answer must be one of `wrong`, or good if there is none.

        `noted` is what it leaves in the Protokoll: acts on objects, the one that it makes if there is no id.
        """
        headers = {**options.pop("headers", {}), **({} if if_match is None else {"If-Match": if_match})}
        if twice:
            headers["Idempotency-Key"] = f"{id(self)}-{sum(self.world.answers.values())}"
        options |= {"headers": headers} | ({} if body is None else {"json": body})
        answer = self.world.call(method, path, who, **options)
        self.world.answers[f"{answer.status_code}"] += 1
        is_right = answer.status_code in wrong if wrong else answer.is_success
        assert is_right, (method, path, who, body, headers, wrong, answer.status_code, answer.text)
        if not answer.is_success:
            assert answer.json()["type"].startswith("/problems/")
            return None
        said = answer.json() if answer.content else {}
        for action, object_id in noted:
            self.note(action, object_id or said["id"], sub_of(who))
        if twice:
            self.answered.append(((method, path, who), options, answer))
            self.repeat_of(-1)
        return said

    def repeat_of(self, index: int) -> None:
        request, options, answer = self.answered[index]
        again = self.world.call(*request, **options)
        assert (again.status_code, again.content) == (answer.status_code, answer.content)
        assert again.headers["Idempotency-Replayed"] == "true"

    def change(
        self, path: str, one: Any, who: str, right: str, match: str, wrong: set[int], body: Any = None, **options: Any
    ) -> Any:
        """Send an act on something that is there, which the person may reach, at a version that he knows."""
        stale = {"old": {412}, "none": {428}}.get(match, set())
        if options.pop("forgives", False) and match == "old":
            stale = set()
        wrong = self.reach(who, right, one) or stale or wrong
        return self.act(path, who, wrong, body, if_match=self.header(one, match), **options)

    def act_on(self, one: Any, name: str, who: str, right: str, match: str, wrong: set[int], **options: Any) -> Any:
        path = "dokumente" if isinstance(one, Dokument) else one.path
        return self.change(f"{path}/{one.id}/{name}".rstrip("/"), one, who, right, match, wrong, **options)

    def header(self, one: Any, match: str) -> str | None:
        if match in {"*", "none"}:
            return {"*": "*"}.get(match)
        known = self.versions.get(one.id, [0])
        return f'"{known[-1] if match == "current" else known[0] if len(known) > 1 else 0}"'

    def note(self, action: str, object_id: str, sub: str) -> None:
        assert self.noted is not None
        self.noted[action, object_id, sub] += 1
        self.protokoll.setdefault(object_id, []).append((action, sub))

    # What is right.

    def reach(self, who: str, right: str, *objekte: Any) -> set[int]:
        """Return what the rights alone say of an act, nothing if they permit it."""
        person = PEOPLE[who]
        if right not in person.rights | person.everywhere:
            return {403}
        found: set[int] = set()
        for one in objekte:
            if one is not None and one.gone:
                return {404}
            if one is None or (person.may(right, one.oe, one.rang) and not isinstance(one, Dokument)):
                continue
            if not person.may("read", one.oe, one.rang) or (isinstance(one, Dokument) and one.deleted is not None):
                return {404}
            found |= set() if person.may(right, one.oe, one.rang) else {403}
        return found

    @staticmethod
    def unless(right: bool) -> set[int]:
        return set() if right else {409}

    def wrong_plan(self, plan: str) -> set[int]:
        return {404} if plan not in self.world.plan else self.unless(plan != "32.90")

    def wrong_position(self, siblings: Iterable[Knoten], position: int | None) -> set[int]:
        numbers = {one.position for one in siblings}
        is_mixed = None in numbers if position else bool(numbers - {None})
        return self.unless(not is_mixed and (position is None or position not in numbers))

    def likely(self, objekte: list[Any], index: int, fits: Any) -> Any:
        """Return mostly one that an act is meant for, now and then any."""
        fitting = [one for one in objekte if not one.gone and fits(one)]
        return self.one(fitting if fitting and index % 5 else objekte, index)

    @staticmethod
    def one(objekte: list[Any], index: int | None) -> Any:
        return objekte[index % len(objekte)] if objekte and index is not None else None

    @property
    def knoten(self) -> list[Knoten]:
        return [*self.akten, *self.vorgaenge]

    @property
    def objekte(self) -> list[Any]:
        return [*self.akten, *self.vorgaenge, *self.dokumente]

    def holder(self, one: Dokument) -> str | None:
        return one.lease[0] if one.lease and self.now < one.lease[1] else None

    # What changes.

    def give(self, plan: str, oe: str) -> str:
        """Give a unit of the plan to another office by a reorganisation; return whose it was."""
        before = self.world.plan[plan]
        if before != oe:
            teile = [{"nach": oe, "aktenplaneinheiten": [plan]}]
            body = {"grund": "Neu", "schritte": [{"art": "split", "von": before, "teile": teile, "bleibt": True}]}
            self.act("reorganisationen", "aktenplan", set(), body)
            self.world.plan[plan] = oe
        return before

    def below(self, above: Knoten) -> list[Knoten]:
        """Return all that lies in an Akte or below a Vorgang, each once."""
        inside = [one for one in self.knoten if above in one.holders and not one.gone]
        return list(dict.fromkeys(deep for one in inside for deep in (one, *self.below(one))))

    def with_dokumente(self, knoten: list[Knoten]) -> list[Any]:
        return [*knoten, *(one for one in self.dokumente if one.vorgang in knoten and not one.gone)]

    @staticmethod
    def take_up(akte: Knoten | None) -> None:
        if akte is not None and akte.status == "registriert":
            akte.status = "in_bearbeitung"

    def number(self, one: Knoten | Dokument, zeichen: str, above: list[Knoten]) -> None:
        assert zeichen not in self.world.given, f"{zeichen} was given to {self.world.given[zeichen]}"
        self.world.given[zeichen] = one.id
        assert all(zeichen.startswith(holder.zeichen or "") for holder in above)
        one.zeichen = zeichen

    def vanish(self, one: Any, kind: str) -> None:
        """Let something be gone, and each Verweis from it or to it."""
        one.gone = True
        self.world.rows[kind] -= 1
        for verweis in self.verweise:
            if one in (verweis.von, verweis.zu) and not verweis.gone:
                self.vanish(verweis, "verweis")
