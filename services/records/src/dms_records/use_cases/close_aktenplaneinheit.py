"""Close a unit of the plan."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from dms_kit.core.clock import BERLIN, Clock
from dms_records.use_cases.change_aktenplaneinheit import (
    GESCHLOSSEN,
    ChangeAktenplaneinheit,
    change_aktenplaneinheit,
)
from dms_records.use_cases.ports import OpenUnitOfWork
from dms_records.use_cases.queries import AktenplanRow


@dataclass(frozen=True, kw_only=True)
class CloseAktenplaneinheit:
    """Which unit ends, and its first day as a closed one (today when it is not said)."""

    aktenplaneinheit_id: UUID
    gueltig_bis: date | None = None
    grund: str | None = None


async def close_aktenplaneinheit(
    command: CloseAktenplaneinheit,
    *,
    check_version: Callable[[int], None],
    unit_of_work: OpenUnitOfWork,
    clock: Clock,
) -> Sequence[AktenplanRow]:
    """
    End the validity of a unit, after all units below it: nothing new is filed here, what is filed stays as it is.

    The same act as any other change of a unit, under its own name. `check_version` as there.
    """
    today = clock.now().astimezone(BERLIN).date()
    change = ChangeAktenplaneinheit(
        aktenplaneinheit_id=command.aktenplaneinheit_id,
        angaben={"gueltig_bis": command.gueltig_bis or today},
        anlass=GESCHLOSSEN,
        grund=command.grund,
    )
    return await change_aktenplaneinheit(change, check_version=check_version, unit_of_work=unit_of_work, clock=clock)
