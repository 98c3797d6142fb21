"""
Facts that leave workflow.

Each holds its aggregate, not a copy: the message is made after the flush, when the row version is known.
"""

from dataclasses import dataclass
from datetime import datetime

from dms_workflow.domain.aufgabe import Aufgabe


@dataclass(frozen=True)
class AufgabeOpened:
    """An Aufgabe is open for the office that is responsible for its Vorgang."""

    aufgabe: Aufgabe
    zeitpunkt: datetime


@dataclass(frozen=True)
class AufgabeClaimed:
    """Somebody took the Aufgabe."""

    aufgabe: Aufgabe
    zeitpunkt: datetime


@dataclass(frozen=True)
class AufgabeReleased:
    """The Aufgabe was given back."""

    aufgabe: Aufgabe
    zeitpunkt: datetime


@dataclass(frozen=True)
class AufgabeCompleted:
    """The Aufgabe is done."""

    aufgabe: Aufgabe
    zeitpunkt: datetime


WorkflowEvent = AufgabeOpened | AufgabeClaimed | AufgabeReleased | AufgabeCompleted
