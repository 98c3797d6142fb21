"""The model of the life cycle: what there is, what an act may answer, and what it changes."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from hypothesis.stateful import RuleBasedStateMachine

PAPIERKORB_MINUTES = 30 * 24 * 60
OFFICES = {"32.20": "32", "32.30": "32", "50.20": "50", "56.20": "56", "32.90": "32"}


@dataclass
class World:
    """What outlives one run: the municipality, every number ever given, and how often what was answered."""

    call: Any
    bestand: Any
    illegal: Any
    advance: Any
    reap: Any
    plan: dict[str, str] = field(default_factory=lambda: dict(OFFICES))
    given: dict[str, str] = field(default_factory=dict)
    places: dict[tuple[str, int], str] = field(default_factory=dict)
    answers: Counter[str] = field(default_factory=Counter)


@dataclass(eq=False, kw_only=True)
class Knoten:
    """An Akte (with `plan`) or a Vorgang (with `akte`)."""

    path: str
    id: str
    oe: str
    ebene: int
    above: "Knoten | None" = None
    akte: "Knoten | None" = None
    plan: str | None = None
    status: str = "entwurf"
    zeichen: str | None = None
    alte: list[str] = field(default_factory=list)

    @property
    def holders(self) -> list["Knoten"]:
        return [knoten for knoten in (self.above, self.akte) if knoten is not None]


@dataclass(eq=False, kw_only=True)
class Dokument:
    """A Dokument; `lease` is (person, end), `frozen` maps a version to who froze it, `deleted` is a minute."""

    id: str
    vorgang: Knoten
    oe: str
    nummer: int
    contents: list[bytes]
    zeichen: str | None = None
    frozen: dict[int, str] = field(default_factory=dict)
    lease: tuple[str, int] | None = None
    deleted: int | None = None
    destroyed: bool = False


def sub_of(who: str) -> str:
    return f"sub-{who.partition('-')[0]}"


def if_any(objekte: Any, *states: str) -> set[int]:
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

        # Every run begins with the same offices, or it could not be repeated.
        for plan, oe in OFFICES.items():
            self.give(plan, oe)

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
        **options: Any,
    ) -> Any:
        """Send an act, with its key again if `twice`; the answer must be one of `wrong`, or good if there is none."""
        headers = {} if if_match is None else {"If-Match": if_match}
        if twice:
            headers["Idempotency-Key"] = f"{id(self)}-{sum(self.world.answers.values())}"
        options |= {"headers": headers} | ({} if body is None else {"json": body})
        answer = self.world.call(method, path, who, **options)
        self.world.answers[f"{answer.status_code}"] += 1
        is_right = answer.status_code in wrong if wrong else answer.is_success
        assert is_right, (method, path, who, body, wrong, answer.status_code, answer.text)
        if not answer.is_success:
            assert answer.json()["type"].startswith("/problems/")
            return None
        if twice:
            again = self.world.call(method, path, who, **options)
            assert (again.status_code, again.content) == (answer.status_code, answer.content)
        return answer.json() if answer.content else {}

    def give(self, plan: str, oe: str) -> str:
        """Give a unit of the plan to another office by a reorganisation; return whose it was."""
        before = self.world.plan[plan]
        if before != oe:
            teile = [{"nach": oe, "aktenplaneinheiten": [plan]}]
            body = {"grund": "Neu", "schritte": [{"art": "split", "von": before, "teile": teile, "bleibt": True}]}
            self.act("reorganisationen", "aktenplan", set(), body)
            self.world.plan[plan] = oe
        return before

    def act_on(self, one: Dokument, name: str, who: str, wrong: set[int], body: Any = None, **options: Any) -> Any:
        return self.act(f"dokumente/{one.id}/{name}".rstrip("/"), who, self.seen(who, one, wrong), body, **options)

    @staticmethod
    def one(objekte: list[Any], index: int | None) -> Any:
        return objekte[index % len(objekte)] if objekte and index is not None else None

    @staticmethod
    def unless(right: bool) -> set[int]:
        return set() if right else {409}

    def wrong_plan(self, plan: str) -> set[int]:
        return {404} if plan not in self.world.plan else self.unless(plan != "32.90")

    @staticmethod
    def hidden(who: str, *objekte: Knoten | None) -> set[int]:
        return {404} if any(one and who == "anna-32" and one.oe != "32" for one in objekte) else set()

    @staticmethod
    def seen(who: str, one: Knoten | Dokument, wrong: set[int], *, discarded: bool = False) -> set[int]:
        """Return what is wrong with an act, 404 alone if he cannot see its object."""
        there = not isinstance(one, Dokument) or (not one.destroyed and (one.deleted is not None) == discarded)
        return wrong if there and (who == "chefin-00" or one.oe == "32") else {404}

    def holder(self, one: Dokument) -> str | None:
        return one.lease[0] if one.lease and self.now < one.lease[1] else None

    def below(self, above: Knoten) -> list[Knoten]:
        """Return all that lies in an Akte or below a Vorgang, each once."""
        inside = [one for one in (*self.akten, *self.vorgaenge) if above in one.holders]
        return list(dict.fromkeys(deep for one in inside for deep in (one, *self.below(one))))

    def with_dokumente(self, knoten: list[Knoten]) -> list[Any]:
        return [*knoten, *(one for one in self.dokumente if one.vorgang in knoten)]

    @staticmethod
    def take_up(akte: Knoten | None) -> None:
        if akte is not None and akte.status == "registriert":
            akte.status = "in_bearbeitung"

    def number(self, one: Knoten | Dokument, zeichen: str, above: list[Knoten]) -> None:
        assert self.world.given.setdefault(zeichen, one.id) == one.id
        assert all(zeichen.startswith(holder.zeichen or "") for holder in above)
        one.zeichen = zeichen

    def moved(self, knoten: Knoten, below: list[Knoten], sinks: int, oe: str, zeichen: str | None) -> None:
        """Have all that lies in it go along, with numbers that nobody had before."""
        before = knoten.zeichen or ""
        assert (zeichen is None) == (knoten.zeichen is None)
        for one in self.with_dokumente([knoten, *below]):
            one.oe = oe
            if isinstance(one, Knoten):
                one.ebene += sinks
            if one.zeichen and zeichen:
                if isinstance(one, Knoten):
                    one.alte.append(one.zeichen)
                new = zeichen + one.zeichen.removeprefix(before)
                assert new not in self.world.given
                self.number(one, new, [])
        if knoten.zeichen:
            self.take_up(knoten.akte or knoten.above)
