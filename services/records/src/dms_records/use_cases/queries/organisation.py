"""Rows of offices, of who is responsible for what, and of their history."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from dms_records.domain.organisationseinheit import Organisationseinheit
from dms_records.use_cases.queries.paging import Paging, Rows


@dataclass(frozen=True, kw_only=True)
class OrganisationseinheitRow:
    """An office; `uebergeordnet` is the key of the one above."""

    id: UUID
    version: int
    schluessel: str
    name: str
    uebergeordnet: str | None
    gueltig_von: date
    gueltig_bis: date | None

    @classmethod
    def of(cls, office: Organisationseinheit, uebergeordnet: str | None) -> "OrganisationseinheitRow":
        """Return the row of an office that was just written."""
        return cls(
            id=office.id,
            version=office.version,
            schluessel=office.schluessel,
            name=office.name,
            uebergeordnet=uebergeordnet,
            gueltig_von=office.gueltig_von,
            gueltig_bis=office.gueltig_bis,
        )


@dataclass(frozen=True, kw_only=True)
class OrganisationseinheitFilter:
    """Filters of offices: directly below one, existing on a day, a part of the name; None filters nothing."""

    uebergeordnet: str | None = None
    gueltig_am: date | None = None
    stichwort: str | None = None


@dataclass(frozen=True, kw_only=True)
class OrganisationseinheitHistorieRow:
    """A state of an office, the current one among them; `reorganisation_id` names what ended it."""

    id: UUID
    stand: int
    name: str
    uebergeordnet: str | None
    gueltig_von: date
    gueltig_bis: date | None
    reorganisation_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class ZustaendigkeitRow:
    """Which office is responsible for what is filed under a plan unit, both by their keys."""

    id: UUID
    version: int
    aktenplaneinheit: str
    organisationseinheit: str
    aufnehmend: bool
    gueltig_von: date
    gueltig_bis: date | None


@dataclass(frozen=True, kw_only=True)
class ZustaendigkeitFilter:
    """Filters of Zuständigkeiten: by keys, whether they take new files, holding on a day; None filters nothing."""

    aktenplaneinheit: str | None = None
    organisationseinheit: str | None = None
    aufnehmend: bool | None = None
    gueltig_am: date | None = None


@dataclass(frozen=True, kw_only=True)
class ZustaendigkeitHistorieRow:
    """Which office was responsible from when until when, the current one among them."""

    id: UUID
    stand: int
    organisationseinheit: str
    gueltig_von: date
    gueltig_bis: date | None
    reorganisation_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class ReorganisationRow:
    """A reorganisation; `schritte` and `ergebnis` are JSON."""

    id: UUID
    wirksam_ab: date
    grund: str
    durchgefuehrt_am: datetime
    schritte: str
    ergebnis: str


class OrganisationQueries(Protocol):
    """Reads of the organisation, which is no secret within its Mandant."""

    async def organisationseinheiten(
        self, filters: OrganisationseinheitFilter, paging: Paging
    ) -> Rows[OrganisationseinheitRow]:
        """Return a page of the offices."""
        ...

    async def organisationseinheit(self, organisationseinheit_id: UUID) -> OrganisationseinheitRow | None:
        """Return one office."""
        ...

    async def organisationseinheit_historie(
        self, organisationseinheit_id: UUID, paging: Paging
    ) -> Rows[OrganisationseinheitHistorieRow]:
        """Return a page of the states of an office; without any for an unknown one."""
        ...

    async def zustaendigkeiten(self, filters: ZustaendigkeitFilter, paging: Paging) -> Rows[ZustaendigkeitRow]:
        """Return a page of the Zuständigkeiten by the key of their plan unit."""
        ...

    async def zustaendigkeiten_under(self, aktenplaneinheit: str, *, unterbaum: bool) -> frozenset[UUID]:
        """Return the Zuständigkeiten, past ones too, of a unit by its key, and of all units below it."""
        ...

    async def zustaendigkeit_historie(self, zustaendigkeit_id: UUID, paging: Paging) -> Rows[ZustaendigkeitHistorieRow]:
        """Return a page of the offices that a Zuständigkeit had; without any for an unknown one."""
        ...

    async def reorganisationen(self, paging: Paging) -> Rows[ReorganisationRow]:
        """Return a page of the reorganisations by the moment they were carried out."""
        ...

    async def reorganisation(self, reorganisation_id: UUID) -> ReorganisationRow | None:
        """Return one reorganisation."""
        ...
