"""What search hears: a message with the fact in it, mapped and prepared."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from dms_kit.core.access import Responsibility, Unit
from dms_search.domain.indexeintrag import Indexeintrag


@dataclass(frozen=True, kw_only=True)
class IndexeintragFact:
    """
    An Akte, a Vorgang or a Dokument as it is now; `antrag_id` only of what came with an Antrag.

    `is_preliminary`: the file of a Dokument may not be read yet, another version will say more.
    """

    eintrag: Indexeintrag
    antrag_id: UUID | None = None
    is_preliminary: bool = False


@dataclass(frozen=True, kw_only=True)
class OrganisationseinheitFact:
    """An office as it is now."""

    unit: Unit
    name: str
    version: int


@dataclass(frozen=True, kw_only=True)
class ZustaendigkeitFact:
    """A Zuständigkeit as it is now."""

    row: Responsibility
    version: int


@dataclass(frozen=True, kw_only=True)
class RepublishFact:
    """A run is over at its owner, who published this many facts again."""

    lauf_id: UUID
    anzahl: int


@dataclass(frozen=True, kw_only=True)
class Meldung:
    """A message: its id, its time, its fact, and the run for which it was published again, if it was."""

    id: str
    zeitpunkt: datetime
    fact: IndexeintragFact | OrganisationseinheitFact | ZustaendigkeitFact | RepublishFact
    lauf_id: UUID | None = None
