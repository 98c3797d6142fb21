"""Copy the bytes of a version before it is restored."""

from dataclasses import dataclass
from uuid import UUID

from dms_kit.core.actor import Actor
from dms_kit.core.clock import Clock
from dms_kit.core.fixity import Schaden
from dms_kit.ports.object_store import ObjectNotFoundError, ObjectStore
from dms_records.domain.bearbeitungssperre import check_free
from dms_records.domain.errors import DokumentDamagedError
from dms_records.use_cases.digests import digest_of
from dms_records.use_cases.hold_dokument import check_open, hold_dokument
from dms_records.use_cases.ports import CheckVersion, OpenUnitOfWork, Scopes
from dms_records.use_cases.receive_antrag import SERVICE
from dms_records.use_cases.restore_version import old_version

OPERATION = "restore_version"


@dataclass(frozen=True, kw_only=True)
class CopyVersion:
    """Which version, and the idempotency key of the request when it has one."""

    dokument_id: UUID
    nummer: int
    key: str | None


async def copy_version(
    command: CopyVersion,
    *,
    actor: Actor,
    check_version: CheckVersion,
    scopes: Scopes,
    unit_of_work: OpenUnitOfWork,
    store: ObjectStore,
    clock: Clock,
) -> str | None:
    """
    Return the key of a verified copy, made on the server's side (ADR 0005); None for a repeated request.

    A copy that is never named is reaped. What cannot be restored is refused before anything is copied.
    """
    scope = await scopes.scope(actor)
    async with unit_of_work() as uow:
        if command.key is not None and await uow.is_answered(client=actor.client, operation=OPERATION, key=command.key):
            return None
        dokument = await hold_dokument(command.dokument_id, uow=uow, scope=scope)
        check_version(dokument.version)
        old = await old_version(uow, dokument, command.nummer)
        await check_open(uow, dokument)
        check_free(await uow.dokumente.sperre(dokument), clock.now(), sub=actor.sub)
    try:
        key = await store.copy(old.objekt_key, old.mandant, SERVICE)
        sha256, _, groesse = await digest_of(store, key)
    except ObjectNotFoundError as error:
        raise DokumentDamagedError(Schaden.FEHLT) from error
    if (sha256, groesse) != (old.sha256, old.groesse):
        # What is wrong is never made a version: the bytes are not those that were checked in.
        raise DokumentDamagedError(Schaden.PRUEFSUMME)
    return key
