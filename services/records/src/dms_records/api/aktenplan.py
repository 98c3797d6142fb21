"""The Aktenplan."""

from collections.abc import Sequence
from uuid import UUID

from dms_kit.web.conditional import etag_of
from dms_kit.web.routing import Router
from dms_records.api.dependencies import AccessDep, PlanReader
from dms_records.api.schemas.aktenplan import Aktenplan, Aktenplaneinheit
from dms_records.use_cases.get_aktenplan import get_aktenplan
from dms_records.use_cases.queries import AktenplanRow

router = Router(tags=["Aktenplan"])


@router.get("/api/v1/aktenplan", summary="Aktenplan lesen")
async def get_aktenplan_endpoint(actor: PlanReader, access: AccessDep) -> Aktenplan:
    """Liefert den ganzen Aktenplan als Baum, geordnet nach Schlüsseln."""
    return _tree(await get_aktenplan(unit_of_work=access.units.for_actor(actor)))


def _tree(rows: Sequence[AktenplanRow]) -> Aktenplan:
    names = [name for name in Aktenplaneinheit.model_fields if name not in {"etag", "untergeordnet"}]
    nodes: dict[UUID, Aktenplaneinheit] = {}
    for row in rows:
        facts = {name: getattr(row, name) for name in names}
        nodes[row.id] = Aktenplaneinheit.model_validate({**facts, "etag": etag_of(row.version)})
    top: list[Aktenplaneinheit] = []
    for row in rows:
        siblings = top if row.uebergeordnet_id is None else nodes[row.uebergeordnet_id].untergeordnet
        siblings.append(nodes[row.id])
    return Aktenplan(items=top)
