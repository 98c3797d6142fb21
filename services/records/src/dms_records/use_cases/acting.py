"""What acts on Akten and Vorgänge share: the object, held, within the actor's reach, at the version that he knows."""

from typing import TypeVar
from uuid import UUID

from dms_kit.core.access import AccessObject, AccessScope, Rank
from dms_kit.core.errors import FieldError, ForbiddenError, NotFoundError
from dms_records.domain.akte import Akte
from dms_records.domain.vorgang import Vorgang
from dms_records.use_cases.ports import READ, CheckVersion, UnitOfWork

WRITE = "schriftgut:write"
REGISTER = "schriftgut:register"
_Found = TypeVar("_Found", Akte, Vorgang)


def check_reach(scope: AccessScope, right: str, objekt: Akte | Vorgang) -> None:
    """Raise 404 for what the actor may neither see nor change, 403 for what he may only see (order of the answer)."""
    if is_in_reach(scope, right, objekt):
        return
    if is_in_reach(scope, READ, objekt):
        raise ForbiddenError
    raise NotFoundError


def is_in_reach(scope: AccessScope, right: str, objekt: Akte | Vorgang) -> bool:
    """Say whether the actor has a right on an object."""
    target = AccessObject(objekt.mandant, objekt.zustaendigkeit_id, Rank(objekt.rang), objekt.abgeschirmt)
    return scope.permits(right, target)


async def hold_akte(
    akte_id: UUID, *, uow: UnitOfWork, scope: AccessScope, right: str, check_version: CheckVersion
) -> Akte:
    """Return an Akte that is to be changed."""
    akte = await uow.schriftgut.akte_to_change(akte_id)
    if akte is None:
        raise NotFoundError
    check_reach(scope, right, akte)
    check_version(akte.version)
    return akte


async def hold_vorgang(
    vorgang_id: UUID, *, uow: UnitOfWork, scope: AccessScope, right: str, check_version: CheckVersion
) -> Vorgang:
    """Return a Vorgang that is to be changed."""
    vorgang = await uow.schriftgut.vorgang_to_change(vorgang_id)
    if vorgang is None:
        raise NotFoundError
    check_reach(scope, right, vorgang)
    check_version(vorgang.version)
    return vorgang


def found_above(found: _Found | None, *, scope: AccessScope, right: str, pointer: str) -> _Found:
    """Return what something is to be filed in, or say that there is no such thing, whether hidden or unknown."""
    unknown = NotFoundError(errors=[FieldError(pointer, "Diese Kennung gibt es nicht.")])
    if found is None:
        raise unknown
    try:
        check_reach(scope, right, found)
    except NotFoundError as error:
        raise unknown from error
    return found
