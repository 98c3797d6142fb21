"""Let one object refer to another."""

from dataclasses import dataclass

from dms_kit.core.actor import Actor
from dms_kit.core.clock import Clock
from dms_kit.core.errors import NotFoundError
from dms_records.domain.schriftgut import SchriftgutBezug, check_writable
from dms_records.domain.verweis import ENTHAELT, Verweis, VerweisExistsError, VerweisRefusedError
from dms_records.use_cases.ports import DokumentRow, OpenUnitOfWork, Scopes
from dms_records.use_cases.queries import VerweisRow
from dms_records.use_cases.verweis_acts import audit_verweis, find_ziel, hold_quelle


@dataclass(frozen=True, kw_only=True)
class AddVerweis:
    """What refers to what, and as what."""

    quelle: SchriftgutBezug
    ziel: SchriftgutBezug
    typ: str


async def add_verweis(
    command: AddVerweis, *, actor: Actor, scopes: Scopes, unit_of_work: OpenUnitOfWork, clock: Clock
) -> VerweisRow:
    """
    Add a Verweis: the actor may change what refers and read what is referred to (domain rules: filed once).

    There is one of a kind between two objects, whichever its direction. What is zdA refers to nothing new; others may
    refer to it.
    """
    scope = await scopes.scope(actor)
    async with unit_of_work() as uow:
        holder = await hold_quelle(command.quelle, uow=uow, scope=scope)
        ziel = await find_ziel(command.ziel, uow=uow, scope=scope)
        check_writable(holder)
        verweis = Verweis.between(
            command.quelle, command.ziel, typ=command.typ, mandant=actor.mandant, moment=clock.now()
        )
        if command.typ == ENTHAELT and isinstance(ziel, DokumentRow) and ziel.vorgang_id == command.quelle.id:
            raise VerweisRefusedError("Das Dokument liegt schon in diesem Vorgang.")
        if await uow.verweise.is_known(verweis):
            raise VerweisExistsError
        await uow.verweise.add(verweis)
        audit_verweis(uow, "added", verweis)
        row = await uow.verweise.visible(scope, verweis.id)
        if row is None:
            raise NotFoundError
        await uow.commit(row)
    return row
