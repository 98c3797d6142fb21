"""Make a batch of facts findable."""

from collections import Counter
from collections.abc import Sequence

from dms_kit.core.clock import Clock
from dms_search.domain.events import DokumentIndexed
from dms_search.domain.indexeintrag import IndexeintragTyp
from dms_search.use_cases.meldung import (
    IndexeintragFact,
    Meldung,
    OrganisationseinheitFact,
    RepublishFact,
    ZustaendigkeitFact,
)
from dms_search.use_cases.ports import OpenUnitOfWork, SearchIndex, UnitOfWork


async def index_batch(
    meldungen: Sequence[Meldung], *, index: SearchIndex, unit_of_work: OpenUnitOfWork, clock: Clock
) -> None:
    """
    Write the facts of one Mandant to the index, then record in one transaction that they are in.

    Source: architecture, consumer. The index comes first: its writes are upserts by (id, version), so a batch that
    comes again after a crash does no harm; what the transaction says is true whenever it is there.
    """
    eintraege = [meldung.fact.eintrag for meldung in meldungen if isinstance(meldung.fact, IndexeintragFact)]
    if eintraege:
        await index.upsert(eintraege)
    async with unit_of_work() as uow:
        fresh = [meldung for meldung in meldungen if meldung.id in uow.fresh]
        for meldung in fresh:
            await _record(meldung, uow, clock)
        await _count(fresh, uow)
        await uow.indexstaende.put(max(meldung.zeitpunkt for meldung in meldungen))
        await uow.commit()


async def _record(meldung: Meldung, uow: UnitOfWork, clock: Clock) -> None:
    match meldung.fact:
        case IndexeintragFact(is_preliminary=True):
            # It can be found by its metadata; that it can be found at all is said when its file may be read.
            pass
        case IndexeintragFact(eintrag=eintrag) as fact if eintrag.typ is IndexeintragTyp.DOKUMENT:
            uow.record(
                DokumentIndexed(
                    dokument_id=eintrag.id,
                    version=eintrag.version,
                    vorgang_id=eintrag.vorgang_id,
                    antrag_id=fact.antrag_id,
                    indexiert_am=clock.now(),
                    grund=eintrag.grund,
                )
            )
        case OrganisationseinheitFact(unit=unit, name=name, version=version):
            await uow.organisation.put_unit(unit, name=name, version=version)
        case ZustaendigkeitFact(row=row, version=version):
            await uow.organisation.put_responsibility(row, version=version)
        case RepublishFact(lauf_id=lauf_id, anzahl=anzahl):
            lauf = await uow.indexlaeufe.lock(lauf_id)
            if lauf is not None:
                lauf.expect(anzahl)


async def _count(fresh: Sequence[Meldung], uow: UnitOfWork) -> None:
    for lauf_id, anzahl in Counter(meldung.lauf_id for meldung in fresh if meldung.lauf_id is not None).items():
        lauf = await uow.indexlaeufe.lock(lauf_id)
        if lauf is not None:
            lauf.count(anzahl)
