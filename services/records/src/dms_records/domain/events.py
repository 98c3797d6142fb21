"""
Facts that leave records.

Each holds its aggregate, not a copy: the message is made after the flush, when the row version is known.
"""

from dataclasses import dataclass

from dms_records.domain.akte import Akte
from dms_records.domain.dokument import Dokument, Dokumentversion
from dms_records.domain.organisationseinheit import Organisationseinheit
from dms_records.domain.vorgang import Vorgang
from dms_records.domain.zustaendigkeit import Zustaendigkeit


@dataclass(frozen=True)
class OrganisationseinheitChanged:
    """An office was created or changed."""

    organisationseinheit: Organisationseinheit


@dataclass(frozen=True)
class ZustaendigkeitChanged:
    """A Zuständigkeit was created or changed."""

    zustaendigkeit: Zustaendigkeit


@dataclass(frozen=True)
class AkteCreated:
    """An Akte has its number, under the plan unit with this key; a draft is nobody else's business."""

    akte: Akte
    aktenplaneinheit: str


@dataclass(frozen=True)
class AkteChanged:
    """An Akte has new facts; `aktenplaneinheit` is the key of its plan unit."""

    akte: Akte
    aktenplaneinheit: str


@dataclass(frozen=True)
class VorgangCreated:
    """A Vorgang was filed together with its Dokumente, or registered."""

    vorgang: Vorgang


@dataclass(frozen=True)
class VorgangChanged:
    """A Vorgang has new facts."""

    vorgang: Vorgang


@dataclass(frozen=True)
class DokumentAdded:
    """A Dokument was added to a Vorgang, with its current version."""

    dokument: Dokument
    inhalt: Dokumentversion


@dataclass(frozen=True)
class DokumentChanged:
    """A Dokument or the file of its current version has other facts than before."""

    dokument: Dokument
    inhalt: Dokumentversion


@dataclass(frozen=True)
class RepublishCompleted:
    """Everything living was published again for a group."""

    lauf_id: str
    gruppe: str
    anzahl: int


RecordsEvent = (
    OrganisationseinheitChanged
    | ZustaendigkeitChanged
    | AkteCreated
    | AkteChanged
    | VorgangCreated
    | VorgangChanged
    | DokumentAdded
    | DokumentChanged
    | RepublishCompleted
)
