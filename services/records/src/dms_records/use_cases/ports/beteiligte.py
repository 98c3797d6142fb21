"""What the use cases need of Beteiligte."""

from typing import Protocol
from uuid import UUID

from dms_kit.core.access import AccessScope
from dms_records.domain.beteiligter import Beteiligter
from dms_records.domain.schriftgut import SchriftgutBezug
from dms_records.use_cases.queries.beteiligter import BeteiligterRow
from dms_records.use_cases.queries.paging import Paging, Rows


class Beteiligte(Protocol):
    """Beteiligte of Akten and Vorgänge; who may read those reads these."""

    async def page(
        self, scope: AccessScope, bezug: SchriftgutBezug, *, rolle: str | None, paging: Paging
    ) -> Rows[BeteiligterRow] | None:
        """Return a page of the Beteiligte of an object, of one role if it is given; None when it is not visible."""
        ...

    async def visible(self, scope: AccessScope, beteiligter_id: UUID) -> BeteiligterRow | None:
        """Return one Beteiligter of an object that the scope may read."""
        ...

    async def bezug(self, beteiligter_id: UUID) -> SchriftgutBezug | None:
        """Return the object to which a Beteiligter belongs, whatever the rights; None for an unknown one."""
        ...

    async def hold(self, beteiligter_id: UUID) -> Beteiligter | None:
        """Return a Beteiligter, its row held until the end of the transaction."""
        ...

    def add(self, beteiligter: Beteiligter) -> None:
        """Add a Beteiligter."""
        ...

    async def remove(self, beteiligter: Beteiligter) -> None:
        """Delete a Beteiligter with all that is said of it."""
        ...
