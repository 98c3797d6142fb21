"""Query parameters that lists of Akten and Vorgänge share."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Any

from fastapi import Depends, Query

from dms_kit.core.clock import BERLIN
from dms_records.api.schemas.fields import RANKS, Day, Id, Vertraulichkeit

_ONE_DAY = timedelta(days=1)
Key = Annotated[str | None, Query(max_length=60, description="Schlüssel.")]
Part = Annotated[
    str | None,
    Query(min_length=1, max_length=200, description="Ein Teil davon; Groß- und Kleinschreibung und Akzente sind egal."),
]
Zeichen = Annotated[str | None, Query(max_length=300, description="Ganzes Aktenzeichen.")]
AnyZeichen = Annotated[str | None, Query(max_length=300, description="Aktenzeichen, früheres oder fremdes Zeichen.")]
Below = Annotated[Id | None, Query(description="Nur, was direkt darunter liegt.")]
Rank = Annotated[Vertraulichkeit | None, Query(description="Genau diese Vertraulichkeit.")]
First = Annotated[Day | None, Query(description="Erster Tag.")]
Last = Annotated[Day | None, Query(description="Letzter Tag.")]
Subtree = Annotated[bool, Query(description="Auch alle Einheiten unter der Aktenplaneinheit.")]


class Laufzeit:
    """From when until when something was begun, and set zdA."""

    def __init__(
        self, *, erstellt_ab: First = None, erstellt_bis: Last = None, zda_ab: First = None, zda_bis: Last = None
    ) -> None:
        self.facts: dict[str, Any] = {
            "erstellt_ab": None if erstellt_ab is None else begin_of(erstellt_ab),
            "erstellt_vor": None if erstellt_bis is None else end_of(erstellt_bis),
            "zda_ab": zda_ab,
            "zda_bis": zda_bis,
        }


class Eingrenzung:
    """What a list is narrowed to."""

    def __init__(
        self,
        laufzeit: Annotated[Laufzeit, Depends()],
        *,
        federfuehrende_oe: Key = None,
        aktenplaneinheit: Key = None,
        unterbaum: Subtree = False,
        vertraulichkeit: Rank = None,
        uebergeordnet_id: Below = None,
        aktenzeichen: Zeichen = None,
        geschaeftszeichen: AnyZeichen = None,
    ) -> None:
        self.federfuehrende_oe = federfuehrende_oe
        self.facts: dict[str, Any] = {
            **laufzeit.facts,
            "aktenplaneinheit": aktenplaneinheit,
            "unterbaum": unterbaum,
            "rang": None if vertraulichkeit is None else RANKS.index(vertraulichkeit),
            "uebergeordnet_id": uebergeordnet_id,
            "aktenzeichen": aktenzeichen,
            "geschaeftszeichen": geschaeftszeichen,
        }


EingrenzungDep = Annotated[Eingrenzung, Depends()]


def begin_of(day: date) -> datetime | None:
    """Return the moment at which a day begins in Germany; None before every moment."""
    # The first and the last day of the calendar have no moment in UTC.
    return None if day == date.min else datetime.combine(day, time(), BERLIN)


def end_of(day: date) -> datetime | None:
    """Return the moment at which a day is over; None after every moment."""
    return None if day >= date.max - _ONE_DAY else begin_of(day + _ONE_DAY)
