"""Rows of the Aktenbestandsverzeichnis."""

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID


class AktenbestandRow(NamedTuple):
    """
    A registered Akte with what holds at its plan unit; without `aufbewahrungsdauer` it is kept without end.

    A tuple, because the whole stock is read at once.
    """

    id: UUID
    aktenplaneinheit: str
    aktenplaneinheit_titel: str
    aktenzeichen: str
    titel: str
    art: str
    jahr: int | None
    uebergeordnet_id: UUID | None
    status: str
    zustaendigkeit_id: UUID
    rang: int
    erstellt_am: datetime
    zda_am: date | None
    aussonderungsart: str | None
    aufbewahrungsdauer: int | None
    unbefristet: bool | None
