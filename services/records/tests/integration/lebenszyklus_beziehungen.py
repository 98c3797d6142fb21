"""Acts on what belongs to objects or leads from one to another, and requests that come again."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule
from lebenszyklus_modell import ANY, KEY, MATCH, PEOPLE, WHO, Beziehung, Dokument, Modell, if_any

ROLLE = st.sampled_from(["adressat", "sonstige"])
TYP = st.sampled_from(["bezieht_sich_auf", "ersetzt", "enthaelt"])
PATHS = {"akte": "akten", "vorgang": "vorgaenge", "dokument": "dokumente"}
SAID = ("titel", "betreff", "grund", "dateiname")


class BeziehungRules(Modell):
    """Beteiligte, Verweise, and keys that are used again."""

    @precondition(lambda self: self.akten)
    @rule(who=WHO, which=ANY, rolle=ROLLE, twice=KEY)
    def add_beteiligter(self, who: str, which: int, rolle: str, twice: bool) -> None:
        von = self.one(self.knoten, which)
        wrong = self.reach(who, "write", von) or if_any([von], "zda")
        body, noted = self.said(rolle, "Beispiel GmbH"), [(f"{von.art}.beteiligter_added", von.id)]
        if made := self.act(f"{von.path}/{von.id}/beteiligte", who, wrong, body, twice=twice, noted=noted):
            self.beteiligte.append(Beziehung(id=made["id"], von=von, says=(rolle, "Beispiel GmbH")))
            self.world.rows["beteiligter"] += 1

    @precondition(lambda self: self.beteiligte)
    @rule(who=WHO, which=ANY, rolle=ROLLE, name=st.sampled_from(["Beispiel GmbH", "Muster AG"]), match=MATCH)
    def change_beteiligter(self, who: str, which: int, rolle: str, name: str, match: str) -> None:
        one = self.one(self.beteiligte, which)
        noted = [(f"{one.von.art}.beteiligter_changed", one.von.id)] * (one.says != (rolle, name))
        options: dict[str, Any] = {"body": self.said(rolle, name), "method": "PUT", "noted": noted}
        if self.on_beziehung("beteiligte", one, who, match, **options):
            one.says = (rolle, name)

    @precondition(lambda self: self.beteiligte)
    @rule(who=WHO, which=ANY, match=MATCH)
    def remove_beteiligter(self, who: str, which: int, match: str) -> None:
        one = self.one(self.beteiligte, which)
        noted = [(f"{one.von.art}.beteiligter_removed", one.von.id)]
        if self.on_beziehung("beteiligte", one, who, match, method="DELETE", noted=noted) is not None:
            self.vanish(one, "beteiligter")

    @precondition(lambda self: len(self.objekte) > 1)
    @rule(who=WHO, from_one=ANY, to=ANY, typ=TYP, twice=KEY)
    def add_verweis(self, who: str, from_one: int, to: int, typ: str, twice: bool) -> None:
        von, zu = self.one(self.objekte, from_one), self.one(self.objekte, to)
        wrong = self.wrong_verweis(who, von, zu, typ)
        body = {"typ": typ, "ziel": {"art": zu.art, "id": zu.id}}
        noted = [(f"{von.art}.verweis_added", von.id), ("verweis.added", None)]
        if made := self.act(f"{PATHS[von.art]}/{von.id}/verweise", who, wrong, body, twice=twice, noted=noted):
            self.verweise.append(Beziehung(id=made["id"], von=von, zu=zu, says=(typ,)))
            self.world.rows["verweis"] += 1

    @precondition(lambda self: self.verweise)
    @rule(who=WHO, which=ANY, match=MATCH)
    def remove_verweis(self, who: str, which: int, match: str) -> None:
        one = self.one(self.verweise, which)
        noted = [(f"{one.von.art}.verweis_removed", one.von.id), ("verweis.removed", one.id)]
        if self.on_beziehung("verweise", one, who, match, method="DELETE", noted=noted) is not None:
            self.vanish(one, "verweis")

    # Keys.

    @precondition(lambda self: self.answered)
    @rule(which=st.integers(0, 99))
    def repeat(self, which: int) -> None:
        """Whatever happened since, the answer is the first one, and nothing happens again."""
        self.repeat_of(which % len(self.answered))

    @precondition(lambda self: self.answered)
    @rule(who=WHO, which=st.integers(0, 99))
    def use_a_key_for_something_else(self, who: str, which: int) -> None:
        (method, path, asked), options, _ = self.one(self.answered, which)
        said = next((name for name in SAID if name in options.get("json", {})), None)
        if said is not None:
            options = options | {"json": options["json"] | {said: "Etwas anderes"}}
        elif who == asked:
            return
        answer = self.world.call(method, path, who, **options)
        assert answer.status_code in ({422} if said or who != asked else set()) | self.reach(who, "write"), answer.text

    # What several of them need.

    @staticmethod
    def said(rolle: str, name: str) -> dict[str, str]:
        return {"rolle": rolle, "art": "organisation", "name": name}

    def on_beziehung(self, path: str, one: Beziehung, who: str, match: str, **options: Any) -> Any:
        von = one.von.vorgang if isinstance(one.von, Dokument) else one.von
        wrong = {"old": {412}, "none": {428}}.get(match) or if_any([von], "zda")
        wrong = self.reach(who, "write", one.von) or wrong
        if one.gone or (one.zu is not None and self.unreadable(who, one.von, one.zu)):
            wrong = self.reach(who, "write") or {404}
        return self.act(f"{path}/{one.id}", who, wrong, if_match=self.header(one, match), **options)

    @staticmethod
    def unreadable(who: str, *ends: Any) -> bool:
        return any(
            end.gone
            or (isinstance(end, Dokument) and end.deleted is not None)
            or not PEOPLE[who].may("read", end.oe, end.rang)
            for end in ends
        )

    def wrong_verweis(self, who: str, von: Any, zu: Any, typ: str) -> set[int]:
        reached = self.reach(who, "write", von)
        if reached or self.unreadable(who, zu):
            return reached or {404}
        von_vorgang = von.vorgang if isinstance(von, Dokument) else von
        wrong = if_any([von_vorgang], "zda") | self.unless(von is not zu)
        fits = (von.art, zu.art) == ("vorgang", "dokument") and zu.vorgang is not von
        wrong |= self.unless(typ != "enthaelt" or fits)
        known = [one for one in self.verweise if not one.gone and one.says == (typ,)]
        return wrong | self.unless(all({one.von, one.zu} != {von, zu} for one in known))
