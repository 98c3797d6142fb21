"""Fields that several answers have."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BeforeValidator, Field, PlainSerializer

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_UUID_LENGTH = 36

Moment = Annotated[
    datetime,
    PlainSerializer(lambda moment: moment.isoformat().replace("+00:00", "Z"), return_type=str, when_used="json"),
]

Etag = Annotated[str, Field(description="Stand des Objekts, für `If-Match`.", examples=['"1"'])]

Aktenzeichen = Annotated[str, Field(examples=["32.20#00007#0001"])]

Zeichen = Annotated[str | None, Field(description="Null, solange es ein Entwurf ist.", examples=["32.20#00007#0001"])]

Position = Annotated[int | None, Field(description="Ordnet Geschwister; null, wo keines eine Nummer hat.")]

AlteZeichen = Annotated[list[str], Field(description="Aktenzeichen vor Umzügen; damit wird es weiter gefunden.")]

FremdeZeichen = Annotated[list[str], Field(description="Zeichen, die andere vergeben haben, nicht eindeutig.")]

Ebene = Annotated[int, Field(description="Ebene unterhalb des Aktenplans, von 1 an.", examples=[1])]

Office = Annotated[str | None, Field(description="Schlüssel der federführenden Organisationseinheit.", examples=["32"])]

Pruefstatus = Literal["nicht_geprueft", "sauber", "befallen"]

Finding = Annotated[
    str | None,
    Field(
        description="Was gefunden wurde, oder warum die Datei nicht geprüft werden konnte.",
        examples=["Eicar-Signature"],
    ),
]

Vertraulichkeit = Literal["offen", "nur_fuer_den_dienstgebrauch", "vertraulich", "geheim", "streng_geheim"]

RANKS: tuple[Vertraulichkeit, ...] = (
    "offen",
    "nur_fuer_den_dienstgebrauch",
    "vertraulich",
    "geheim",
    "streng_geheim",
)


def _without_fraction(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


# JSON knows one kind of number: 5.0 is a whole one, "5" is none.
WHOLE = BeforeValidator(_without_fraction)


def _spelt_day(value: Any) -> Any:
    if isinstance(value, str) and not _DAY.fullmatch(value):
        raise ValueError(value)
    return value


def _spelt_id(value: Any) -> Any:
    if isinstance(value, str) and len(value) != _UUID_LENGTH:
        raise ValueError(value)
    return value


# In queries everything is text: without these, "0" would be the first day of 1970, and 32 digits an id.
Day = Annotated[date, BeforeValidator(_spelt_day)]

Id = Annotated[UUID, BeforeValidator(_spelt_id)]

OfficeKeys = Mapping[UUID, str]
