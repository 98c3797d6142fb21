"""Read one Vorgang, and its Dokumente."""

from collections.abc import Set as AbstractSet
from dataclasses import replace
from uuid import UUID

from dms_kit.core.actor import Actor
from dms_kit.core.errors import NotFoundError
from dms_records.domain.virenpruefung import VirenpruefungRegel
from dms_records.use_cases.ports import OpenUnitOfWork, Scopes
from dms_records.use_cases.queries import DokumentRow, Rows, VorgangRow

EXPANDED_DOKUMENTE = 200


async def get_vorgang(
    vorgang_id: UUID,
    *,
    expand: AbstractSet[str] = frozenset(),
    actor: Actor,
    scopes: Scopes,
    unit_of_work: OpenUnitOfWork,
    regel: VirenpruefungRegel,
) -> tuple[VorgangRow, Rows[DokumentRow] | None]:
    """
    Return a Vorgang with its form data; the read is in the Protokoll before it is answered (rights model).

    Form data are what a file says: while the file is not served, they are not either. With `dokumente` in `expand` the
    Dokumente that the reader may see come along, in one query more.
    """
    scope = await scopes.scope(actor)
    dokumente = None
    async with unit_of_work() as uow:
        vorgang = await uow.queries.vorgang(scope, vorgang_id)
        if vorgang is None:
            raise NotFoundError
        if "dokumente" in expand:
            dokumente = (await uow.queries.dokumente_of(scope, [vorgang.id], EXPANDED_DOKUMENTE))[vorgang.id]
        uow.audit("vorgang.read", "vorgang", vorgang.id)
        await uow.commit()
    if vorgang.formular_pruefstatus is not None and regel.is_withheld(vorgang.formular_pruefstatus):
        vorgang = replace(vorgang, formulardaten=None)
    return vorgang, dokumente
