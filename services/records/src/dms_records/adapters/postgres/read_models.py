"""Reads for answers; the reader's scope is part of every statement."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ARRAY, FromClause, Select, Table, Uuid, any_, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from dms_kit.core.access import AccessScope
from dms_records.adapters.postgres import tables
from dms_records.adapters.postgres.aktenbestand import read_aktenbestand, read_fristen
from dms_records.adapters.postgres.filters import (
    akte_conditions,
    dokument_conditions,
    posteingang_conditions,
    vorgang_conditions,
)
from dms_records.adapters.postgres.paging import ordered, page_of, to_rows
from dms_records.adapters.postgres.selections import (
    DATEI,
    DOKUMENTE_SORT,
    befunde,
    discarded_one,
    discarded_page,
    dokumente_of_vorgaenge,
    dokumente_with_befund,
    formular_pruefstatus,
    is_called,
    may_read,
    schaden_of,
    select_akten,
    select_dokumente,
    select_posteingang,
    select_vorgaenge,
    visible_one,
    visible_page,
    with_office,
)
from dms_records.use_cases.ports import (
    AkteFilter,
    AktenbestandRow,
    AkteRow,
    AnlageRow,
    BefundFilter,
    BefundRow,
    DokumentFilter,
    DokumentRow,
    DokumentversionRow,
    InhaltRow,
    Paging,
    PosteingangFilter,
    PosteingangRow,
    Rows,
    VorgangFilter,
    VorgangRow,
)

_AKTEN_SORT: Mapping[str, Any] = {
    "erstellt_am": tables.akte.c.erstellt_am,
    "titel": tables.akte.c.titel_sortierung,
    "aktenzeichen": tables.akte.c.aktenzeichen_sortierung,
    "zda_am": tables.akte.c.zda_sortierung,
}
_VORGAENGE_SORT: Mapping[str, Any] = {
    "erstellt_am": tables.vorgang.c.erstellt_am,
    "betreff": tables.vorgang.c.betreff_sortierung,
    "aktenzeichen": tables.vorgang.c.aktenzeichen_sortierung,
    "zda_am": tables.vorgang.c.zda_sortierung,
}
_POSTEINGANG_SORT: Mapping[str, Any] = {
    "eingegangen_am": tables.posteingang.c.eingegangen_am,
    "betreff": tables.posteingang.c.betreff_sortierung,
}
_SERVED = (*DATEI, "blocks", "objekt_key", "befund")


_RowT = TypeVar("_RowT")


class ReadModels:
    """Carries out `use_cases.ports.Queries`."""

    def __init__(self, session: AsyncSession, mandant: str) -> None:
        self._session = session
        self._mandant = mandant

    async def akten(self, scope: AccessScope, filters: AkteFilter, paging: Paging) -> Rows[AkteRow]:
        """Return a page of Akten."""
        statement = akten_statement(scope, filters, paging)
        return await self._page(statement, AkteRow, paging)

    async def akte(self, scope: AccessScope, akte_id: UUID) -> AkteRow | None:
        """Return one Akte."""
        found = await self._all(select_akten(visible_one(tables.akte, scope, akte_id)))
        return AkteRow(**found[0]._mapping) if found else None  # noqa: SLF001 - SQLAlchemy's documented name

    def aktenbestand(self, scope: AccessScope) -> AsyncIterator[Sequence[AktenbestandRow]]:
        """Return every registered Akte by plan and number."""
        return read_aktenbestand(self._session, scope)

    async def fristen(self) -> Mapping[int, Sequence[UUID]]:
        """Return the units of the plan by the years that hold at them."""
        return await read_fristen(self._session, self._mandant)

    async def written_akte(self, akte_id: UUID) -> AkteRow:
        """Return an Akte of the Mandant."""
        page = self._own(tables.akte, akte_id)
        [found] = await self._all(with_office(select_akten(page), page))
        return AkteRow(**found._mapping)  # noqa: SLF001

    async def written_vorgang(self, vorgang_id: UUID) -> VorgangRow:
        """Return a Vorgang of the Mandant."""
        page = self._own(tables.vorgang, vorgang_id)
        [found] = await self._all(with_office(select_vorgaenge(page), page))
        return VorgangRow(**found._mapping)  # noqa: SLF001

    async def vorgaenge(self, scope: AccessScope, filters: VorgangFilter, paging: Paging) -> Rows[VorgangRow]:
        """Return a page of Vorgänge."""
        statement = vorgaenge_statement(scope, filters, paging)
        return await self._page(statement, VorgangRow, paging)

    async def vorgang(self, scope: AccessScope, vorgang_id: UUID) -> VorgangRow | None:
        """Return one Vorgang with its form data."""
        page = visible_one(tables.vorgang, scope, vorgang_id)
        more = (tables.eingang.c.formulardaten, formular_pruefstatus(page))
        found = await self._all(select_vorgaenge(page).add_columns(*more))
        return VorgangRow(**found[0]._mapping) if found else None  # noqa: SLF001

    async def dokumente(
        self, scope: AccessScope, vorgang_id: UUID, filters: DokumentFilter, paging: Paging
    ) -> Rows[DokumentRow] | None:
        """Return a page of a Vorgang's Dokumente; children may be stricter than the Vorgang."""
        vorgang = visible_one(tables.vorgang, scope, vorgang_id)
        if not await self._all(select(vorgang.c.id)):
            return None
        columns = tables.dokument.c
        conditions = [may_read(tables.dokument, scope), columns.vorgang_id == vorgang_id]
        conditions += dokument_conditions(filters)
        page = page_of(tables.dokument, conditions, DOKUMENTE_SORT[paging.sort], paging)
        return to_rows(await self._all(ordered(select_dokumente(page), page, paging)), DokumentRow, paging)

    async def dokumente_of(
        self, scope: AccessScope, vorgang_ids: Sequence[UUID], limit: int
    ) -> Mapping[UUID, Rows[DokumentRow]]:
        """Return the first Dokumente of each Vorgang in one query."""
        page = dokumente_of_vorgaenge(scope, vorgang_ids, limit)
        found: dict[UUID, list[DokumentRow]] = {vorgang_id: [] for vorgang_id in vorgang_ids}
        statement = select_dokumente(page).order_by(page.c.vorgang_id, page.c.nummer)
        for row in await self._all(statement) if vorgang_ids else ():
            found[row.vorgang_id].append(DokumentRow(**row._mapping))  # noqa: SLF001
        return {vorgang_id: _first_of(rows, limit) for vorgang_id, rows in found.items()}

    async def dokument(self, scope: AccessScope, dokument_id: UUID) -> DokumentRow | None:
        """Return one Dokument."""
        found = await self._all(select_dokumente(visible_one(tables.dokument, scope, dokument_id)))
        return DokumentRow(**found[0]._mapping) if found else None  # noqa: SLF001

    async def papierkorb(self, scope: AccessScope, paging: Paging) -> Rows[DokumentRow]:
        """Return a page of the Papierkorb, walked Zuständigkeit by Zuständigkeit."""
        page = discarded_page(scope, paging)
        if page is None:
            return Rows([], None)
        return to_rows(await self._all(ordered(select_dokumente(page), page, paging)), DokumentRow, paging)

    async def discarded(self, scope: AccessScope, dokument_id: UUID) -> DokumentRow | None:
        """Return one Dokument in the Papierkorb."""
        found = await self._all(select_dokumente(discarded_one(scope, dokument_id)))
        return DokumentRow(**found[0]._mapping) if found else None  # noqa: SLF001

    async def dokumentversionen(
        self, scope: AccessScope, dokument_id: UUID, paging: Paging
    ) -> Rows[DokumentversionRow] | None:
        """Return a page of the versions of a Dokument by their numbers."""
        dokument, table = visible_one(tables.dokument, scope, dokument_id), tables.dokumentversion
        if not await self._all(select(dokument.c.id)):
            return None
        conditions = [table.c.mandant == self._mandant, table.c.dokument_id == dokument_id]
        page = page_of(table, conditions, table.c[paging.sort], paging)
        names = DokumentversionRow.__dataclass_fields__
        statement = ordered(select(*(page.c[name] for name in names)), page, paging)
        return to_rows(await self._all(statement), DokumentversionRow, paging)

    async def dokumentversion(self, scope: AccessScope, dokument_id: UUID, nummer: int) -> DokumentversionRow | None:
        """Return one version of a Dokument."""
        dokument, inhalt = visible_one(tables.dokument, scope, dokument_id), tables.dokumentversion.c
        statement = (
            select(*(inhalt[name] for name in DokumentversionRow.__dataclass_fields__))
            .select_from(dokument)
            .join(tables.dokumentversion, (inhalt.mandant == self._mandant) & (inhalt.dokument_id == dokument.c.id))
            .where(inhalt.nummer == nummer)
        )
        found = await self._all(statement)
        return DokumentversionRow(**found[0]._mapping) if found else None  # noqa: SLF001

    async def dokumente_by_pruefstatus(self, scope: AccessScope, pruefstatus: str, paging: Paging) -> Rows[DokumentRow]:
        """Return a page of the Dokumente whose current version has a Befund."""
        page = dokumente_with_befund(scope, pruefstatus, paging)
        return to_rows(await self._all(ordered(select_dokumente(page), page, paging)), DokumentRow, paging)

    async def befunde(self, filters: BefundFilter, paging: Paging) -> Rows[BefundRow]:
        """Return a page of the Befunde of the Mandant."""
        page = befunde(self._mandant, filters, paging)
        names = BefundRow.__dataclass_fields__
        statement = ordered(select(*(page.c[name] for name in names)), page, paging)
        return to_rows(await self._all(statement), BefundRow, paging)

    async def inhalt(self, scope: AccessScope, dokument_id: UUID, nummer: int | None) -> InhaltRow | None:
        """Return the file of one version."""
        dokument, inhalt = visible_one(tables.dokument, scope, dokument_id), tables.dokumentversion.c
        statement = (
            select(
                inhalt.id.label("objekt_id"),
                dokument.c.id.label("dokument_id"),
                dokument.c.art,
                *(inhalt[name] for name in _SERVED),
                schaden_of(tables.dokumentversion),
            )
            .select_from(dokument)
            .join(tables.dokumentversion, (inhalt.mandant == self._mandant) & (inhalt.dokument_id == dokument.c.id))
            .where(inhalt.nummer == (dokument.c.aktuelle_version if nummer is None else nummer))
        )
        found = await self._all(statement)
        return InhaltRow(**found[0]._mapping) if found else None  # noqa: SLF001

    async def posteingang_list(self, filters: PosteingangFilter, paging: Paging) -> Rows[PosteingangRow]:
        """Return a page of what waits, each item with its files."""
        columns = tables.posteingang.c
        conditions = [columns.mandant == self._mandant, columns.vorgang_id.is_(None), *posteingang_conditions(filters)]
        page = page_of(tables.posteingang, conditions, _POSTEINGANG_SORT[paging.sort], paging)
        found = await self._all(ordered(select_posteingang(page), page, paging))
        files = await self._anlagen({row.antrag_id: row.id for row in found})
        rows = to_rows(found, PosteingangRow, paging)
        return Rows([_with_files(row, files) for row in rows.items], rows.next)

    async def posteingang(self, posteingang_id: UUID) -> PosteingangRow | None:
        """Return an item that still waits."""
        page = self._waiting(posteingang_id)
        found = await self._all(select_posteingang(page))
        if not found:
            return None
        row = PosteingangRow(**found[0]._mapping)  # noqa: SLF001
        return _with_files(row, await self._anlagen({row.antrag_id: row.id}))

    async def anlage_inhalt(self, posteingang_id: UUID, anlage_id: UUID) -> InhaltRow | None:
        """Return a file of an item that still waits."""
        waiting, anlage = self._waiting(posteingang_id), tables.eingang_anlage.c
        statement = (
            select(
                anlage.id.label("objekt_id"),
                waiting.c.id.label("dokument_id"),
                anlage.art,
                *(anlage[name] for name in _SERVED),
                schaden_of(tables.eingang_anlage),
            )
            .select_from(waiting)
            .join(tables.eingang_anlage, (anlage.mandant == self._mandant) & (anlage.antrag_id == waiting.c.antrag_id))
            .where(anlage.id == anlage_id)
        )
        found = await self._all(statement)
        return InhaltRow(**found[0]._mapping) if found else None  # noqa: SLF001

    async def _anlagen(self, owners: Mapping[UUID, UUID]) -> Mapping[UUID, Sequence[AnlageRow]]:
        files: dict[UUID, list[AnlageRow]] = {owner: [] for owner in owners.values()}
        if not owners:
            return files
        anlage = tables.eingang_anlage.c
        statement = (
            select(anlage.antrag_id, anlage.id, anlage.art, *(anlage[name] for name in DATEI))
            .where(anlage.mandant == self._mandant, anlage.antrag_id == any_(literal(list(owners), ARRAY(Uuid))))
            .order_by(anlage.antrag_id, anlage.position)
        )
        for row in await self._all(statement):
            values = dict(row._mapping)  # noqa: SLF001
            owner = owners[values.pop("antrag_id")]
            files[owner].append(AnlageRow(posteingang_id=owner, **values))
        return files

    def _own(self, table: Table, row_id: UUID) -> FromClause:
        return select(table).where(table.c.mandant == self._mandant, table.c.id == row_id).subquery("page")

    def _waiting(self, posteingang_id: UUID) -> FromClause:
        table = tables.posteingang
        conditions = (table.c.mandant == self._mandant, table.c.id == posteingang_id, table.c.vorgang_id.is_(None))
        return select(table).where(*conditions).subquery("page")

    async def _page(self, statement: Select[Any] | None, row_type: type[_RowT], paging: Paging) -> Rows[_RowT]:
        if statement is None:
            return Rows([], None)
        return to_rows(await self._all(statement), row_type, paging)

    async def _all(self, statement: Select[Any]) -> Sequence[Any]:
        found: Sequence[Any] = (await self._session.execute(statement)).all()
        return found


def _with_files(row: PosteingangRow, files: Mapping[UUID, Sequence[AnlageRow]]) -> PosteingangRow:
    return replace(row, anlagen=files[row.id])


def _first_of(rows: Sequence[DokumentRow], limit: int) -> Rows[DokumentRow]:
    following = (rows[limit - 1].nummer, rows[limit - 1].id) if len(rows) > limit else None
    return Rows(rows[:limit], following)


def akten_statement(scope: AccessScope, filters: AkteFilter, paging: Paging) -> Select[Any] | None:
    """Return what reads a page of Akten; None when the scope reaches nothing."""
    columns, narrow = tables.akte.c, []
    if filters.uebergeordnet_id is not None:
        narrow.append(columns.uebergeordnet_id == filters.uebergeordnet_id)
    if filters.aktenzeichen is not None:
        narrow.append(columns.aktenzeichen == filters.aktenzeichen)
    if filters.geschaeftszeichen is not None:
        narrow.append(is_called(tables.akte, scope.mandant, filters.geschaeftszeichen))
    page = visible_page(
        tables.akte,
        scope,
        zustaendigkeiten=filters.zustaendigkeiten,
        narrow=narrow,
        others=akte_conditions(filters),
        sort=_AKTEN_SORT[paging.sort],
        paging=paging,
    )
    return None if page is None else ordered(select_akten(page), page, paging)


def vorgaenge_statement(scope: AccessScope, filters: VorgangFilter, paging: Paging) -> Select[Any] | None:
    """Return what reads a page of Vorgänge; None when the scope reaches nothing."""
    columns, narrow = tables.vorgang.c, []
    if filters.uebergeordnet_id is not None:
        narrow.append(columns.uebergeordnet_id == filters.uebergeordnet_id)
    if filters.geschaeftszeichen is not None:
        narrow.append(is_called(tables.vorgang, scope.mandant, filters.geschaeftszeichen))
    if filters.akte_id is not None:
        narrow.append(columns.akte_id == filters.akte_id)
    if filters.aktenzeichen is not None:
        narrow.append(columns.aktenzeichen == filters.aktenzeichen)
    page = visible_page(
        tables.vorgang,
        scope,
        zustaendigkeiten=filters.zustaendigkeiten,
        narrow=narrow,
        others=vorgang_conditions(filters),
        sort=_VORGAENGE_SORT[paging.sort],
        paging=paging,
    )
    return None if page is None else ordered(select_vorgaenge(page), page, paging)
