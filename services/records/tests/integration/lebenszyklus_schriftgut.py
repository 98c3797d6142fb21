"""Acts on Akten and Vorgänge, with the offices and the time that they live in."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule
from lebenszyklus_modell import (
    ANY,
    KEY,
    MATCH,
    MAYBE,
    ONE,
    PAPIERKORB_MINUTES,
    PEOPLE,
    RANKS,
    UPLOAD_MINUTES,
    WHO,
    Dokument,
    Knoten,
    Modell,
    Version,
    if_any,
)

MAX_EBENEN = 5
PLAN = st.sampled_from(["32.20"] * 8 + ["32.30"] * 4 + ["50.20", "56.20", "32.90", "99.99"])
OE = st.sampled_from(["32", "50", "56"])
# The office of the unit of the plan, or one that is named.
NAMED = st.sampled_from([None] * 12 + ["32", "50", "99"])
RANG = st.sampled_from([None] * 12 + [0, 1, 2])
POSITION = st.sampled_from([None] * 12 + [1, 2])
# Some of which are given by us, sooner or later.
FREMDE = st.sampled_from([["FREMD 1"], ["32.20#00002", "32.20#00009"], ["50.20#00001"], []])


class SchriftgutRules(Modell):
    """Beginning, registering, changing, closing, reopening, moving, handing over and deleting."""

    create_dokument: Any

    @initialize(far=st.integers(0, 7))
    def begin(self, far: int) -> None:
        """Mostly with something to act on: an Akte, a Vorgang in it, Dokumente, all of it registered or not yet."""
        some: dict[str, Any] = {"who": "chefin-00", "twice": False}
        none = dict.fromkeys(("above", "rang", "position"))
        acts = [
            lambda: self.create_akte(plan="32.20", oe=None, **none, **some),
            lambda: self.register(which=5, match="*", **some),
            lambda: self.create_vorgang(akte=0, **none, **some),
            lambda: self.create_dokument(vorgang=0, content=b"Anfang", in_parts=False, **some),
            lambda: self.register(which=1, match="*", **some),
            lambda: self.create_vorgang(akte=0, **none, **some),
            lambda: self.create_akte(plan="32.30", oe=None, **none, **some),
        ]
        for act in acts[:far]:
            act()

    @rule(who=WHO, plan=PLAN, oe=NAMED, above=MAYBE, rang=RANG, position=POSITION, twice=KEY)
    def create_akte(
        self,
        who: str,
        plan: str,
        oe: str | None,
        above: int | None,
        rang: int | None,
        position: int | None,
        twice: bool,
    ) -> None:
        over = self.one(self.akten, above)
        wrong = self.wrong_plan(plan) | ({404} if oe == "99" else set())
        office, least = oe or self.world.plan.get(plan) or "", 0
        if over is not None:
            wrong |= self.wrong_above(who, "register", over) | self.unless(over.plan == plan)
            office, least = over.oe, over.rang
            wrong |= set() if PEOPLE[who].may("register", office, max(rang or 0, least)) else {404}
        elif not PEOPLE[who].may("register", office, rang or 0):
            wrong |= {403}
        wrong |= self.unless(rang is None or rang >= least)
        wrong |= self.wrong_number(self.siblings(None, over), position, over)
        said = {"titel": "Akte", "aktenplaneinheit": plan, "organisationseinheit": oe, "position": position}
        said |= {"uebergeordnet_id": over and over.id, "vertraulichkeit": None if rang is None else RANKS[rang]}
        if made := self.act("akten", who, wrong, said, twice=twice, noted=[("akte.created", None)]):
            place = {"above": over, "plan": plan, "oe": office, "ebene": over.ebene + 1 if over else 1}
            rang = least if rang is None else rang
            self.add(Knoten(path="akten", id=made["id"], titel="Akte", rang=rang, position=position, **place))

    @precondition(lambda self: self.akten)
    @rule(who=WHO, akte=ONE, above=MAYBE, rang=RANG, position=POSITION, twice=KEY)
    def create_vorgang(
        self, who: str, akte: int, above: int | None, rang: int | None, position: int | None, twice: bool
    ) -> None:
        inside, over = self.a_place(akte, above)
        least = max(inside.rang, over.rang if over else 0)
        wrong = self.wrong_above(who, "write", over, inside)
        wrong |= self.unless(over is None or over.akte is inside) | self.unless(rang is None or rang >= least)
        wrong |= set() if PEOPLE[who].may("write", inside.oe, max(rang or 0, least)) else {404}
        wrong |= self.wrong_number(self.siblings(inside, over), position, inside)
        wrong = self.reach(who, "write") or wrong
        said = {"akte_id": inside.id, "betreff": "Vorgang", "uebergeordnet_id": over and over.id}
        said |= {"position": position, "vertraulichkeit": None if rang is None else RANKS[rang]}
        if made := self.act("vorgaenge", who, wrong, said, twice=twice, noted=[("vorgang.created", None)]):
            place = {"above": over, "akte": inside, "oe": inside.oe, "ebene": (over or inside).ebene + 1}
            rang = least if rang is None else rang
            self.add(Knoten(path="vorgaenge", id=made["id"], titel="Vorgang", rang=rang, position=position, **place))

    @rule()
    def file_antrag(self) -> None:
        """An Antrag of office 32 becomes an Akte, a Vorgang and a Dokument, all with numbers."""
        vorgang_id = self.world.submit()
        said = self.world.call("GET", f"vorgaenge/{vorgang_id}?expand=dokumente", "chefin-00").json()
        oe = self.world.plan["32.20"]
        akte_said = self.world.call("GET", f"akten/{said['akte_id']}", "chefin-00").json()
        facts: dict[str, Any] = {"oe": oe, "of_antrag": True}
        akte = Knoten(path="akten", id=said["akte_id"], ebene=1, titel=akte_said["titel"], plan="32.20", **facts)
        vorgang = Knoten(path="vorgaenge", id=vorgang_id, ebene=2, titel=said["betreff"], akte=akte, **facts)
        akte.status, vorgang.status = "in_bearbeitung", "offen"
        self.add(akte)
        self.add(vorgang)
        self.number(akte, akte_said["aktenzeichen"], [])
        self.number(vorgang, said["aktenzeichen"], [akte])
        [one] = said["dokumente"]["items"]
        content = self.world.call("GET", f"dokumente/{one['id']}/inhalt", "chefin-00").content
        version = Version(content=content, name=one["dateiname"], by=None)
        self.add_dokument(Dokument(id=one["id"], vorgang=vorgang, oe=oe, rang=0, nummer=0, versions=[version]))
        self.number(self.dokumente[-1], one["aktenzeichen"], [vorgang])
        # What filing leaves in the Protokoll is told elsewhere.
        self.noted = None

    @precondition(lambda self: self.akten)
    @rule(who=WHO, which=ANY, match=MATCH, twice=KEY)
    def register(self, who: str, which: int, match: str, twice: bool) -> None:
        one = self.likely(self.knoten, which, lambda one: one.status == "entwurf")
        wrong = self.unless(one.status == "entwurf") | if_any(one.holders, "entwurf", "zda")
        right, noted = "register" if one.plan else "write", [(f"{one.art}.registered", one.id)]
        if made := self.act_on(one, "register", who, right, match, wrong, twice=twice, noted=noted):
            one.status = "registriert" if one.plan else "offen"
            self.number(one, made["aktenzeichen"], one.holders)
            self.take_up(one.akte or one.above)

    @precondition(lambda self: self.akten)
    @rule(who=WHO, which=ANY, match=MATCH, twice=KEY)
    def close(self, who: str, which: int, match: str, twice: bool) -> None:
        one = self.likely(self.knoten, which, self.is_closable)
        inside = [below for below in self.knoten if one in below.holders and not below.gone]
        wrong = if_any([one], "entwurf", "zda") | self.unless(all(below.status == "zda" for below in inside))
        wrong |= self.unless(bool(one.plan) or not one.of_antrag)
        noted = [(f"{one.art}.closed", one.id)]
        if self.act_on(one, "close", who, "register", match, wrong, twice=twice, noted=noted):
            one.status = "zda"

    @precondition(lambda self: any(one.status == "zda" for one in self.knoten))
    @rule(who=WHO, which=ANY, match=MATCH, twice=KEY)
    def reopen(self, who: str, which: int, match: str, twice: bool) -> None:
        one = self.likely(self.knoten, which, lambda one: one.status == "zda")
        wrong = self.unless(one.status == "zda") | if_any(one.holders, "zda")
        said, noted = {"grund": "Nachtrag"}, [(f"{one.art}.reopened", one.id)]
        if self.act_on(one, "reopen", who, "register", match, wrong, body=said, twice=twice, noted=noted):
            one.status = "in_bearbeitung" if one.plan else "offen"

    @precondition(lambda self: self.akten)
    @rule(who=WHO, which=ANY, titel=st.sampled_from(["Neu", "Anders"]), fremde=st.none() | FREMDE, match=MATCH)
    def rename(self, who: str, which: int, titel: str, fremde: list[str] | None, match: str) -> None:
        one = self.one_to_change(which)
        said = {"titel" if one.plan else "betreff": titel} | (
            {} if fremde is None else {"fremde_geschaeftszeichen": fremde}
        )
        changes = [one.titel != titel, fremde not in (None, one.fremde)]
        noted = [(f"{one.art}.changed", one.id)] * sum(changes)
        options: dict[str, Any] = {"body": said, "method": "PATCH", "noted": noted}
        if self.act_on(one, "", who, "write", match, if_any([one], "zda"), **options):
            one.titel, one.fremde = titel, one.fremde if fremde is None else fremde

    @precondition(lambda self: self.akten)
    @rule(who=WHO, which=ANY, position=POSITION, match=MATCH)
    def renumber(self, who: str, which: int, position: int | None, match: str) -> None:
        one = self.one_to_change(which)
        siblings = [other for other in self.siblings(one.akte, one.above) if other is not one]
        wrong = self.wrong_number(siblings, position, one.above or one.akte) if position != one.position else set()
        noted = [(f"{one.art}.changed", one.id)] * (position != one.position)
        options: dict[str, Any] = {"body": {"position": position}, "method": "PATCH", "noted": noted}
        if self.act_on(one, "", who, "write", match, wrong | if_any([one], "zda"), **options):
            one.position = position

    @precondition(lambda self: self.akten)
    @rule(who=WHO, which=ANY, rang=st.integers(0, 2), match=MATCH)
    def protect(self, who: str, which: int, rang: int, match: str) -> None:
        one = self.one_to_change(which)
        above = one.above or one.akte
        raised = [low for low in self.with_dokumente([one, *self.below(one)]) if low.rang < rang and low is not one]
        raised = [one, *raised] if rang > one.rang else [one] * (rang < one.rang)
        wrong = if_any([one], "zda") | self.unless(rang >= one.rang or above is None or rang >= above.rang)
        if not wrong and not PEOPLE[who].may("write", one.oe, rang):
            wrong = {403}
        options: dict[str, Any] = {"body": {"vertraulichkeit": RANKS[rang]}, "method": "PATCH"}
        options["noted"] = [(f"{low.art}.changed", low.id) for low in raised]
        if self.act_on(one, "", who, "write", match, wrong, **options):
            for low in raised:
                low.rang = rang

    @precondition(lambda self: any(one.status == "zda" for one in self.knoten))
    @rule(which=ANY, titel=st.sampled_from(["Neu", "Anders", "Dritter"]))
    def touch_what_is_closed(self, which: int, titel: str) -> None:
        """Whatever one tries with it, it stays as it is."""
        one = self.one([one for one in self.knoten if one.status == "zda"], which)
        noun, path = ("titel" if one.plan else "betreff"), f"{one.path}/{one.id}"
        person = {"rolle": "sonstige", "art": "organisation", "name": "Beispiel GmbH"}
        inside: dict[str, Any] = {"akte_id": (one.akte or one).id, "betreff": "Vorgang"}
        tries: list[tuple[str, str, Any]] = [
            ("PATCH", path, {noun: titel}),
            ("PATCH", path, {"fremde_geschaeftszeichen": [titel]}),
            ("POST", f"{path}/close", None),
            ("POST", f"{path}/register", None),
            ("POST", f"{path}/beteiligte", person),
            ("POST", "vorgaenge", inside | ({} if one.plan else {"uebergeordnet_id": one.id})),
        ]
        for method, where, said in tries:
            self.act(where, "chefin-00", {409}, said, method=method)
        if not one.plan:
            files = {"datei": ("Datei.bin", b"zu spaet")}
            self.act(f"{path}/dokumente", "chefin-00", {409}, files=files)

    @precondition(lambda self: self.akten)
    @rule(who=WHO, which=ANY)
    def change_a_number(self, who: str, which: int) -> None:
        one = self.one(self.knoten, which)
        self.act(f"{one.path}/{one.id}", who, {403, 422}, {"aktenzeichen": "32.20#99999"}, method="PATCH")

    @precondition(lambda self: any(one.status == "entwurf" and not one.gone for one in self.akten))
    @rule(who=WHO, akte=ONE, match=MATCH)
    def delete_akte(self, who: str, akte: int, match: str) -> None:
        full = {holder.id for below in self.knoten if not below.gone for holder in below.holders}
        # As often one in which something lies: of the drafts most are empty.
        one = self.likely(self.akten, akte, lambda one: one.status == "entwurf" and (one.id in full) == bool(akte % 2))
        wrong = self.unless(one.status == "entwurf" and one.id not in full)
        options: dict[str, Any] = {"method": "DELETE", "noted": [("akte.deleted", one.id)]}
        if self.act_on(one, "", who, "register", match, wrong, **options) is not None:
            self.vanish(one, "akte")
            for beteiligter in self.beteiligte:
                if beteiligter.von is one and not beteiligter.gone:
                    self.vanish(beteiligter, "beteiligter")

    # Places and offices.

    @precondition(lambda self: self.akten)
    @rule(who=WHO, akte=ONE, plan=PLAN, oe=NAMED, above=MAYBE, position=POSITION, match=MATCH, twice=KEY)
    def move_akte(self, *, who: str, akte: int, plan: str, oe: str | None, above: int | None, **more: Any) -> None:
        moved, over = self.one(self.akten, akte), self.one(self.akten, above)
        plan = over.plan or plan if over and akte % 2 else plan
        below, position = self.below(moved), more["position"]
        wrong = self.wrong_plan(plan) | if_any([moved], "zda") | ({404} if oe == "99" else set())
        wrong |= self.unless((plan, over) != (moved.plan, moved.above) and over not in [moved, *below])
        office = oe or self.world.plan.get(plan) or ""
        if over is not None:
            wrong |= self.wrong_above(who, "register", over) | self.unless(over.plan == plan)
            wrong |= if_any([over], "entwurf") if moved.status != "entwurf" else set()
            office = over.oe
        elif not PEOPLE[who].may("register", office, moved.rang):
            wrong |= {403}
        siblings = [one for one in self.siblings(None, over) if one is not moved]
        sinks = (over.ebene + 1 if over else 1) - moved.ebene
        wrong |= self.wrong_number(siblings, position, over) | self.too_deep(sinks, [moved, *below])
        said = {"aktenplaneinheit": plan, "organisationseinheit": oe, "uebergeordnet_id": over and over.id}
        said |= {"position": position, "grund": "Falsch abgelegt"}
        options: dict[str, Any] = {"body": said, "twice": more["twice"], "noted": self.moves(moved, below)}
        if made := self.act_on(moved, "move", who, "register", more["match"], wrong, **options):
            moved.above = over
            for one in (moved, *below):
                one.plan = plan if one.plan else None
            moved.position = position
            self.moved(moved, below, sinks, office, max(moved.rang, over.rang if over else 0), made["aktenzeichen"])

    @precondition(lambda self: self.vorgaenge)
    @rule(who=WHO, vorgang=ONE, akte=ONE, above=MAYBE, position=POSITION, match=MATCH, twice=KEY)
    def move_vorgang(self, *, who: str, vorgang: int, akte: int, above: int | None, **more: Any) -> None:
        moved = self.likely(self.vorgaenge, vorgang, lambda one: one.status not in {"entwurf", "zda"})
        inside, over = self.a_place(akte, above)
        below, position = self.below(moved), more["position"]
        sinks = (over or inside).ebene + 1 - moved.ebene
        wrong = self.wrong_above(who, "register", over, inside) | if_any([moved], "zda")
        wrong |= self.unless((inside, over) != (moved.akte, moved.above) and over not in [moved, *below])
        wrong |= self.unless(over is None or over.akte is inside) | self.too_deep(sinks, [moved, *below])
        wrong |= if_any([inside, over], "entwurf") if moved.status != "entwurf" else set()
        siblings = [one for one in self.siblings(inside, over) if one is not moved]
        wrong |= self.wrong_number(siblings, position, inside)
        said = {"akte_id": inside.id, "uebergeordnet_id": over and over.id, "position": position, "grund": "Falsch"}
        options: dict[str, Any] = {"body": said, "twice": more["twice"], "noted": self.moves(moved, below)}
        if made := self.act_on(moved, "move", who, "register", more["match"], wrong, **options):
            moved.above, moved.position = over, position
            for one in (moved, *below):
                one.akte = inside
            rang = max(moved.rang, (over or inside).rang)
            self.moved(moved, below, sinks, (over or inside).oe, rang, made["aktenzeichen"])

    @precondition(lambda self: self.akten)
    @rule(who=WHO, akte=ONE, oe=st.sampled_from(["32", "50", "56", "99"]), match=MATCH)
    def hand_over(self, who: str, akte: int, oe: str, match: str) -> None:
        given = self.one(self.akten, akte)
        # Given before, it changes nothing: a Teilakte may be with another office.
        is_new = given.oe != oe
        said, noted = {"organisationseinheit": oe, "grund": "Absprache"}, [("akte.handed_over", given.id)] * is_new
        wrong = {404, 409} if oe == "99" else set()
        if self.act_on(given, "handover", who, "hand_over", match, wrong, body=said, noted=noted) and is_new:
            for one in self.with_dokumente([given, *self.below(given)]):
                one.oe = oe

    @rule(plan=st.sampled_from(["32.20", "50.20", "56.20"]), oe=OE)
    def reorganise(self, plan: str, oe: str) -> None:
        before = self.give(plan, oe)
        for akte in self.akten:
            for one in self.with_dokumente([akte, *(one for one in self.vorgaenge if one.akte is akte)]):
                if akte.plan == plan and one.oe == before:
                    one.oe = oe

    @rule(minutes=st.sampled_from([1, 7, 7, 31, 31, 24 * 60, UPLOAD_MINUTES, PAPIERKORB_MINUTES + 1]))
    def wait(self, minutes: int) -> None:
        self.world.advance(minutes * 60)
        self.now += minutes
        self.world.reap()
        for dokument in self.dokumente:
            if not dokument.gone and dokument.deleted is not None and dokument.deleted + PAPIERKORB_MINUTES <= self.now:
                self.vanish(dokument, "dokument")
                self.world.rows["dokumentversion"] -= len(dokument.versions)
                self.note("dokument.destroyed", dokument.id, "system")
        for upload in self.uploads:
            upload.gone = upload.gone or upload.ends <= self.now

    # What several of them need.

    def add(self, knoten: Knoten) -> None:
        (self.akten if knoten.plan else self.vorgaenge).append(knoten)
        self.world.rows[knoten.art] += 1

    def add_dokument(self, dokument: Dokument) -> None:
        """Add what was made just now; its place in the Vorgang was never that of another."""
        dokument.nummer = self.world.bestand([dokument.id], self.world.entry).facts[dokument.id][1]
        place = (dokument.vorgang.id, dokument.nummer)
        assert place not in self.world.places
        self.world.places[place] = dokument.id
        self.world.rows["dokument"] += 1
        self.world.rows["dokumentversion"] += len(dokument.versions)
        self.dokumente.append(dokument)

    def a_place(self, akte: int, above: int | None) -> tuple[Knoten, Knoten | None]:
        """Return an Akte and perhaps a Vorgang, half of the time one in it."""
        over = self.one(self.vorgaenge, above)
        return (over.akte if over and akte % 2 else self.one(self.akten, akte)), over

    def is_closable(self, one: Knoten) -> bool:
        inside = [below.status for below in self.knoten if one in below.holders and not below.gone]
        return one.status not in {"entwurf", "zda"} and set(inside) <= {"zda"}

    def one_to_change(self, which: int) -> Knoten:
        """Return anything, every third time something that is zdA."""
        closed = [one for one in self.knoten if one.status == "zda"]
        return self.one(closed if closed and which % 3 == 0 else self.knoten, which)

    def siblings(self, akte: Knoten | None, above: Knoten | None) -> list[Knoten]:
        if akte is None:
            return [one for one in self.akten if above and one.above is above and not one.gone]
        return [one for one in self.vorgaenge if one.akte is akte and one.above is above]

    def wrong_number(self, siblings: list[Knoten], position: int | None, holder: Knoten | None) -> set[int]:
        if holder is None:
            return self.unless(position is None)
        return self.wrong_position(siblings, position)

    def wrong_above(self, who: str, right: str, *above: Knoten | None) -> set[int]:
        deepest = next(one for one in above if one is not None)
        wrong = self.reach(who, right, *above) | if_any(above, "zda")
        return wrong | self.unless(deepest.ebene < MAX_EBENEN)

    def too_deep(self, sinks: int, tree: list[Knoten]) -> set[int]:
        return self.unless(all(one.ebene + sinks <= MAX_EBENEN for one in tree))

    def moves(self, moved: Knoten, below: list[Knoten]) -> list[tuple[str, str | None]]:
        """Return what an Umzug leaves in the Protokoll."""
        along = [one for one in self.with_dokumente([moved, *below]) if one.zeichen and moved.zeichen]
        return [(f"{moved.art}.moved", moved.id), *((f"{one.art}.renumbered", one.id) for one in along)]

    def moved(self, knoten: Knoten, below: list[Knoten], sinks: int, oe: str, rang: int, zeichen: str | None) -> None:
        """Have all that lies in it go along, with numbers that nobody had before."""
        before = knoten.zeichen or ""
        assert (zeichen is None) == (knoten.zeichen is None)
        for one in self.with_dokumente([knoten, *below]):
            one.oe, one.rang = oe, max(one.rang, rang)
            if isinstance(one, Knoten):
                one.ebene += sinks
            if one.zeichen and zeichen:
                if isinstance(one, Knoten):
                    one.alte = [*one.alte, one.zeichen]
                self.number(one, zeichen + one.zeichen.removeprefix(before), [])
        if knoten.zeichen:
            self.take_up(knoten.akte or knoten.above)
