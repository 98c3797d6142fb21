"""What readers ask: rows for answers, each list and each object compiled with the reader's scope."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from dms_kit.core.access import AccessScope

READ = "schriftgut:read"
RowT = TypeVar("RowT")


@dataclass(frozen=True, kw_only=True)
class Paging:
    """
    A place in a list: sorted by `sort` (a field, then the id), from behind `after` (its value and id).

    `descending` turns both; `limit` is the number of rows wanted.
    """

    sort: str
    descending: bool
    limit: int
    after: tuple[Any, UUID] | None = None


@dataclass(frozen=True)
class Rows(Generic[RowT]):
    """A page, and the place of its last row when there is more."""

    items: Sequence[RowT]
    next: tuple[Any, UUID] | None


@dataclass(frozen=True, kw_only=True)
class AkteRow:
    """An Akte as it is answered."""

    id: UUID
    version: int
    aktenzeichen: str
    titel: str
    art: str
    jahr: int | None
    aktenplaneinheit: str
    zustaendigkeit_id: UUID
    rang: int
    erstellt_am: datetime


@dataclass(frozen=True, kw_only=True)
class VorgangRow:
    """
    A Vorgang with what came in.

    Only of a single one: `formulardaten` (JSON text as sent) and what the virus scan said of the file with them.
    """

    id: UUID
    version: int
    akte_id: UUID
    aktenzeichen: str
    betreff: str
    status: str
    zustaendigkeit_id: UUID
    rang: int
    erstellt_am: datetime
    antrag_id: UUID | None
    eingangsnummer: str | None
    leistung_schluessel: str | None
    leistung_bezeichnung: str | None
    formulardaten: str | None = None
    formular_pruefstatus: str | None = None


@dataclass(frozen=True, kw_only=True)
class DokumentRow:
    """A Dokument with the facts of its current version."""

    id: UUID
    version: int
    vorgang_id: UUID
    aktenzeichen: str
    nummer: int
    titel: str
    art: str
    aktuelle_version: int
    dateiname: str
    mime_type: str
    groesse: int
    sha256: str
    sha512: str
    pruefstatus: str
    befund: str | None
    geprueft_am: datetime | None
    zustaendigkeit_id: UUID
    rang: int
    erstellt_am: datetime


@dataclass(frozen=True, kw_only=True)
class InhaltRow:
    """A file to be served: where it lies and by which it is verified; `objekt_id` is the object of the Protokoll."""

    objekt_id: UUID
    dokument_id: UUID
    art: str
    dateiname: str
    mime_type: str
    groesse: int
    sha256: str
    blocks: bytes
    objekt_key: str
    pruefstatus: str
    befund: str | None = None


@dataclass(frozen=True, kw_only=True)
class AnlageRow:
    """A file of an item of the Posteingang."""

    id: UUID
    posteingang_id: UUID
    art: str
    dateiname: str
    mime_type: str
    groesse: int
    sha256: str
    pruefstatus: str


@dataclass(frozen=True, kw_only=True)
class BefundRow:
    """A file of a Dokument or in the Posteingang that is infected or could not be scanned; nothing of what it says."""

    id: UUID
    dokument_id: UUID | None
    posteingang_id: UUID | None
    mime_type: str
    groesse: int
    pruefstatus: str
    befund: str
    geprueft_am: datetime


@dataclass(frozen=True, kw_only=True)
class PosteingangRow:
    """An item that waits in the Posteingang."""

    id: UUID
    version: int
    antrag_id: UUID
    eingangsnummer: str
    eingegangen_am: datetime
    betreff: str
    leistung_schluessel: str
    leistung_bezeichnung: str
    region: str
    grund: str
    anlagen: Sequence[AnlageRow] = field(default=())


@dataclass(frozen=True, kw_only=True)
class OrganisationseinheitRow:
    """An office; `uebergeordnet` is the key of the one above."""

    id: UUID
    version: int
    schluessel: str
    name: str
    uebergeordnet: str | None
    gueltig_von: date
    gueltig_bis: date | None


@dataclass(frozen=True, kw_only=True)
class AktenplanRow:
    """A unit of the plan, with the key of its office."""

    id: UUID
    version: int
    uebergeordnet_id: UUID | None
    schluessel: str
    titel: str
    aussonderungsart: str | None
    aufbewahrungsdauer: int | None
    unbefristet: bool | None
    aktenbildung: str | None
    stillgelegt: bool
    gueltig_von: date
    gueltig_bis: date | None
    organisationseinheit: str | None


@dataclass(frozen=True, kw_only=True)
class VorgangFilter:
    """Filters of the list of Vorgänge; None filters nothing."""

    status: str | None = None
    zustaendigkeiten: frozenset[UUID] | None = None
    akte_id: UUID | None = None
    aktenzeichen: str | None = None


@dataclass(frozen=True, kw_only=True)
class AkteFilter:
    """Filters of the list of Akten; None filters nothing."""

    zustaendigkeiten: frozenset[UUID] | None = None
    aktenplaneinheit: str | None = None
    aktenzeichen: str | None = None


@dataclass(frozen=True, kw_only=True)
class Inhalt:
    """A file being served; `chunks` are verified bytes from `start`, `length` of them."""

    row: InhaltRow
    start: int
    length: int
    chunks: AsyncIterator[bytes]


class Queries(Protocol):
    """Reads for answers; every method with a scope answers None or leaves out what the scope does not reach."""

    async def akten(self, scope: AccessScope, filters: AkteFilter, paging: Paging) -> Rows[AkteRow]:
        """Return a page of Akten."""
        ...

    async def akte(self, scope: AccessScope, akte_id: UUID) -> AkteRow | None:
        """Return one Akte."""
        ...

    async def vorgaenge(self, scope: AccessScope, filters: VorgangFilter, paging: Paging) -> Rows[VorgangRow]:
        """Return a page of Vorgänge."""
        ...

    async def vorgang(self, scope: AccessScope, vorgang_id: UUID) -> VorgangRow | None:
        """Return one Vorgang with its form data."""
        ...

    async def dokumente(self, scope: AccessScope, vorgang_id: UUID, paging: Paging) -> Rows[DokumentRow] | None:
        """Return a page of a Vorgang's Dokumente; None when the Vorgang is not visible."""
        ...

    async def dokument(self, scope: AccessScope, dokument_id: UUID) -> DokumentRow | None:
        """Return one Dokument."""
        ...

    async def dokumente_by_pruefstatus(self, scope: AccessScope, pruefstatus: str, paging: Paging) -> Rows[DokumentRow]:
        """Return a page of the Dokumente whose current version has a Befund with this Prüfstatus."""
        ...

    async def befunde(self, pruefstatus: str, paging: Paging) -> Rows[BefundRow]:
        """Return a page of the Befunde of the Mandant with this Prüfstatus, whatever the rights."""
        ...

    async def inhalt(self, scope: AccessScope, dokument_id: UUID, nummer: int | None) -> InhaltRow | None:
        """Return the file of one version, of the current one without `nummer`."""
        ...

    async def posteingang_list(self, paging: Paging) -> Rows[PosteingangRow]:
        """Return a page of the Posteingang."""
        ...

    async def posteingang(self, posteingang_id: UUID) -> PosteingangRow | None:
        """Return an item that still waits."""
        ...

    async def anlage_inhalt(self, posteingang_id: UUID, anlage_id: UUID) -> InhaltRow | None:
        """Return a file of an item that still waits."""
        ...

    async def organisationseinheiten(self, paging: Paging) -> Rows[OrganisationseinheitRow]:
        """Return a page of the offices."""
        ...

    async def aktenplan(self) -> Sequence[AktenplanRow]:
        """Return the whole plan, sorted by key, in one query."""
        ...
