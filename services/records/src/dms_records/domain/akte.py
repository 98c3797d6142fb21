"""The Akte: everything on one matter, below one unit of the plan."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from dms_kit.core.ids import new_id
from dms_kit.core.text import sort_key
from dms_records.domain.aktenplaneinheit import SAMMELAKTE, Aktenplanstelle


@dataclass(eq=False, kw_only=True)
class Akte:
    """A Fallakte, or the Sammelakte of one `jahr`."""

    mandant: str
    id: UUID
    aktenzeichen: str
    titel: str
    art: str
    jahr: int | None
    aktenplaneinheit_id: UUID
    zustaendigkeit_id: UUID
    rang: int
    abgeschirmt: bool
    erstellt_am: datetime
    version: int = 1
    titel_sortierung: str = ""

    def __post_init__(self) -> None:
        self.titel_sortierung = sort_key(self.titel)

    @classmethod
    def under(
        cls,
        stelle: Aktenplanstelle,
        zustaendigkeit_id: UUID,
        *,
        betreff: str,
        aktenzeichen: str,
        jahr: int,
        moment: datetime,
    ) -> "Akte":
        """Create the Akte of one Eingang under a unit of the plan: a Fallakte of its own or the year's Sammelakte."""
        einheit = stelle.einheit
        is_sammelakte = stelle.aktenbildung == SAMMELAKTE
        return cls(
            mandant=einheit.mandant,
            id=new_id(),
            aktenzeichen=aktenzeichen,
            titel=f"{einheit.titel} {jahr}" if is_sammelakte else betreff,
            art=stelle.aktenbildung,
            jahr=jahr if is_sammelakte else None,
            aktenplaneinheit_id=einheit.id,
            zustaendigkeit_id=zustaendigkeit_id,
            rang=einheit.rang,
            abgeschirmt=False,
            erstellt_am=moment,
        )
