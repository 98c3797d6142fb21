"""What each answer selects, over rows that the reader's scope reaches."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    FromClause,
    Label,
    Select,
    Subquery,
    Table,
    Uuid,
    any_,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    true,
    union_all,
)

from dms_kit.access import compile_sql, compile_sql_row, reach_rows
from dms_kit.core.access import AccessScope
from dms_records.adapters.postgres import tables
from dms_records.adapters.postgres.paging import page_by_zustaendigkeit, page_of
from dms_records.domain.dokument import FORMULAR
from dms_records.domain.geschaeftszeichen import suchform
from dms_records.use_cases.ports import READ, BefundFilter, Paging

_ALIASES = ("alte_geschaeftszeichen", "fremde_geschaeftszeichen")
_LIFE = ("zda_am", "uebergeordnet_id", "ebene", "position", "status", *_ALIASES)
_AKTE = ("id", "version", "aktenzeichen", "titel", "art", "jahr", "zustaendigkeit_id", "rang", "erstellt_am", *_LIFE)
_VORGANG = (
    "id",
    "version",
    "akte_id",
    "aktenzeichen",
    "betreff",
    *_LIFE,
    "antrag_id",
    "zustaendigkeit_id",
    "rang",
    "erstellt_am",
)
_EINGANG = ("eingangsnummer", "leistung_schluessel", "leistung_bezeichnung")
_DOKUMENT = (
    "id",
    "version",
    "vorgang_id",
    "aktenzeichen",
    "nummer",
    "titel",
    "art",
    "aktuelle_version",
    "zustaendigkeit_id",
    "rang",
    "erstellt_am",
    "status",
    "geloescht_am",
    "loeschen_am",
)
DOKUMENTE_SORT: Mapping[str, Any] = {
    "nummer": tables.dokument.c.nummer,
    "titel": tables.dokument.c.titel_sortierung,
    "erstellt_am": tables.dokument.c.erstellt_am,
    "geloescht_am": tables.dokument.c.geloescht_am,
    "loeschen_am": tables.dokument.c.loeschen_am,
}
DATEI = ("dateiname", "mime_type", "groesse", "sha256", "pruefstatus")


def may_read(table: Table, scope: AccessScope) -> ColumnElement[bool]:
    """Return the condition by which the scope reaches rows of a table with rights, but for the Papierkorb."""
    reached = in_reach(table, scope)
    return reached & table.c.geloescht_am.is_(None) if table is tables.dokument else reached


def in_reach(table: Table, scope: AccessScope) -> ColumnElement[bool]:
    """Return the condition by which the scope reaches rows of a table with rights, wherever they lie."""
    columns = table.c
    return compile_sql(
        scope,
        READ,
        mandant=columns.mandant,
        responsibility_id=columns.zustaendigkeit_id,
        rank=columns.rang,
        shielded=columns.abgeschirmt,
    )


def _own_rows(table: Table, scope: AccessScope) -> Callable[[FromClause], ColumnElement[bool]]:
    """Return what makes the condition by which one row of the scope's reach reaches rows, wherever they lie."""
    columns = table.c

    def condition(row: FromClause) -> ColumnElement[bool]:
        return compile_sql_row(
            scope,
            row,
            mandant=columns.mandant,
            responsibility_id=columns.zustaendigkeit_id,
            rank=columns.rang,
            shielded=columns.abgeschirmt,
        )

    return condition


def is_called(table: Table, mandant: str, geschaeftszeichen: str) -> ColumnElement[bool]:
    """Return the condition that an object has this number, had it, or is known by it to others."""
    alias = tables.geschaeftszeichen.c
    found = select(alias.objekt_id).where(alias.mandant == mandant, alias.suche == suchform(geschaeftszeichen))
    # An array, so that both sides of the OR are looked up in an index.
    return or_(table.c.aktenzeichen == geschaeftszeichen, table.c.id == any_(func.array(found.scalar_subquery())))


def visible_one(table: Table, scope: AccessScope, object_id: UUID) -> Subquery:
    """Return one object, or nothing when the scope does not reach it."""
    return select(table).where(table.c.id == object_id, may_read(table, scope)).subquery("page")


def visible_page(
    table: Table,
    scope: AccessScope,
    *,
    zustaendigkeiten: frozenset[UUID] | None,
    narrow: Sequence[ColumnElement[bool]],
    others: Sequence[ColumnElement[bool]] = (),
    sort: Any,
    paging: Paging,
) -> Subquery | None:
    """
    Return a page of what the scope reaches; None when that is nothing.

    A `narrow` filter has an index of its own and is walked at once, all else Zuständigkeit by Zuständigkeit.
    """
    limits = scope.reach.get(READ, {})
    if zustaendigkeiten is not None:
        limits = {row: limits[row] for row in zustaendigkeiten if row in limits}
    if not limits:
        return None
    if not narrow:
        own = _own_rows(table, scope)
        return page_by_zustaendigkeit(table, reach_rows(limits), lambda row: [own(row), *others], sort, paging)
    conditions = [may_read(table, scope), *narrow, *others]
    if zustaendigkeiten is not None:
        conditions.append(table.c.zustaendigkeit_id == any_(literal(sorted(limits), ARRAY(Uuid))))
    return page_of(table, conditions, sort, paging)


def select_akten(page: FromClause) -> Select[Any]:
    """Return Akten with the key of their plan unit."""
    plan = tables.aktenplaneinheit
    return (
        select(*(page.c[name] for name in _AKTE), plan.c.schluessel.label("aktenplaneinheit"))
        .select_from(page)
        .join(plan, (plan.c.mandant == page.c.mandant) & (plan.c.id == page.c.aktenplaneinheit_id))
    )


def select_vorgaenge(page: FromClause) -> Select[Any]:
    """Return Vorgänge with what came in."""
    eingang = tables.eingang
    return (
        select(*(page.c[name] for name in _VORGANG), *(eingang.c[name] for name in _EINGANG))
        .select_from(page)
        .outerjoin(eingang, (eingang.c.mandant == page.c.mandant) & (eingang.c.antrag_id == page.c.antrag_id))
    )


def with_office(statement: Select[Any], page: FromClause) -> Select[Any]:
    """Add the key of the office in charge, for rows whose Zuständigkeit may be newer than any directory."""
    rows, offices = tables.zustaendigkeit, tables.organisationseinheit
    of_row = (rows.c.mandant == page.c.mandant) & (rows.c.id == page.c.zustaendigkeit_id)
    of_office = (offices.c.mandant == rows.c.mandant) & (offices.c.id == rows.c.organisationseinheit_id)
    joined = statement.join(rows, of_row).join(offices, of_office)
    return joined.add_columns(offices.c.schluessel.label("federfuehrende_oe"))


def select_dokumente(page: FromClause) -> Select[Any]:
    """Return Dokumente with the facts of their current version."""
    inhalt = tables.dokumentversion
    current = (
        (inhalt.c.mandant == page.c.mandant)
        & (inhalt.c.dokument_id == page.c.id)
        & (inhalt.c.nummer == page.c.aktuelle_version)
    )
    sperre = tables.bearbeitungssperre
    return (
        select(
            *(page.c[name] for name in _DOKUMENT),
            *(inhalt.c[name] for name in (*DATEI, "sha512", "befund", "geprueft_am", "endgueltig_am")),
            *(sperre.c[name].label(f"sperre_{name}") for name in ("sub", "name", "seit", "bis")),
        )
        .select_from(page)
        .join(inhalt, current)
        .outerjoin(sperre, (sperre.c.mandant == page.c.mandant) & (sperre.c.dokument_id == page.c.id))
    )


def dokumente_of_vorgaenge(scope: AccessScope, vorgang_ids: Sequence[UUID], limit: int) -> Subquery:
    """Return the first Dokumente of each Vorgang that the scope reaches, and one more where there are more."""
    columns = tables.dokument.c
    wanted = func.unnest(literal(list(vorgang_ids), ARRAY(Uuid))).table_valued("id").render_derived("wanted")
    first = (
        select(tables.dokument)
        .where(may_read(tables.dokument, scope), columns.vorgang_id == wanted.c.id)
        .order_by(columns.nummer)
        .limit(limit + 1)
        .lateral("first_rows")
    )
    return select(first).select_from(wanted).join(first, true()).subquery("page")


def select_posteingang(page: FromClause) -> Select[Any]:
    """Return items of the Posteingang with what came in."""
    eingang = tables.eingang
    names = ("id", "version", "antrag_id", "eingegangen_am", "betreff", "grund")
    return (
        select(*(page.c[name] for name in names), *(eingang.c[name] for name in (*_EINGANG, "region")))
        .select_from(page)
        .join(eingang, (eingang.c.mandant == page.c.mandant) & (eingang.c.antrag_id == page.c.antrag_id))
    )


def formular_pruefstatus(page: FromClause) -> Label[Any]:
    """Return what the virus scan said of the form data of the Vorgänge of a page."""
    dokument, inhalt = tables.dokument.c, tables.dokumentversion.c
    original = (
        (inhalt.mandant == dokument.mandant)
        & (inhalt.dokument_id == dokument.id)
        # What came in is the first version; form data in a Vorgang are those.
        & (inhalt.nummer == 1)
    )
    form = (dokument.mandant == page.c.mandant) & (dokument.vorgang_id == page.c.id) & (dokument.art == FORMULAR)
    statement = select(inhalt.pruefstatus).join(tables.dokument, original).where(form).limit(1)
    return statement.correlate(page).scalar_subquery().label("formular_pruefstatus")


def schaden_of(table: Table) -> Label[Any]:
    """Return what is wrong with the object that a row names, NULL while it is not quarantined."""
    columns = tables.quarantaene.c
    same = (columns.mandant == table.c.mandant) & (columns.objekt_key == table.c.objekt_key)
    return select(columns.schaden).where(same).correlate(table).scalar_subquery().label("schaden")


def dokumente_with_befund(scope: AccessScope, pruefstatus: str, paging: Paging) -> Subquery:
    """Return a page of the Dokumente in reach whose current version has a Befund; few, found by its index."""
    dokument, inhalt = tables.dokument.c, tables.dokumentversion.c
    has_befund = exists().where(
        inhalt.mandant == dokument.mandant,
        inhalt.dokument_id == dokument.id,
        inhalt.nummer == dokument.aktuelle_version,
        inhalt.befund.is_not(None),
        inhalt.pruefstatus == pruefstatus,
    )
    conditions = [may_read(tables.dokument, scope), has_befund]
    return page_of(tables.dokument, conditions, DOKUMENTE_SORT[paging.sort], paging)


def discarded_one(scope: AccessScope, dokument_id: UUID) -> Subquery:
    """Return one Dokument in the Papierkorb, or nothing when the scope does not reach it."""
    table = tables.dokument
    conditions = (table.c.id == dokument_id, table.c.geloescht_am.is_not(None), in_reach(table, scope))
    return select(table).where(*conditions).subquery("page")


def discarded_page(scope: AccessScope, paging: Paging) -> Subquery | None:
    """Return a page of the Papierkorb that the scope reaches; None when that is nothing."""
    table = tables.dokument
    limits, own, moment = scope.reach.get(READ, {}), _own_rows(table, scope), table.c.geloescht_am
    if not limits:
        return None
    sort = DOKUMENTE_SORT[paging.sort]
    return page_by_zustaendigkeit(table, reach_rows(limits), lambda row: [own(row), moment.is_not(None)], sort, paging)


def befunde(mandant: str, filters: BefundFilter, paging: Paging) -> Subquery:
    """Return a page of the Befunde of a Mandant; a file of the Posteingang only while it waits there."""
    inhalt, anlage, waiting = tables.dokumentversion, tables.eingang_anlage, tables.posteingang
    facts = ("mime_type", "groesse", "pruefstatus", "befund", "geprueft_am")

    def found(table: Table, dokument_id: Any, posteingang_id: Any) -> Select[Any]:
        columns = table.c
        return select(
            columns.id,
            dokument_id.label("dokument_id"),
            posteingang_id.label("posteingang_id"),
            *(columns[name] for name in facts),
        ).where(columns.mandant == mandant, columns.befund.is_not(None), columns.pruefstatus == filters.pruefstatus)

    nothing = null().cast(Uuid)
    unfiled = (
        (waiting.c.mandant == anlage.c.mandant)
        & (waiting.c.antrag_id == anlage.c.antrag_id)
        & waiting.c.vorgang_id.is_(None)
    )
    both = union_all(
        found(inhalt, inhalt.c.dokument_id, nothing),
        found(anlage, nothing, waiting.c.id).join(waiting, unfiled),
    ).subquery("befunde")
    moment, conditions = both.c.geprueft_am, []
    if filters.geprueft_ab is not None:
        conditions.append(moment >= filters.geprueft_ab)
    if filters.geprueft_vor is not None:
        conditions.append(moment < filters.geprueft_vor)
    return page_of(both, conditions, moment, paging)
