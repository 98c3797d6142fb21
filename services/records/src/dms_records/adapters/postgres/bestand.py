"""Everything living in PostgreSQL, page by page for republishing."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from dms_records.adapters.postgres import tables
from dms_records.domain.akte import Akte
from dms_records.domain.dokument import Dokument, Dokumentversion
from dms_records.domain.events import (
    AkteCreated,
    DokumentAdded,
    OrganisationseinheitChanged,
    RecordsEvent,
    VorgangCreated,
    ZustaendigkeitChanged,
)
from dms_records.domain.organisationseinheit import Organisationseinheit
from dms_records.domain.vorgang import Vorgang
from dms_records.domain.zustaendigkeit import Zustaendigkeit

_plan, _inhalt = tables.aktenplaneinheit.c, tables.dokumentversion.c
_SELECTS: dict[str, tuple[Any, Any, Any]] = {
    "organisationseinheit": (
        select(Organisationseinheit),
        tables.organisationseinheit.c,
        OrganisationseinheitChanged,
    ),
    "zustaendigkeit": (select(Zustaendigkeit), tables.zustaendigkeit.c, ZustaendigkeitChanged),
    "akte": (
        select(Akte, _plan.schluessel).join(
            tables.aktenplaneinheit,
            (_plan.mandant == tables.akte.c.mandant) & (_plan.id == tables.akte.c.aktenplaneinheit_id),
        ),
        tables.akte.c,
        AkteCreated,
    ),
    "vorgang": (select(Vorgang), tables.vorgang.c, VorgangCreated),
    "dokument": (
        select(Dokument, Dokumentversion).join(
            tables.dokumentversion,
            (_inhalt.mandant == tables.dokument.c.mandant)
            & (_inhalt.dokument_id == tables.dokument.c.id)
            & (_inhalt.nummer == tables.dokument.c.aktuelle_version)
            & tables.dokument.c.geloescht_am.is_(None),
        ),
        tables.dokument.c,
        DokumentAdded,
    ),
}

_NUMBERED = ("akte", "vorgang")


class BestandReader:
    """Carries out `use_cases.ports.Bestand`; which nouns there are is said by `use_cases.republish.NOUNS`."""

    def __init__(self, session: AsyncSession, mandant: str) -> None:
        self._session = session
        self._mandant = mandant

    async def page(self, noun: str, after: UUID | None, *, limit: int) -> Sequence[tuple[UUID, RecordsEvent]]:
        """Return the facts of the next objects by id."""
        statement, columns, event = _SELECTS[noun]
        statement = statement.where(columns.mandant == self._mandant).order_by(columns.id).limit(limit)
        if noun in _NUMBERED:
            # A draft is nobody else's business.
            statement = statement.where(columns.aktenzeichen.is_not(None))
        if after is not None:
            statement = statement.where(columns.id > after)
        rows = await self._session.execute(statement)
        return [(row[0].id, event(*row)) for row in rows]
