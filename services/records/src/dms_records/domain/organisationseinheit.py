"""The offices of a municipality."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from dms_kit.core.errors import FieldError, InvalidInputError
from dms_kit.core.ids import new_id
from dms_records.domain.organisation_errors import (
    OrganisationseinheitClosedError,
    OrganisationseinheitCycleError,
    OrganisationseinheitOverlapError,
)


@dataclass(eq=False, kw_only=True)
class OrganisationseinheitHistorie:
    """How an office was called and where it stood until `gueltig_bis`, at the version that it then had."""

    mandant: str
    id: UUID
    organisationseinheit_id: UUID
    stand: int
    name: str
    uebergeordnet_id: UUID | None
    gueltig_von: date
    gueltig_bis: date
    reorganisation_id: UUID | None = None


@dataclass(eq=False, kw_only=True)
class Organisationseinheit:
    """
    An office; `gueltig_bis` is the first day on which it no longer exists.

    `stand_von` is the day since when it has its name and place; None: since it exists.
    """

    mandant: str
    id: UUID
    schluessel: str
    name: str
    uebergeordnet_id: UUID | None
    gueltig_von: date
    gueltig_bis: date | None = None
    stand_von: date | None = None
    version: int = 1

    @property
    def seit(self) -> date:
        """Return the day since when the office is as it is."""
        return self.stand_von or self.gueltig_von

    def is_valid(self, today: date) -> bool:
        """Say whether the office exists on that day."""
        return self.gueltig_von <= today and (self.gueltig_bis is None or today < self.gueltig_bis)

    def change(
        self, *, name: str, uebergeordnet_id: UUID | None, tag: date, reorganisation_id: UUID | None = None
    ) -> OrganisationseinheitHistorie | None:
        """Take name and place from a day on; return the state that ended with it, None when nothing differs."""
        if (name, uebergeordnet_id) == (self.name, self.uebergeordnet_id):
            return None
        self._check_open_since(tag)
        ended = OrganisationseinheitHistorie(
            mandant=self.mandant,
            id=new_id(),
            organisationseinheit_id=self.id,
            stand=self.version,
            name=self.name,
            uebergeordnet_id=self.uebergeordnet_id,
            gueltig_von=self.seit,
            gueltig_bis=tag,
            reorganisation_id=reorganisation_id,
        )
        self.name, self.uebergeordnet_id, self.stand_von = name, uebergeordnet_id, tag
        return ended

    def close(self, tag: date) -> None:
        """End the office; the key stays taken."""
        self._check_open_since(tag)
        self.gueltig_bis = tag

    def _check_open_since(self, tag: date) -> None:
        if self.gueltig_bis is not None:
            raise OrganisationseinheitClosedError.of(self.schluessel)
        if tag < self.seit:
            raise OrganisationseinheitOverlapError.of(f"Organisationseinheit {self.schluessel}", self.seit)


@dataclass(frozen=True, kw_only=True)
class OrganisationseinheitBelegung:
    """What still hangs on an office: numbers of open offices below, Zuständigkeiten, plan units and rules."""

    organisationseinheiten: int = 0
    zustaendigkeiten: int = 0
    aktenplaneinheiten: int = 0
    ablageregeln: int = 0

    def __bool__(self) -> bool:
        return any((self.organisationseinheiten, self.zustaendigkeiten, self.aktenplaneinheiten, self.ablageregeln))

    def __str__(self) -> str:
        parts = {
            "untergeordnete Organisationseinheiten": self.organisationseinheiten,
            "Zuständigkeiten": self.zustaendigkeiten,
            "Aktenplaneinheiten": self.aktenplaneinheiten,
            "Ablageregeln": self.ablageregeln,
        }
        return ", ".join(f"{name}: {number}" for name, number in parts.items() if number)


def check_place(office: Organisationseinheit, above: UUID | None, offices: Iterable[Organisationseinheit]) -> None:
    """Raise OrganisationseinheitCycleError when the office would stand below itself."""
    parents = {row.id: row.uebergeordnet_id for row in offices}
    seen: set[UUID] = set()
    while above is not None and above not in seen:
        if above == office.id:
            raise OrganisationseinheitCycleError.of(office.schluessel)
        seen.add(above)
        above = parents.get(above)


def check_wirksam_ab(wirksam_ab: date, today: date) -> None:
    """Refuse a day to come: rights change with the act, not with the calendar."""
    if wirksam_ab > today:
        fault = FieldError(
            "/wirksam_ab",
            "Eine Änderung kann nicht erst an einem künftigen Tag wirksam werden; sie wird an ihm gesendet.",
        )
        raise InvalidInputError(errors=[fault])
