"""Indexeintrag: what the index holds of one Akte, Vorgang or Dokument."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class IndexeintragTyp(StrEnum):
    """What can be found."""

    AKTE = "akte"
    VORGANG = "vorgang"
    DOKUMENT = "dokument"


@dataclass(frozen=True, kw_only=True)
class Indexeintrag:
    """
    The searchable facts of one object at a version; an older version never replaces a newer one.

    `inhalt` is the text of a Dokument, `grund` why it has none; with `entfernt` nothing of it is to be found. Rights
    are decided by `zustaendigkeit_id`, `rang` and `abgeschirmt` alone; whose they are is resolved when read.
    """

    mandant: str
    typ: IndexeintragTyp
    id: UUID
    version: int
    akte_id: UUID
    vorgang_id: UUID | None
    aktenzeichen: str
    titel: str
    zustaendigkeit_id: UUID
    rang: int
    abgeschirmt: bool
    jahr: int
    dateiname: str = ""
    inhalt: str = ""
    grund: str = ""
    entfernt: bool = False

    @property
    def schluessel(self) -> str:
        """Return the one key under which the index holds the object."""
        return schluessel_of(self.mandant, self.typ, self.id)


def schluessel_of(mandant: str, typ: IndexeintragTyp, objekt_id: UUID) -> str:
    """Return the one key under which the index holds an object."""
    return f"{mandant}/{typ}/{objekt_id}"
