"""Numbers that others gave to an Akte or a Vorgang."""

from collections.abc import Sequence

from dms_records.domain.akte import Akte
from dms_records.domain.vorgang import Vorgang
from dms_records.use_cases.ports import UnitOfWork


async def set_fremde_geschaeftszeichen(uow: UnitOfWork, objekt: Akte | Vorgang, zeichen: Sequence[str] | None) -> bool:
    """Have an object found by these numbers too, and by its old ones as before; say whether anything changed."""
    fremde = list(dict.fromkeys(zeichen or ()))
    if zeichen is None or fremde == objekt.fremde_geschaeftszeichen:
        return False
    noun = type(objekt).__name__.lower()
    before, objekt.fremde_geschaeftszeichen = objekt.fremde_geschaeftszeichen, fremde
    named = "fremde_geschaeftszeichen"
    values = {f"{named}_alt": " | ".join(before), named: " | ".join(fremde)}
    uow.audit(f"{noun}.changed", noun, objekt.id, values)
    await uow.schriftgut.set_geschaeftszeichen(objekt.id, [*objekt.alte_geschaeftszeichen, *fremde])
    return True
