"""The organisation while the steps of a reorganisation are carried out on it, before anything is saved."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from dms_kit.core.ids import new_id
from dms_records.domain.ablageregel import Ablageregel
from dms_records.domain.aktenplaneinheit import Aktenplaneinheit
from dms_records.domain.organisation_errors import (
    OrganisationseinheitClosedError,
    OrganisationseinheitExistsError,
    OrganisationseinheitOccupiedError,
    OrganisationseinheitOverlapError,
    OrganisationseinheitUnknownError,
)
from dms_records.domain.organisationseinheit import (
    Organisationseinheit,
    OrganisationseinheitBelegung,
    OrganisationseinheitHistorie,
    check_place,
)
from dms_records.domain.reorganisation import (
    ReorganisationClose,
    ReorganisationCreate,
    ReorganisationMerge,
    ReorganisationMove,
    ReorganisationRename,
    ReorganisationSchritt,
    ReorganisationSplit,
)
from dms_records.domain.reorganisation_errors import (
    AktenplaneinheitUnknownError,
    ReorganisationForeignError,
    ReorganisationIncompleteError,
)
from dms_records.domain.zustaendigkeit import Zustaendigkeit, ZustaendigkeitHistorie

Objekt = Zustaendigkeit | Aktenplaneinheit | Ablageregel
Target = Callable[[Aktenplaneinheit], Organisationseinheit | None]


@dataclass(frozen=True, kw_only=True)
class ReorganisationAenderung:
    """That something which belonged to one office belongs to another, both by their keys."""

    objekt: Objekt
    von: str
    nach: str


@dataclass(eq=False, kw_only=True)
class ReorganisationStand:
    """
    Everything that a reorganisation may touch, which never includes an Akte.

    Offices, units, rules and Zuständigkeiten are changed in place; `aenderungen`, `historie` and `aktionen` (of the
    offices, by key) say what there is to save and to tell.
    """

    mandant: str
    reorganisation_id: UUID
    wirksam_ab: date
    organisationseinheiten: Sequence[Organisationseinheit]
    aktenplan: Sequence[Aktenplaneinheit]
    regeln: Sequence[Ablageregel]
    zustaendigkeiten: Sequence[Zustaendigkeit]
    aenderungen: list[ReorganisationAenderung] = field(default_factory=list)
    historie: list[OrganisationseinheitHistorie | ZustaendigkeitHistorie] = field(default_factory=list)
    aktionen: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._offices = {office.schluessel: office for office in self.organisationseinheiten}
        self._units = {unit.id: unit for unit in self.aktenplan}
        self._by_key = {unit.schluessel: unit for unit in self.aktenplan}
        self._taking = {
            (row.aktenplaneinheit_id, row.organisationseinheit_id) for row in self.zustaendigkeiten if row.aufnehmend
        }
        # An office gives away what it had before all steps, or their order would decide what they mean.
        self._before = {unit.id: unit.organisationseinheit_id for unit in self.aktenplan}
        self._given: set[UUID] = set()

    def touched(self) -> Sequence[Organisationseinheit]:
        """Return the offices that were created, changed or closed."""
        return [self._offices[schluessel] for schluessel in self.aktionen]

    def changed_zustaendigkeiten(self) -> Sequence[Zustaendigkeit]:
        """Return the Zuständigkeiten that got another office."""
        return [row.objekt for row in self.aenderungen if isinstance(row.objekt, Zustaendigkeit)]

    def changed_units(self) -> Sequence[Aktenplaneinheit]:
        """Return the units of the plan that got another office."""
        return [row.objekt for row in self.aenderungen if isinstance(row.objekt, Aktenplaneinheit)]

    def check_units(self, seit: Mapping[UUID, date]) -> None:
        """Refuse a day before the one from which the Stand of a unit holds: two would hold on the same day."""
        for unit in self.changed_units():
            if self.wirksam_ab < seit.get(unit.id, self.wirksam_ab):
                raise OrganisationseinheitOverlapError.of(f"Aktenplaneinheit {unit.schluessel}", seit[unit.id])

    def carry_out(self, schritt: ReorganisationSchritt) -> None:
        """Carry out one step, or refuse it."""
        match schritt:
            case ReorganisationCreate():
                self._create(schritt)
            case ReorganisationMerge():
                self._merge(schritt)
            case ReorganisationSplit():
                self._split(schritt)
            case ReorganisationMove():
                office = self._open(schritt.organisationseinheit)
                above = None if schritt.uebergeordnet is None else self._open(schritt.uebergeordnet)
                self._change(office, above=above.id if above else None, aktion="moved")
            case ReorganisationRename():
                office = self._open(schritt.organisationseinheit)
                self._change(office, above=office.uebergeordnet_id, name=schritt.name, aktion="renamed")
            case ReorganisationClose():
                self._close(self._open(schritt.organisationseinheit))

    def check(self) -> None:
        """Refuse a result in which something hangs on an office that ends; of each pair one row takes new files."""
        self._settle()
        for schluessel, aktionen in self.aktionen.items():
            if "closed" in aktionen and (belegung := self._belegung(self._offices[schluessel].id)):
                raise OrganisationseinheitOccupiedError.of(schluessel, belegung)

    def _settle(self) -> None:
        # A row that came to a pair whose taking row then left: now it is the one.
        for row in self.changed_zustaendigkeiten():
            pair = (row.aktenplaneinheit_id, row.organisationseinheit_id)
            row.aufnehmend = row.aufnehmend or pair not in self._taking
            self._taking.add(pair)

    def _create(self, schritt: ReorganisationCreate) -> None:
        if schritt.schluessel in self._offices:
            raise OrganisationseinheitExistsError.of(schritt.schluessel)
        above = None if schritt.uebergeordnet is None else self._open(schritt.uebergeordnet)
        self._offices[schritt.schluessel] = Organisationseinheit(
            mandant=self.mandant,
            id=new_id(),
            schluessel=schritt.schluessel,
            name=schritt.name,
            uebergeordnet_id=above.id if above else None,
            gueltig_von=self.wirksam_ab,
        )
        self._note(schritt.schluessel, "created")

    def _merge(self, schritt: ReorganisationMerge) -> None:
        nach = self._open(schritt.nach)
        sources = [self._open(schluessel) for schluessel in schritt.von]
        for von in sources:
            self._give(von, lambda _unit: nach)
            for child in self._below(von):
                if child not in sources:
                    # An office that takes over the one above it takes its place.
                    above = self._above(von, sources) if child is nach else nach.id
                    self._change(child, above=above, aktion="moved")
        for von in sources:
            self._close(von)

    def _split(self, schritt: ReorganisationSplit) -> None:
        von = self._open(schritt.von)
        rest = None if schritt.rest is None else self._open(schritt.rest)
        named: dict[UUID, Organisationseinheit] = {}
        for teil in schritt.teile:
            nach = self._open(teil.nach)
            for schluessel in teil.aktenplaneinheiten:
                if schluessel not in self._by_key:
                    raise AktenplaneinheitUnknownError.of(schluessel)
                named[self._by_key[schluessel].id] = nach
        before = len(self.aenderungen)
        for unit_id, nach in named.items():
            unit = self._units[unit_id]
            if unit.organisationseinheit_id is None and self._office_of(unit) == von.id:
                self._assign(unit, von, nach)
        left = self._give(von, lambda unit: next((named[u.id] for u in self._path(unit) if u.id in named), rest))
        self._check_named(von, named, self.aenderungen[before:])
        if schritt.bleibt:
            return
        if left:
            raise ReorganisationIncompleteError.of(von.schluessel, left)
        self._close(von)

    def _give(self, von: Organisationseinheit, target: Target) -> set[str]:
        """Give away what the target says of an office; return the keys of the units that it says nothing of."""
        left: set[str] = set()
        # A row that takes new files goes first, so that it still does where it comes to.
        rows = sorted(self.zustaendigkeiten, key=lambda row: not row.aufnehmend)
        objekte: list[Objekt] = [*rows, *self.aktenplan, *self.regeln]
        for objekt in objekte:
            if objekt.organisationseinheit_id != von.id or objekt.id in self._given:
                continue
            unit = self._unit_of(objekt)
            nach = target(unit)
            if nach is None:
                left.add(unit.schluessel)
            else:
                self._assign(objekt, von, nach)
        return left

    def _unit_of(self, objekt: Objekt) -> Aktenplaneinheit:
        return objekt if isinstance(objekt, Aktenplaneinheit) else self._units[objekt.aktenplaneinheit_id]

    def _assign(
        self,
        objekt: Objekt,
        von: Organisationseinheit,
        nach: Organisationseinheit,
    ) -> None:
        if isinstance(objekt, Zustaendigkeit):
            self._reassign(objekt, nach)
        objekt.organisationseinheit_id = nach.id
        self._given.add(objekt.id)
        self.aenderungen.append(ReorganisationAenderung(objekt=objekt, von=von.schluessel, nach=nach.schluessel))

    def _reassign(self, row: Zustaendigkeit, nach: Organisationseinheit) -> None:
        if self.wirksam_ab < row.gueltig_von:
            unit = self._units[row.aktenplaneinheit_id].schluessel
            raise OrganisationseinheitOverlapError.of(f"Zuständigkeit für {unit}", row.gueltig_von)
        self.historie.append(row.ended(self.wirksam_ab, self.reorganisation_id))
        if row.aufnehmend:
            self._taking.discard((row.aktenplaneinheit_id, row.organisationseinheit_id))
        pair = (row.aktenplaneinheit_id, nach.id)
        row.aufnehmend = pair not in self._taking
        self._taking.add(pair)
        row.gueltig_von = self.wirksam_ab

    def _change(
        self, office: Organisationseinheit, *, above: UUID | None, name: str | None = None, aktion: str
    ) -> None:
        check_place(office, above, self._offices.values())
        ended = office.change(
            name=name or office.name,
            uebergeordnet_id=above,
            tag=self.wirksam_ab,
            reorganisation_id=self.reorganisation_id,
        )
        if ended is None:
            return
        # Renamed by one step and moved by a merger of what is above, an office has one state that ends.
        if office.schluessel not in self.aktionen:
            self.historie.append(ended)
        self._note(office.schluessel, aktion)

    def _close(self, office: Organisationseinheit) -> None:
        office.close(self.wirksam_ab)
        self._note(office.schluessel, "closed")

    def _open(self, schluessel: str) -> Organisationseinheit:
        office = self._offices.get(schluessel)
        if office is None:
            raise OrganisationseinheitUnknownError.of(schluessel)
        if office.gueltig_bis is not None or not office.is_valid(self.wirksam_ab):
            raise OrganisationseinheitClosedError.of(schluessel)
        return office

    def _above(self, office: Organisationseinheit, ending: Sequence[Organisationseinheit]) -> UUID | None:
        ended = {row.id: row.uebergeordnet_id for row in ending}
        above = office.uebergeordnet_id
        while above in ended:
            above = ended[above]
        return above

    def _below(self, office: Organisationseinheit) -> list[Organisationseinheit]:
        offices = self._offices.values()
        return [row for row in offices if row.uebergeordnet_id == office.id and row.gueltig_bis is None]

    def _path(self, unit: Aktenplaneinheit) -> Iterable[Aktenplaneinheit]:
        while True:
            yield unit
            if unit.uebergeordnet_id is None:
                return
            unit = self._units[unit.uebergeordnet_id]

    def _office_of(self, unit: Aktenplaneinheit) -> UUID | None:
        own = (self._before[row.id] for row in self._path(unit))
        return next((office_id for office_id in own if office_id is not None), None)

    def _check_named(
        self, von: Organisationseinheit, named: Iterable[UUID], aenderungen: Iterable[ReorganisationAenderung]
    ) -> None:
        given: set[UUID] = set()
        for aenderung in aenderungen:
            given |= {unit.id for unit in self._path(self._unit_of(aenderung.objekt))}
        for unit_id in named:
            if unit_id not in given:
                raise ReorganisationForeignError.of(von.schluessel, self._units[unit_id].schluessel)

    def _belegung(self, office_id: UUID) -> OrganisationseinheitBelegung:
        def count(rows: Iterable[Objekt]) -> int:
            return sum(row.organisationseinheit_id == office_id for row in rows)

        below = [row for row in self._offices.values() if row.uebergeordnet_id == office_id and row.gueltig_bis is None]
        return OrganisationseinheitBelegung(
            organisationseinheiten=len(below),
            zustaendigkeiten=count(self.zustaendigkeiten),
            aktenplaneinheiten=count(self.aktenplan),
            ablageregeln=count(self.regeln),
        )

    def _note(self, schluessel: str, aktion: str) -> None:
        noted = self.aktionen.setdefault(schluessel, [])
        if aktion not in noted:
            noted.append(aktion)
