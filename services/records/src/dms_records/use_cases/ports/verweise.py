"""What the use cases need of Verweise."""

from typing import Protocol
from uuid import UUID

from dms_kit.core.access import AccessScope
from dms_records.domain.schriftgut import SchriftgutBezug
from dms_records.domain.verweis import Verweis
from dms_records.use_cases.queries.paging import Paging, Rows
from dms_records.use_cases.queries.verweis import VerweisFilter, VerweisRow


class Verweise(Protocol):
    """Verweise between objects; who may not read both ends is shown nothing of them."""

    async def page(
        self, scope: AccessScope, bezug: SchriftgutBezug, filters: VerweisFilter, paging: Paging
    ) -> Rows[VerweisRow] | None:
        """Return a page of what goes out from an object and comes in; None when the object is not visible."""
        ...

    async def visible(self, scope: AccessScope, verweis_id: UUID) -> VerweisRow | None:
        """Return one Verweis whose ends the scope may read."""
        ...

    async def hold(self, verweis_id: UUID) -> Verweis | None:
        """Return a Verweis, its row held until the end of the transaction."""
        ...

    async def is_known(self, verweis: Verweis) -> bool:
        """Say whether there is one of its kind between the same two objects, in whichever direction."""
        ...

    async def add(self, verweis: Verweis) -> None:
        """
        Add a Verweis at once; what it refers to is not deleted before the end of the transaction.

        Raises VerweisExistsError when another has just been added between the two objects, and NotFoundError when what
        it refers to has been deleted meanwhile.
        """
        ...

    async def remove(self, verweis: Verweis) -> None:
        """Delete a Verweis."""
        ...
