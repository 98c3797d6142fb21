"""What every change of a Dokument begins with."""

from uuid import UUID

from dms_kit.core.access import AccessObject, AccessScope, Rank
from dms_kit.core.errors import ForbiddenError, NotFoundError
from dms_records.domain.dokument import Dokument, Dokumentversion
from dms_records.domain.errors import SchriftgutClosedError
from dms_records.domain.schriftgut import ZDA
from dms_records.domain.vorgang import Vorgang
from dms_records.use_cases.ports import DokumentRow, UnitOfWork

WRITE = "schriftgut:write"
LEAD = "schriftgut:lead"


async def hold_dokument(dokument_id: UUID, *, uow: UnitOfWork, scope: AccessScope, right: str = WRITE) -> Dokument:
    """Return a Dokument locked for an act: 404 if the actor may not see it, 403 if only that (order of the answer)."""
    dokument = await uow.dokumente.hold(scope, dokument_id)
    if dokument is None:
        raise NotFoundError
    check_permitted(dokument, scope, right)
    return dokument


def check_permitted(objekt: Dokument | Vorgang, scope: AccessScope, right: str = WRITE) -> None:
    """Refuse with 403 what may be seen but not changed."""
    target = AccessObject(objekt.mandant, objekt.zustaendigkeit_id, Rank(objekt.rang), objekt.abgeschirmt)
    if not scope.permits(right, target):
        raise ForbiddenError


async def check_open(uow: UnitOfWork, dokument: Dokument) -> None:
    """Refuse the change of what is closed (domain rules, zdA: afterwards writes are refused)."""
    check_writable(await uow.dokumente.vorgang_of(dokument))


def check_writable(vorgang: Vorgang) -> None:
    """Refuse to add to a closed Vorgang."""
    if vorgang.status == ZDA:
        raise SchriftgutClosedError


async def answer_of(uow: UnitOfWork, scope: AccessScope, dokument: Dokument) -> DokumentRow:
    """Return the changed Dokument as it is answered."""
    await uow.flush()
    row = await uow.queries.dokument(scope, dokument.id)
    if row is None:
        raise NotFoundError
    return row


async def current_of(uow: UnitOfWork, dokument: Dokument) -> Dokumentversion:
    """Return the current version, which every Dokument has."""
    inhalt = await uow.dokumente.inhalt(dokument, dokument.aktuelle_version)
    assert inhalt is not None
    return inhalt
