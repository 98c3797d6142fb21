"""An Aktenplan that comes as rows: what it would change, or everything that is wrong with it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from dms_kit.core.errors import DmsError
from dms_kit.core.ids import new_id
from dms_records.domain.aktenplan import MAX_DEPTH, AktenplanNachbarn, check_einheit, check_open, check_parent
from dms_records.domain.aktenplaneinheit import Aktenplaneinheit

NEU = "neu"
GEAENDERT = "geaendert"
_BY_KEY = frozenset({"uebergeordnet", "organisationseinheit"})


@dataclass(frozen=True, kw_only=True)
class AktenplanZeile:
    """
    One row of a file: its number there, and what it says of the unit with its key.

    By the names of the domain, but `uebergeordnet` and `organisationseinheit` by their keys; what is not named stays.
    """

    zeile: int
    schluessel: str
    angaben: Mapping[str, Any]


@dataclass(frozen=True)
class AktenplanFehler:
    """What is wrong with a field of a row, in German."""

    zeile: int
    feld: str
    detail: str


@dataclass(frozen=True, kw_only=True)
class AktenplanUnterschied:
    """A unit that is new or becomes different; `felder` are the names that differ with their old and new values."""

    zeile: int
    einheit: Aktenplaneinheit
    art: str
    felder: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class AktenplanBestand:
    """What there is: the units of the plan, the offices by key, and first and last day of the Akten of units."""

    einheiten: Sequence[Aktenplaneinheit]
    organisationseinheiten: Mapping[str, UUID]
    akten: Mapping[UUID, tuple[date, date]]


class AktenplanImport:
    """The plan as it would be with the rows; `fehler` is empty when it may be saved, `unterschiede` says what to."""

    def __init__(self, zeilen: Sequence[AktenplanZeile], bestand: AktenplanBestand, today: date) -> None:
        self.fehler: list[AktenplanFehler] = []
        self.unterschiede: list[AktenplanUnterschied] = []
        self._bestand = bestand
        self._today = today
        self._by_key = {einheit.schluessel: einheit for einheit in bestand.einheiten}
        self._place: dict[UUID, int] = {}
        self._moved: set[UUID] = set()
        counted = Counter(zeile.schluessel for zeile in zeilen)
        doubles = {schluessel for schluessel, count in counted.items() if count > 1}
        known = set(self._by_key)
        for zeile in zeilen:
            if zeile.schluessel in doubles:
                self._refuse(zeile.zeile, "schluessel", f"Der Schlüssel {zeile.schluessel} kommt mehrfach vor.")
            elif zeile.schluessel not in known:
                self._by_key[zeile.schluessel] = self._new(zeile)
        for zeile in zeilen:
            if zeile.schluessel not in doubles:
                self._take(zeile, is_new=zeile.schluessel not in known)
        if not self.fehler:
            self._check_all()

    @property
    def keys(self) -> Mapping[UUID, str]:
        """Return the keys of all units and offices by their ids."""
        offices = {office: schluessel for schluessel, office in self._bestand.organisationseinheiten.items()}
        return {**offices, **{einheit.id: schluessel for schluessel, einheit in self._by_key.items()}}

    def _new(self, zeile: AktenplanZeile) -> Aktenplaneinheit:
        facts = {"gueltig_von": self._today, **zeile.angaben}
        facts = {name: value for name, value in facts.items() if name not in _BY_KEY}
        mandant = self._bestand.einheiten[0].mandant if self._bestand.einheiten else ""
        return Aktenplaneinheit(
            mandant=mandant, id=new_id(), schluessel=zeile.schluessel, uebergeordnet_id=None, **facts
        )

    def _take(self, zeile: AktenplanZeile, *, is_new: bool) -> None:
        einheit = self._by_key[zeile.schluessel]
        facts = {name: value for name, value in zeile.angaben.items() if name not in _BY_KEY}
        if "uebergeordnet" in zeile.angaben:
            facts["uebergeordnet_id"] = self._parent(zeile, zeile.angaben["uebergeordnet"])
        if "organisationseinheit" in zeile.angaben:
            facts["organisationseinheit_id"] = self._office(zeile, zeile.angaben["organisationseinheit"])
        felder = {name: (getattr(einheit, name), value) for name, value in facts.items()}
        felder = {name: (old, new) for name, (old, new) in felder.items() if old != new}
        self._place[einheit.id] = zeile.zeile
        if is_new or "uebergeordnet_id" in felder:
            self._moved.add(einheit.id)
        if is_new:
            self.unterschiede.append(AktenplanUnterschied(zeile=zeile.zeile, einheit=einheit, art=NEU))
        elif felder:
            self._try(zeile.zeile, "schluessel", lambda: check_open(einheit, self._today))
            difference = AktenplanUnterschied(zeile=zeile.zeile, einheit=einheit, art=GEAENDERT, felder=felder)
            self.unterschiede.append(difference)
        for name, (_, new) in felder.items():
            setattr(einheit, name, new)

    def _parent(self, zeile: AktenplanZeile, key: str | None) -> UUID | None:
        above = None if key is None else self._by_key.get(key)
        if key is not None and above is None:
            self._refuse(zeile.zeile, "uebergeordnet", f"Die Aktenplaneinheit {key} gibt es nicht.")
        return None if above is None else above.id

    def _office(self, zeile: AktenplanZeile, key: str | None) -> UUID | None:
        office = None if key is None else self._bestand.organisationseinheiten.get(key)
        if key is not None and office is None:
            self._refuse(zeile.zeile, "organisationseinheit", f"Die Organisationseinheit {key} gibt es nicht.")
        return office

    def _check_all(self) -> None:
        units = {einheit.id: einheit for einheit in self._by_key.values()}
        below: dict[UUID | None, list[Aktenplaneinheit]] = {}
        for einheit in units.values():
            below.setdefault(einheit.uebergeordnet_id, []).append(einheit)
        for einheit in units.values():
            above = list(_above(einheit, units))
            # What no row touches may suffer from what one does: the nearest row above it has to answer.
            place = next((self._place[unit.id] for unit in [einheit, *above] if unit.id in self._place), None)
            if place is not None:
                self._check(einheit, above, below.get(einheit.id, ()), place)

    def _check(
        self,
        einheit: Aktenplaneinheit,
        above: Sequence[Aktenplaneinheit],
        below: Sequence[Aktenplaneinheit],
        place: int,
    ) -> None:
        first, last = self._bestand.akten.get(einheit.id, (None, None))
        nachbarn = AktenplanNachbarn(above=above, unterbaum=below, erste_akte=first, letzte_akte=last)
        self._try(place, "uebergeordnet", lambda: check_einheit(einheit, nachbarn))
        if einheit.id in self._moved and not einheit.stillgelegt:
            self._try(place, "uebergeordnet", lambda: check_parent(self._closed_before(above), self._today))

    def _closed_before(self, above: Sequence[Aktenplaneinheit]) -> Sequence[Aktenplaneinheit]:
        # A whole plan may bring its closed units along; only into what was there before nothing new comes.
        return [unit for unit in above if unit.id not in self._moved]

    def _try(self, zeile: int, feld: str, check: Any) -> None:
        try:
            check()
        except DmsError as error:
            pointers = [fault.pointer.removeprefix("/") for fault in error.errors] or [feld]
            self._refuse(zeile, pointers[0], error.detail)

    def _refuse(self, zeile: int, feld: str, detail: str) -> None:
        self.fehler.append(AktenplanFehler(zeile, feld, detail))


def _above(einheit: Aktenplaneinheit, units: Mapping[UUID, Aktenplaneinheit]) -> Iterator[Aktenplaneinheit]:
    # No further than the check looks: in a circle the unit itself comes again, a longer chain is too deep anyway.
    unit, steps = einheit, 0
    while unit.uebergeordnet_id is not None and steps < MAX_DEPTH + 1:
        unit, steps = units[unit.uebergeordnet_id], steps + 1
        yield unit
