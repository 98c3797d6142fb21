"""The one place where an Akte gets its number."""

from collections.abc import Mapping
from datetime import date

from dms_records.domain.aktenplaneinheit import Aktenplanstelle
from dms_records.domain.aktenzeichen import AktenzeichenStelle
from dms_records.use_cases.ports import UnitOfWork


async def give_aktenzeichen(uow: UnitOfWork, stelle: Aktenplanstelle, *, tag: date) -> str:
    """
    Return the next Aktenzeichen of a plan unit by its template; never one that was given before (rule of the trade).

    It holds the counter of this unit, and of no other, until the transaction ends: call it last before the commit; what
    waits to be written is sent first. A number whose Aktenzeichen stands already, from another template, is passed
    over.
    """
    vorlage, schriftgut = stelle.vorlage, uow.schriftgut
    facts = AktenzeichenStelle(plan=stelle.einheit.schluessel, tag=tag, attribute=await _attribute(uow, stelle))
    await uow.flush()
    while True:
        nummer = await schriftgut.next_number(stelle.einheit.id, vorlage.number_year(tag.year))
        aktenzeichen = vorlage.for_akte(facts, nummer=nummer)
        if not await schriftgut.is_given(aktenzeichen):
            return aktenzeichen


async def _attribute(uow: UnitOfWork, stelle: Aktenplanstelle) -> Mapping[str, str]:
    attribute = {}
    if "produktnummer" in stelle.vorlage.attributes and stelle.produktnummer is not None:
        attribute["produktnummer"] = stelle.produktnummer
    if "oe" in stelle.vorlage.attributes:
        attribute["oe"] = (await uow.organisation.get(stelle.organisationseinheit_id)).schluessel
    return attribute
