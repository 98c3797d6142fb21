"""Who am I."""

from dms_kit.roles import ROLES
from dms_kit.web.routing import Router
from dms_kit.web.security import Caller
from dms_records.api.schemas.organisation import Ich, Mitgliedschaft

router = Router(tags=["Ich"])


@router.get("/api/v1/ich", summary="Wer bin ich")
async def get_ich(actor: Caller) -> Ich:
    """Sagt, wer Sie sind, welche Mitgliedschaften Sie haben und welche Rechte daraus folgen."""
    names = {membership.role for membership in actor.memberships} | actor.client_roles
    known = [ROLES[name] for name in names if name in ROLES]
    return Ich(
        sub=actor.sub,
        name=actor.name,
        mandant=actor.mandant,
        mitgliedschaften=[
            Mitgliedschaft(organisationseinheit=membership.unit, rolle=membership.role)
            for membership in sorted(actor.memberships)
        ],
        client_rollen=sorted(actor.client_roles),
        rechte=sorted({right for role in known for right in role.rights}),
    )
