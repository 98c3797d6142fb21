"""What filing by rule and by hand need of a place in the plan."""

from uuid import UUID

from dms_kit.core.clock import BERLIN, Clock, year_in_berlin
from dms_records.domain.aktenplaneinheit import SAMMELAKTE, Aktenplanstelle
from dms_records.domain.errors import AblageRefusedError
from dms_records.domain.events import ZustaendigkeitChanged
from dms_records.domain.schriftgut import ZDA
from dms_records.use_cases.ports import UnitOfWork


async def refuse_closed_sammelakte(uow: UnitOfWork, stelle: Aktenplanstelle, clock: Clock) -> None:
    """Refuse a place whose Sammelakte of this year is zdA; otherwise nobody closes it before the end."""
    if stelle.aktenbildung != SAMMELAKTE:
        return
    zustaendigkeit_id = await obtain_zustaendigkeit(uow, stelle, clock)
    akte = await uow.schriftgut.sammelakte(stelle.einheit.id, zustaendigkeit_id, year_in_berlin(clock.now()))
    if akte is not None:
        held = await uow.schriftgut.akte_above(akte.id)
        if held is not None and held.status == ZDA:
            raise AblageRefusedError(f"Die Sammelakte {held.aktenzeichen} ist zu den Akten verfügt.")


async def obtain_zustaendigkeit(uow: UnitOfWork, stelle: Aktenplanstelle, clock: Clock) -> UUID:
    """Return the Zuständigkeit of a place in the plan; a new one is said to everyone."""
    zustaendigkeit, is_new = await uow.organisation.obtain_zustaendigkeit(
        stelle.einheit.id, stelle.organisationseinheit_id, today=clock.now().astimezone(BERLIN).date()
    )
    if is_new:
        uow.record(ZustaendigkeitChanged(zustaendigkeit))
        uow.audit("zustaendigkeit.created", "zustaendigkeit", zustaendigkeit.id)
    return zustaendigkeit.id
