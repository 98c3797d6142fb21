"""Compare two versions of a Dokument."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from dms_kit.core.actor import Actor
from dms_kit.core.errors import NotFoundError
from dms_records.use_cases.ports import OpenUnitOfWork, Scopes
from dms_records.use_cases.queries import DokumentversionRow

_COMPARED = (
    "dateiname",
    "mime_type",
    "groesse",
    "sha256",
    "sha512",
    "kommentar",
    "erstellt_am",
    "erstellt_von",
    "pruefstatus",
    "befund",
    "wiederhergestellt_aus",
    "endgueltig_am",
)


@dataclass(frozen=True, kw_only=True)
class Versionsvergleich:
    """Two versions and the fields in which they differ, with the value of the first and of the second."""

    von: DokumentversionRow
    mit: DokumentversionRow
    unterschiede: tuple[tuple[str, Any, Any], ...]


async def compare_versionen(
    dokument_id: UUID, von: int, mit: int, *, actor: Actor, scopes: Scopes, unit_of_work: OpenUnitOfWork
) -> Versionsvergleich:
    """Compare the metadata of two versions; content is compared by its hash, not by its text."""
    scope = await scopes.scope(actor)
    async with unit_of_work() as uow:
        first = await uow.queries.dokumentversion(scope, dokument_id, von)
        second = await uow.queries.dokumentversion(scope, dokument_id, mit)
    if first is None or second is None:
        raise NotFoundError
    pairs = ((name, getattr(first, name), getattr(second, name)) for name in _COMPARED)
    differing = tuple(pair for pair in pairs if pair[1] != pair[2])
    return Versionsvergleich(von=first, mit=second, unterschiede=differing)
