"""Write the Aktenbestandsverzeichnis."""

import asyncio
from collections.abc import Callable, Sequence

from dms_kit.core.actor import Actor
from dms_kit.core.ids import new_id
from dms_records.use_cases.ports import OpenUnitOfWork, Scopes
from dms_records.use_cases.queries import AktenbestandRow


async def write_aktenbestandsverzeichnis(
    write: Callable[[Sequence[AktenbestandRow]], None],
    *,
    form: str,
    actor: Actor,
    scopes: Scopes,
    unit_of_work: OpenUnitOfWork,
) -> None:
    """
    Hand each registered Akte that the reader may see to `write`, part by part, in the order of plan and number.

    Source: domain rules, a list of existing files must be producible. All of one moment; drafts are not part of it.
    Whoever takes the whole stock away leaves an entry in the Protokoll, which stands before anything is answered.
    """
    scope = await scopes.scope(actor)
    anzahl = 0
    async with unit_of_work() as uow:
        async for part in uow.queries.aktenbestand(scope):
            # Pure work, a thousand rows at a time: not in the way of everyone else.
            await asyncio.to_thread(write, part)
            anzahl += len(part)
        values: dict[str, str | int | None] = {"anzahl": anzahl, "format": form}
        uow.audit("aktenbestandsverzeichnis.read", "aktenbestandsverzeichnis", new_id(), values)
        await uow.commit()
