"""The projection of the organisation, as a port of the use cases."""

from sqlalchemy.ext.asyncio import AsyncSession

from dms_ingest.adapters.postgres.tables import metadata
from dms_kit.access.projection import apply_responsibility, apply_unit
from dms_kit.core.access import Responsibility, Unit


class OrganisationProjection:
    """Upserts the units and responsibilities of one Mandant."""

    def __init__(self, session: AsyncSession, mandant: str) -> None:
        self._session = session
        self._mandant = mandant

    async def apply_unit(self, unit: Unit, *, name: str, version: int) -> None:
        """Upsert an Organisationseinheit; an older version is ignored."""
        await apply_unit(self._session, metadata, unit, mandant=self._mandant, name=name, version=version)

    async def apply_responsibility(self, row: Responsibility, *, version: int) -> None:
        """Upsert a Zuständigkeit; an older version is ignored."""
        await apply_responsibility(self._session, metadata, row, mandant=self._mandant, version=version)
