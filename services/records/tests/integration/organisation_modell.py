"""The model of an organisation: offices, plan, who is responsible, and what the steps of a reorganisation mean."""

import copy
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

Step = dict[str, Any]


class RefusedError(Exception):
    """Raised for what must not happen, with the status of the answer."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass(kw_only=True)
class Office:
    """An office with the states that ended: name, office above, from, until."""

    key: str
    name: str
    above: str | None
    von: date
    bis: date | None = None
    since: date
    past: list[tuple[str, str | None, date, date]] = field(default_factory=list)

    def is_valid(self, day: date) -> bool:
        return self.von <= day and (self.bis is None or day < self.bis)

    def change(self, name: str, above: str | None, day: date) -> bool:
        if (name, above) == (self.name, self.above):
            return False
        self.check(day)
        self.past.append((self.name, self.above, self.since, day))
        self.name, self.above, self.since = name, above, day
        return True

    def close(self, day: date) -> None:
        self.check(day)
        self.bis = day

    def check(self, day: date) -> None:
        if self.bis is not None or day < self.since:
            raise RefusedError(409)


@dataclass(kw_only=True)
class Row:
    """A Zuständigkeit with the states that ended: office, from, until."""

    unit: str
    office: str
    von: date
    past: list[tuple[str, date, date]] = field(default_factory=list)


@dataclass
class Organisation:
    """Offices by key, (unit above, own office) by unit, (unit, own office) by rule, rows by id, days of units."""

    offices: dict[str, Office]
    plan: dict[str, tuple[str | None, str | None]]
    regeln: dict[tuple[str, str], tuple[str, str | None]]
    rows: dict[str, Row]
    since: dict[str, date]

    def open(self, key: str, day: date) -> Office:
        """Return an office that goes on, or refuse."""
        office = self.offices.get(key)
        if office is None or office.bis is not None or not office.is_valid(day):
            raise RefusedError(409)
        return office

    def path(self, unit: str | None) -> Iterator[str]:
        while unit is not None:
            yield unit
            unit = self.plan[unit][0]

    def office_of(self, unit: str) -> str | None:
        return next((own for one in self.path(unit) if (own := self.plan[one][1]) is not None), None)

    def check_place(self, key: str, above: str | None) -> None:
        while above is not None:
            if above == key:
                raise RefusedError(409)
            above = self.offices[above].above

    def below(self, key: str) -> list[Office]:
        return [office for office in self.offices.values() if office.above == key and office.bis is None]

    def is_occupied(self, key: str) -> bool:
        held = [row.office for row in self.rows.values()] + [own for _, own in self.plan.values()]
        return bool(self.below(key)) or key in {*held, *(own for _, own in self.regeln.values())}

    def covered(self, key: str, day: date) -> set[str]:
        """Return the offices in which a membership of one gives rights: it and all below it that exist."""
        found = {key} if key in self.offices and self.offices[key].is_valid(day) else set()
        while more := {o.key for o in self.offices.values() if o.above in found and o.is_valid(day)} - found:
            found |= more
        return found


class Reorganisation:
    """Carries out steps on a copy; what they give away is what an office had before all of them."""

    def __init__(self, before: Organisation, steps: list[Step], day: date) -> None:
        self.before, self.after, self.day = before, copy.deepcopy(before), day
        self.acts: dict[str, set[str]] = {}
        self.given: list[tuple[str, Any, str, str]] = []
        self.stepped: dict[str, Office] = {}
        self._check_named_once(steps)
        for step in steps:
            getattr(self, f"_{step['art']}")(step)
        if any("closed" in acts and self.after.is_occupied(key) for key, acts in self.acts.items()):
            raise RefusedError(409)

    def of(self, kind: str) -> set[tuple[Any, str, str]]:
        """Return what of a kind changed hands: its key, from whom, to whom."""
        return {(key, von, nach) for one, key, von, nach in self.given if one == kind}

    # Steps.

    def _create(self, step: Step) -> None:
        key, above = step["schluessel"], step["uebergeordnet"]
        if key in self.after.offices or (above is not None and not self.after.open(above, self.day)):
            raise RefusedError(409)
        fresh = Office(key=key, name=step["name"], above=above, von=self.day, since=self.day)
        self.after.offices[key] = fresh
        self.acts[key] = {"created"}

    def _merge(self, step: Step) -> None:
        nach = self.after.open(step["nach"], self.day)
        sources = [self.after.open(key, self.day) for key in step["von"]]
        for von in sources:
            self._give(von.key, lambda _: nach.key)
            for child in self.after.below(von.key):
                above: str | None = nach.key
                if child is nach:
                    above = von.above
                    while above in step["von"]:
                        above = self.after.offices[above].above
                if child not in sources:
                    self._change(child, child.name, above, "moved")
        for von in sources:
            self._end(von)

    def _split(self, step: Step) -> None:
        von = self.after.open(step["von"], self.day)
        rest = step.get("rest")
        if rest is not None:
            self.after.open(rest, self.day)
        named = {unit: teil["nach"] for teil in step["teile"] for unit in teil["aktenplaneinheiten"]}
        for unit, nach in named.items():
            self.after.open(nach, self.day)
            if unit not in self.before.plan:
                raise RefusedError(409)
        begun = len(self.given)
        for unit, nach in named.items():
            if self.before.plan[unit][1] is None and self.before.office_of(unit) == von.key:
                self._assign("unit", unit, von.key, nach)
        whole = self._give(
            von.key, lambda unit: next((named[one] for one in self.before.path(unit) if one in named), rest)
        )
        touched = {one for *_, units in map(self._units, self.given[begun:]) for one in units}
        if not set(named) <= touched or not (step["bleibt"] or whole):
            raise RefusedError(409)
        if not step["bleibt"]:
            self._end(von)

    def _move(self, step: Step) -> None:
        office, above = self.after.open(step["organisationseinheit"], self.day), step["uebergeordnet"]
        self._change(office, office.name, above and self.after.open(above, self.day).key, "moved")

    def _rename(self, step: Step) -> None:
        office = self.after.open(step["organisationseinheit"], self.day)
        self._change(office, step["name"], office.above, "renamed")

    def _close(self, step: Step) -> None:
        self._end(self.after.open(step["organisationseinheit"], self.day))

    # What they are made of.

    def _give(self, von: str, target: Any) -> bool:
        """Give away what the target says; return whether that was everything."""
        before = self.before
        mine = [("row", key, row.unit) for key, row in before.rows.items() if row.office == von]
        mine += [("unit", unit, unit) for unit, (_, own) in before.plan.items() if own == von]
        mine += [("regel", key, unit) for key, (unit, own) in before.regeln.items() if own == von]
        targets = [(kind, key, target(unit)) for kind, key, unit in mine]
        for kind, key, nach in targets:
            if nach is not None:
                self._assign(kind, key, von, nach)
        return all(nach is not None for *_, nach in targets)

    def _assign(self, kind: str, key: Any, von: str, nach: str) -> None:
        self.given.append((kind, key, von, nach))
        if kind == "unit":
            if self.day < self.before.since[key]:
                raise RefusedError(409)
            self.after.since[key] = self.day
            self.after.plan[key] = (self.after.plan[key][0], nach)
        elif kind == "regel":
            self.after.regeln[key] = (self.after.regeln[key][0], nach)
        else:
            row = self.after.rows[key]
            if self.day < row.von:
                raise RefusedError(409)
            row.past.append((row.office, row.von, self.day))
            row.office, row.von = nach, self.day

    def _units(self, given: tuple[str, Any, str, str]) -> tuple[str, set[str]]:
        kind, key, *_ = given
        unit = {"unit": lambda: key, "regel": lambda: self.before.regeln[key][0], "row": lambda: self._unit_of(key)}
        return kind, set(self.before.path(unit[kind]()))

    def _unit_of(self, row: str) -> str:
        return self.before.rows[row].unit

    def _change(self, office: Office, name: str, above: str | None, act: str) -> None:
        self.after.check_place(office.key, above)
        is_first = office.key not in self.acts
        if office.change(name, above, self.day):
            # Of two changes of one reorganisation, the state between them never was.
            if not is_first:
                office.past.pop()
            self.acts.setdefault(office.key, set()).add(act)

    def _end(self, office: Office) -> None:
        office.close(self.day)
        self.acts.setdefault(office.key, set()).add("closed")

    # What says something twice.

    def _check_named_once(self, steps: list[Step]) -> None:
        changed = [key for step in steps for key in _changed(step)]
        ended = {key for step in steps if _ends(step) for key in _changed(step)}
        targets = {key for step in steps for key in _targets(step)}
        if len(set(changed)) < len(changed) or ended & targets:
            raise RefusedError(422)
        for step in steps:
            if step["art"] == "split":
                nach = [teil["nach"] for teil in step["teile"]] + [step["von"]] * step["bleibt"]
                units = [unit for teil in step["teile"] for unit in teil["aktenplaneinheiten"]]
                twice = len(set(nach)) < len(nach) or len(set(units)) < len(units)
                if twice or (step["bleibt"] and step.get("rest") is not None):
                    raise RefusedError(422)


def _changed(step: Step) -> Iterable[str]:
    von = step.get("von") or step.get("schluessel") or step["organisationseinheit"]
    return von if isinstance(von, list) else [von]


def _ends(step: Step) -> bool:
    return step["art"] in {"merge", "close"} or (step["art"] == "split" and not step["bleibt"])


def _targets(step: Step) -> Iterable[str]:
    parts = [teil["nach"] for teil in step.get("teile", ())]
    return [key for key in (step.get("nach"), step.get("rest"), step.get("uebergeordnet"), *parts) if key is not None]
