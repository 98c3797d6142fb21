"""The Aktenbestandsverzeichnis as it is answered."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from dms_records.api.schemas.aktenplan import Aussonderungsart
from dms_records.api.schemas.fields import RANKS, Aktenzeichen, Moment, Office, OfficeKeys, Vertraulichkeit
from dms_records.domain.aufbewahrung import aufzubewahren_bis
from dms_records.use_cases.queries import AktenbestandRow


class AktenbestandZeile(BaseModel):
    """Eine Akte im Verzeichnis."""

    aktenplaneinheit: str = Field(description="Schlüssel der Aktenplaneinheit.", examples=["32.20"])
    aktenplaneinheit_titel: str = Field(examples=["Gewerbeanzeigen"])
    aktenzeichen: Aktenzeichen
    titel: str = Field(examples=["Anmeldung eines Gewerbes"])
    art: str = Field(examples=["fallakte", "sammelakte"])
    jahr: int | None = Field(description="Jahr einer Sammelakte.")
    status: str = Field(examples=["registriert", "in_bearbeitung", "zda"])
    federfuehrende_oe: Office
    vertraulichkeit: Vertraulichkeit
    erstellt_am: Moment = Field(description="Beginn der Laufzeit.")
    zda_am: date | None = Field(description="Ende der Laufzeit.")
    aussonderungsart: Aussonderungsart | None = Field(description="A archivieren, B bewerten, V vernichten.")
    aufbewahrungsdauer: int | None = Field(description="In Jahren, vom Ende des Jahres der zdA-Verfügung an.")
    unbefristet: bool = Field(description="Ob die Akte ohne Ende aufbewahrt wird.")
    aufzubewahren_bis: date | None = Field(description="Null, solange sie nicht zu den Akten verfügt ist.")
    id: UUID
    uebergeordnet_id: UUID | None = Field(description="Die Akte, zu der diese Teilakte gehört.")


class Aktenbestandsverzeichnis(BaseModel):
    """Alle registrierten Akten, die Sie lesen dürfen."""

    stand: Moment
    items: list[AktenbestandZeile]
    anzahl: int


def zeile_of(row: AktenbestandRow, keys: OfficeKeys) -> Mapping[str, Any]:
    """Return a row as `AktenbestandZeile` says: a model of each of 100,000 Akten would cost too much."""
    facts = row._asdict()
    # As text: the driver's own kind of UUID is no UUID to a fast writer of JSON.
    facts["id"] = str(row.id)
    facts["uebergeordnet_id"] = None if row.uebergeordnet_id is None else str(row.uebergeordnet_id)
    facts["federfuehrende_oe"] = keys.get(row.zustaendigkeit_id)
    facts["vertraulichkeit"] = RANKS[row.rang]
    facts["unbefristet"] = row.unbefristet is True
    facts["aufzubewahren_bis"] = aufzubewahren_bis(row.zda_am, row.aufbewahrungsdauer)
    return {name: facts[name] for name in AktenbestandZeile.model_fields}
