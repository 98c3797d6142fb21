"""What the use cases need of the Aktenplan."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from dms_records.domain.ablageregel import Ablageregel
from dms_records.domain.aktenplaneinheit import Aktenplaneinheit
from dms_records.use_cases.queries import AktenplanRow, AktenplanStandRow, Paging, Rows


class Aktenplan(Protocol):
    """The plan and the rules that lead into it."""

    async def lock(self) -> None:
        """Hold back everyone else who changes the plan until the end of the transaction; filing goes on."""
        ...

    async def all(self, *, hold: bool = False) -> Sequence[Aktenplaneinheit]:
        """Return every unit of the plan; with `hold` nothing is filed under any until the end of the transaction."""
        ...

    async def fassung(self) -> tuple[int, ...]:
        """Return what any change of the plan or of the offices makes another."""
        ...

    async def copies(self) -> Sequence[Aktenplaneinheit]:
        """Return every unit of the plan as an object of its own, which nothing saves but `save_all`."""
        ...

    async def save_all(self, new: Sequence[Aktenplaneinheit], changed: Sequence[Aktenplaneinheit]) -> None:
        """
        Save many units with few statements; `changed` ones get their next version.

        Raises PreconditionFailedError when one of them was changed since it was read.
        """
        ...

    async def get(self, aktenplaneinheit_id: UUID) -> Aktenplaneinheit | None:
        """Return a unit."""
        ...

    async def path(self, aktenplaneinheit_id: UUID, *, hold: bool = False) -> Sequence[Aktenplaneinheit]:
        """
        Return a unit and all units above it, nearest first.

        With `hold` they stay as they are until the end of the transaction: nothing is filed under a unit that is closed
        at the same time.
        """
        ...

    async def unterbaum(self, aktenplaneinheit_id: UUID) -> Sequence[Aktenplaneinheit]:
        """Return all units below a unit, in no order."""
        ...

    async def by_schluessel(self, schluessel: str) -> Aktenplaneinheit | None:
        """Return the unit with this key."""
        ...

    async def akten_between(self, aktenplaneinheit_ids: Collection[UUID]) -> Mapping[UUID, tuple[datetime, datetime]]:
        """Return when the first and the last Akte of each unit was made; units without Akten are left out."""
        ...

    async def note_staende(
        self, ids: Collection[UUID], *, anlass: str, moment: datetime, wirksam_ab: date, grund: str | None = None
    ) -> None:
        """
        Add the Stand that these units have now (after a flush) to their histories, as the act of the one who acts.

        One statement for all of them. The first Stand holds from the day on which the unit does, each other one from
        `wirksam_ab`, or from the day of the one before if that is later.
        """
        ...

    async def seit(self, aktenplaneinheiten: Collection[UUID]) -> Mapping[UUID, date]:
        """Return the day from which the newest Stand of each unit holds, in one statement."""
        ...

    async def staende(self, aktenplaneinheit_id: UUID, paging: Paging) -> Rows[AktenplanStandRow]:
        """Return a page of a unit's history by version."""
        ...

    async def rows(self, stichtag: date | None = None) -> Sequence[AktenplanRow]:
        """Return the whole plan, sorted by key, in one query: as it is, or as it held on a day."""
        ...

    async def path_rows(self, aktenplaneinheit_id: UUID) -> Sequence[AktenplanRow]:
        """Return a unit and all units above it, nearest first, for an answer; nothing for an unknown id."""
        ...

    async def regeln(self, leistung: str | None = None) -> Sequence[Ablageregel]:
        """Return all rules, or those whose Leistung is a prefix of (or equal to) this key."""
        ...

    def add(self, row: Aktenplaneinheit | Ablageregel) -> None:
        """Add a new unit or rule."""
        ...

    async def remove(self, regel: Ablageregel) -> None:
        """Remove a rule."""
        ...
