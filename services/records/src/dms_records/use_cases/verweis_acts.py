"""What acts on Verweise share: the two ends, and what the Protokoll says."""

from dms_kit.core.access import AccessScope
from dms_records.domain.akte import Akte
from dms_records.domain.schriftgut import AKTE, DOKUMENT, VORGANG, SchriftgutBezug
from dms_records.domain.verweis import Verweis, ziel_unknown
from dms_records.domain.vorgang import Vorgang
from dms_records.use_cases.beteiligter_acts import hold_object
from dms_records.use_cases.hold_dokument import hold_dokument
from dms_records.use_cases.ports import AkteRow, DokumentRow, UnitOfWork, VorgangRow


async def hold_quelle(quelle: SchriftgutBezug, *, uow: UnitOfWork, scope: AccessScope) -> Akte | Vorgang:
    """Hold the object that refers, which the actor has to be allowed to change; return what decides if it is zdA."""
    if quelle.art == DOKUMENT:
        return await uow.dokumente.vorgang_of(await hold_dokument(quelle.id, uow=uow, scope=scope))
    return await hold_object(quelle, uow=uow, scope=scope)


async def find_ziel(
    ziel: SchriftgutBezug, *, uow: UnitOfWork, scope: AccessScope
) -> AkteRow | VorgangRow | DokumentRow:
    """Return what is referred to, which the actor has to be allowed to read; hidden is the same as unknown."""
    found: AkteRow | VorgangRow | DokumentRow | None
    if ziel.art == AKTE:
        found = await uow.queries.akte(scope, ziel.id)
    elif ziel.art == VORGANG:
        found = await uow.queries.vorgang(scope, ziel.id)
    else:
        found = await uow.queries.dokument(scope, ziel.id)
    if found is None:
        raise ziel_unknown()
    return found


def audit_verweis(uow: UnitOfWork, verb: str, verweis: Verweis) -> None:
    """
    Note an act in the Protokoll of the object that refers: which Verweis, of what kind, not to what.

    Who reads one end may not know of the other. Both ends stand in the entry of the Verweis itself.
    """
    quelle, ziel = verweis.quelle, verweis.ziel
    uow.audit(f"{quelle.art}.verweis_{verb}", quelle.art, quelle.id, {"verweis": str(verweis.id), "typ": verweis.typ})
    ends = {f"{end}_{bezug.art}": str(bezug.id) for end, bezug in (("quelle", quelle), ("ziel", ziel))}
    uow.audit(f"verweis.{verb}", "verweis", verweis.id, {"typ": verweis.typ, **ends})
