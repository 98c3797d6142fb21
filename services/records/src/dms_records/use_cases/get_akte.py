"""Read one Akte, and what lies in it."""

from collections.abc import Set as AbstractSet
from uuid import UUID

from dms_kit.core.access import AccessScope
from dms_kit.core.actor import Actor
from dms_kit.core.errors import NotFoundError
from dms_records.use_cases.ports import OpenUnitOfWork, Scopes, UnitOfWork
from dms_records.use_cases.queries import AkteFilter, AkteMitInhalt, AkteRow, Paging, VorgangFilter

EXPANDED_SORT = "erstellt_am"
EXPANDED_VORGAENGE = 200
EXPANDED_DOKUMENTE = 50


async def get_akte(
    akte_id: UUID,
    *,
    expand: AbstractSet[str] = frozenset(),
    actor: Actor,
    scopes: Scopes,
    unit_of_work: OpenUnitOfWork,
) -> AkteMitInhalt:
    """
    Return an Akte; the read is in the Protokoll before it is answered (rights model, "Reading is logged").

    `expand` names `teilakten`, `vorgaenge` and `dokumente` (of the Vorgänge, which come along): one query each, however
    many there are, and each within the reader's scope.
    """
    scope = await scopes.scope(actor)
    async with unit_of_work() as uow:
        akte = await uow.queries.akte(scope, akte_id)
        if akte is None:
            raise NotFoundError
        found = await _expanded(uow, scope, akte, expand)
        uow.audit("akte.read", "akte", akte.id)
        await uow.commit()
    return found


async def _expanded(uow: UnitOfWork, scope: AccessScope, akte: AkteRow, expand: AbstractSet[str]) -> AkteMitInhalt:
    paging = Paging(sort=EXPANDED_SORT, descending=False, limit=EXPANDED_VORGAENGE)
    teilakten = vorgaenge = dokumente = None
    if "teilakten" in expand:
        teilakten = await uow.queries.akten(scope, AkteFilter(uebergeordnet_id=akte.id), paging)
    if expand & {"vorgaenge", "dokumente"}:
        vorgaenge = await uow.queries.vorgaenge(scope, VorgangFilter(akte_id=akte.id), paging)
    if vorgaenge is not None and "dokumente" in expand:
        ids = [vorgang.id for vorgang in vorgaenge.items]
        dokumente = await uow.queries.dokumente_of(scope, ids, EXPANDED_DOKUMENTE)
    return AkteMitInhalt(akte=akte, teilakten=teilakten, vorgaenge=vorgaenge, dokumente=dokumente)
