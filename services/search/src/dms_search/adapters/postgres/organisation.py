"""The projection by which rights are resolved."""

from sqlalchemy.ext.asyncio import AsyncSession

from dms_kit.access.projection import apply_responsibility, apply_unit
from dms_kit.core.access import Responsibility, Unit
from dms_search.adapters.postgres.tables import metadata


class OrganisationProjection:
    """Upserts the units and responsibilities of the Mandant of a transaction."""

    def __init__(self, session: AsyncSession, mandant: str) -> None:
        self._session = session
        self._mandant = mandant

    async def put_unit(self, unit: Unit, *, name: str, version: int) -> None:
        """Upsert an office."""
        await apply_unit(self._session, metadata, unit, mandant=self._mandant, name=name, version=version)

    async def put_responsibility(self, row: Responsibility, *, version: int) -> None:
        """Upsert a Zuständigkeit."""
        await apply_responsibility(self._session, metadata, row, mandant=self._mandant, version=version)
