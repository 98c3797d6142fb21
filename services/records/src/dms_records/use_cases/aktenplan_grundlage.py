"""What an import of the plan is computed from, and whether that still holds when it is saved."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from dms_kit.core.clock import BERLIN
from dms_records.domain.aktenplan_import import NEU, AktenplanBestand, AktenplanImport
from dms_records.use_cases.ports import UnitOfWork

_VALIDITY = frozenset({"gueltig_von", "gueltig_bis"})


@dataclass(frozen=True, kw_only=True)
class AktenplanGrundlage:
    """What there was, and the state of plan and offices at which it was read."""

    bestand: AktenplanBestand
    fassung: tuple[int, ...]


async def read_grundlage(uow: UnitOfWork, today: date) -> AktenplanGrundlage:
    """Read plan, offices and the days of Akten; `fassung` comes first and shows what others change meanwhile."""
    fassung = await uow.aktenplan.fassung()
    offices = {office.schluessel: office.id for office in await uow.organisation.all() if office.is_valid(today)}
    einheiten = await uow.aktenplan.copies()
    days = await _days(uow, [einheit.id for einheit in einheiten])
    bestand = AktenplanBestand(einheiten=einheiten, organisationseinheiten=offices, akten=days)
    return AktenplanGrundlage(bestand=bestand, fassung=fassung)


async def still_holds(uow: UnitOfWork, grundlage: AktenplanGrundlage) -> bool:
    """Say whether nobody changed plan or offices since; the caller holds the lock of the plan."""
    return await uow.aktenplan.fassung() == grundlage.fassung


async def akten_still_fit(uow: UnitOfWork, grundlage: AktenplanGrundlage, result: AktenplanImport) -> bool:
    """
    Say whether the units whose validity changed have no Akten but those that were known.

    Asked once their rows are held: whoever files under one of them waits from then on.
    """
    moved = [row.einheit.id for row in result.unterschiede if row.art != NEU and _VALIDITY & row.felder.keys()]
    known = {unit: days for unit, days in grundlage.bestand.akten.items() if unit in set(moved)} if moved else {}
    return not moved or await _days(uow, moved) == known


async def _days(uow: UnitOfWork, units: Collection[UUID]) -> Mapping[UUID, tuple[date, date]]:
    moments = await uow.aktenplan.akten_between(units)
    return {
        unit: (first.astimezone(BERLIN).date(), last.astimezone(BERLIN).date())
        for unit, (first, last) in moments.items()
    }
