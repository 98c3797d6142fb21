"""What readers ask: rows for answers, each list and each object compiled with the reader's scope."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Protocol
from uuid import UUID

from dms_kit.core.access import AccessScope
from dms_records.use_cases.queries.akte import AkteFilter, AkteMitInhalt, AkteRow
from dms_records.use_cases.queries.aktenbestand import AktenbestandRow
from dms_records.use_cases.queries.aktenplan import AktenplanRow, AktenplanStandRow
from dms_records.use_cases.queries.beteiligter import BeteiligterRow
from dms_records.use_cases.queries.dokument import (
    BefundFilter,
    BefundRow,
    DokumentFilter,
    DokumentRow,
    DokumentversionRow,
    Inhalt,
    InhaltRow,
)
from dms_records.use_cases.queries.organisation import (
    OrganisationQueries,
    OrganisationseinheitFilter,
    OrganisationseinheitHistorieRow,
    OrganisationseinheitRow,
    ReorganisationRow,
    ZustaendigkeitFilter,
    ZustaendigkeitHistorieRow,
    ZustaendigkeitRow,
)
from dms_records.use_cases.queries.paging import READ, Paging, Rows, RowT
from dms_records.use_cases.queries.posteingang import AnlageRow, PosteingangFilter, PosteingangRow
from dms_records.use_cases.queries.schriftgut import SchriftgutFilter
from dms_records.use_cases.queries.verweis import VerweisFilter, VerweisRow
from dms_records.use_cases.queries.vorgang import VorgangFilter, VorgangRow

__all__ = [
    "READ",
    "AkteFilter",
    "AkteMitInhalt",
    "AkteRow",
    "AktenbestandRow",
    "AktenplanRow",
    "AktenplanStandRow",
    "AnlageRow",
    "BefundFilter",
    "BefundRow",
    "BeteiligterRow",
    "DokumentFilter",
    "DokumentRow",
    "DokumentversionRow",
    "Inhalt",
    "InhaltRow",
    "OrganisationQueries",
    "OrganisationseinheitFilter",
    "OrganisationseinheitHistorieRow",
    "OrganisationseinheitRow",
    "Paging",
    "PosteingangFilter",
    "PosteingangRow",
    "Queries",
    "ReorganisationRow",
    "RowT",
    "Rows",
    "SchriftgutFilter",
    "VerweisFilter",
    "VerweisRow",
    "VorgangFilter",
    "VorgangRow",
    "ZustaendigkeitFilter",
    "ZustaendigkeitHistorieRow",
    "ZustaendigkeitRow",
]


class Queries(Protocol):
    """Reads for answers; every method with a scope answers None or leaves out what the scope does not reach."""

    async def akten(self, scope: AccessScope, filters: AkteFilter, paging: Paging) -> Rows[AkteRow]:
        """Return a page of Akten."""
        ...

    async def akte(self, scope: AccessScope, akte_id: UUID) -> AkteRow | None:
        """Return one Akte."""
        ...

    def aktenbestand(self, scope: AccessScope) -> AsyncIterator[Sequence[AktenbestandRow]]:
        """Return every registered Akte by plan and number, all of one moment, a thousand rows at a time."""
        ...

    async def fristen(self) -> Mapping[int, Sequence[UUID]]:
        """Return the units of the plan by the years of the Aufbewahrungsdauer that holds at them, inherited or own."""
        ...

    async def written_akte(self, akte_id: UUID) -> AkteRow:
        """Return an Akte as it is after a write, whatever the scope: the act has decided who gets it."""
        ...

    async def written_vorgang(self, vorgang_id: UUID) -> VorgangRow:
        """Return a Vorgang as it is after a write, whatever the scope: the act has decided who gets it."""
        ...

    async def vorgaenge(self, scope: AccessScope, filters: VorgangFilter, paging: Paging) -> Rows[VorgangRow]:
        """Return a page of Vorgänge."""
        ...

    async def vorgang(self, scope: AccessScope, vorgang_id: UUID) -> VorgangRow | None:
        """Return one Vorgang with its form data."""
        ...

    async def dokumente(
        self, scope: AccessScope, vorgang_id: UUID, filters: DokumentFilter, paging: Paging
    ) -> Rows[DokumentRow] | None:
        """Return a page of a Vorgang's Dokumente; None when the Vorgang is not visible."""
        ...

    async def dokumente_of(
        self, scope: AccessScope, vorgang_ids: Sequence[UUID], limit: int
    ) -> Mapping[UUID, Rows[DokumentRow]]:
        """Return the first `limit` Dokumente of each of these Vorgänge by their place, in one query."""
        ...

    async def dokument(self, scope: AccessScope, dokument_id: UUID) -> DokumentRow | None:
        """Return one Dokument."""
        ...

    async def papierkorb(self, scope: AccessScope, paging: Paging) -> Rows[DokumentRow]:
        """Return a page of the Dokumente in the Papierkorb."""
        ...

    async def discarded(self, scope: AccessScope, dokument_id: UUID) -> DokumentRow | None:
        """Return one Dokument in the Papierkorb."""
        ...

    async def dokumentversionen(
        self, scope: AccessScope, dokument_id: UUID, paging: Paging
    ) -> Rows[DokumentversionRow] | None:
        """Return a page of a Dokument's versions; None when the Dokument is not visible."""
        ...

    async def dokumentversion(self, scope: AccessScope, dokument_id: UUID, nummer: int) -> DokumentversionRow | None:
        """Return one version of a Dokument."""
        ...

    async def dokumente_by_pruefstatus(self, scope: AccessScope, pruefstatus: str, paging: Paging) -> Rows[DokumentRow]:
        """Return a page of the Dokumente whose current version has a Befund with this Prüfstatus."""
        ...

    async def befunde(self, filters: BefundFilter, paging: Paging) -> Rows[BefundRow]:
        """Return a page of the Befunde of the Mandant, whatever the rights."""
        ...

    async def inhalt(self, scope: AccessScope, dokument_id: UUID, nummer: int | None) -> InhaltRow | None:
        """Return the file of one version, of the current one without `nummer`."""
        ...

    async def posteingang_list(self, filters: PosteingangFilter, paging: Paging) -> Rows[PosteingangRow]:
        """Return a page of the Posteingang."""
        ...

    async def posteingang(self, posteingang_id: UUID) -> PosteingangRow | None:
        """Return an item that still waits."""
        ...

    async def anlage_inhalt(self, posteingang_id: UUID, anlage_id: UUID) -> InhaltRow | None:
        """Return a file of an item that still waits."""
        ...
