"""What acts on Beteiligte share: the object that they belong to, held, and what the Protokoll says of them."""

from collections.abc import Mapping
from uuid import UUID

from dms_kit.core.access import AccessScope
from dms_kit.core.errors import NotFoundError
from dms_records.domain.akte import Akte
from dms_records.domain.beteiligter import Beteiligter
from dms_records.domain.schriftgut import AKTE, VORGANG, SchriftgutBezug
from dms_records.domain.vorgang import Vorgang
from dms_records.use_cases.acting import WRITE, check_reach
from dms_records.use_cases.ports import CheckVersion, UnitOfWork


async def hold_object(bezug: SchriftgutBezug, *, uow: UnitOfWork, scope: AccessScope) -> Akte | Vorgang:
    """Return the Akte or Vorgang in which something is to be changed; nobody closes it before the end."""
    found: Akte | Vorgang | None
    if bezug.art == AKTE:
        found = await uow.schriftgut.akte_above(bezug.id)
    else:
        found = await uow.schriftgut.vorgang_above(bezug.id)
    if found is None:
        raise NotFoundError
    check_reach(scope, WRITE, found)
    return found


async def hold_beteiligter(
    beteiligter_id: UUID, *, uow: UnitOfWork, scope: AccessScope, check_version: CheckVersion
) -> tuple[Beteiligter, Akte | Vorgang]:
    """Return a Beteiligter that is to be changed and its object, at the version that the actor knows."""
    bezug = await uow.beteiligte.bezug(beteiligter_id)
    if bezug is None:
        raise NotFoundError
    objekt = await hold_object(bezug, uow=uow, scope=scope)
    beteiligter = await uow.beteiligte.hold(beteiligter_id)
    if beteiligter is None:
        raise NotFoundError
    check_version(beteiligter.version)
    return beteiligter, objekt


def audit_beteiligter(uow: UnitOfWork, verb: str, beteiligter: Beteiligter, values: Mapping[str, str | None]) -> None:
    """
    Note an act in the Protokoll of the Akte or Vorgang: which Beteiligter, which fields, the role, nothing personal.

    The Protokoll is read by more people than the object, and outlives what must be erased (Art. 5 and 17 DSGVO).
    """
    if beteiligter.akte_id is not None:
        uow.audit(f"akte.beteiligter_{verb}", AKTE, beteiligter.akte_id, values)
    if beteiligter.vorgang_id is not None:
        uow.audit(f"vorgang.beteiligter_{verb}", VORGANG, beteiligter.vorgang_id, values)
