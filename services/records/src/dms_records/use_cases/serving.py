"""What content is served with."""

from collections.abc import Callable
from dataclasses import dataclass

from dms_kit.core.clock import Clock
from dms_kit.ports.object_store import ObjectStore
from dms_records.use_cases.ports import OpenUnitOfWork


@dataclass(frozen=True, kw_only=True)
class Serving:
    """The store, and by Mandant the transaction in which the system notes what is wrong there."""

    store: ObjectStore
    unit_of_work: Callable[[str], OpenUnitOfWork]
    clock: Clock
