"""What the use cases need of offices."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Protocol
from uuid import UUID

from dms_records.domain.organisationseinheit import (
    Organisationseinheit,
    OrganisationseinheitBelegung,
    OrganisationseinheitHistorie,
)
from dms_records.domain.reorganisation import Reorganisation
from dms_records.domain.zustaendigkeit import Zustaendigkeit, ZustaendigkeitHistorie

OrganisationRow = Organisationseinheit | OrganisationseinheitHistorie | ZustaendigkeitHistorie | Reorganisation


class Organisation(Protocol):
    """Offices and Zuständigkeiten."""

    async def lock(self) -> None:
        """Hold back every other change of the organisation, and new Zuständigkeiten, until the end."""
        ...

    async def all(self) -> Sequence[Organisationseinheit]:
        """Return every office of the Mandant."""
        ...

    async def by_schluessel(self, schluessel: str) -> Organisationseinheit | None:
        """Return the office with this key."""
        ...

    async def get(self, organisationseinheit_id: UUID) -> Organisationseinheit:
        """Return an office that is known to exist."""
        ...

    async def find(self, organisationseinheit_id: UUID) -> Organisationseinheit | None:
        """Return an office."""
        ...

    async def belegung(self, organisationseinheit_id: UUID) -> OrganisationseinheitBelegung:
        """Count what hangs on an office."""
        ...

    async def obtain_zustaendigkeit(
        self, aktenplaneinheit_id: UUID, organisationseinheit_id: UUID, *, today: date
    ) -> tuple[Zustaendigkeit, bool]:
        """
        Return the Zuständigkeit of the pair that takes new files, created when missing, and whether it was.

        OrganisationseinheitClosedError when one is missing and the office does not exist (any more) on that day.
        """
        ...

    async def is_reorganised(self) -> bool:
        """Say whether there was a reorganisation."""
        ...

    async def open_zustaendigkeiten(self) -> Sequence[Zustaendigkeit]:
        """Return every open Zuständigkeit; a change of one is saved by `save_zustaendigkeiten` alone."""
        ...

    async def save_zustaendigkeiten(self, rows: Sequence[Zustaendigkeit]) -> None:
        """Save Zuständigkeiten that have another office, with the same few statements however many they are."""
        ...

    async def count_schriftgut(self, zustaendigkeiten: Collection[UUID]) -> Mapping[UUID, Mapping[str, int]]:
        """Count `akten`, `vorgaenge` and `dokumente` of each Zuständigkeit; one without any may be missing."""
        ...

    def add(self, *rows: OrganisationRow) -> None:
        """Add what is new; an office that is known already stays as it is."""
        ...
