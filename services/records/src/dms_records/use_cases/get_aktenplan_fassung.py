"""Ask whether the Aktenplan is still the one that was read."""

from dms_records.use_cases.ports import OpenUnitOfWork


async def get_aktenplan_fassung(*, unit_of_work: OpenUnitOfWork) -> tuple[int, ...]:
    """
    Return what any change of the plan, of its history or of the offices that it names makes another.

    Whoever keeps what was made of a plan reads it before the plan: what is newer in the plan is then read once more,
    and never missed.
    """
    async with unit_of_work() as uow:
        return await uow.aktenplan.fassung()
