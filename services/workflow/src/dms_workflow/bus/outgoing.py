"""Workflow's facts as Protobuf messages."""

from google.protobuf.timestamp_pb2 import Timestamp

from dms.workflow.v1 import aufgabe_events_pb2 as messages
from dms_kit.messaging.outbox import Outgoing
from dms_workflow.domain.aufgabe import ERLEDIGT
from dms_workflow.domain.events import (
    AufgabeClaimed,
    AufgabeCompleted,
    AufgabeOpened,
    AufgabeReleased,
    WorkflowEvent,
)

_MESSAGES = {
    AufgabeOpened: messages.AufgabeOpened,
    AufgabeClaimed: messages.AufgabeClaimed,
    AufgabeReleased: messages.AufgabeReleased,
    AufgabeCompleted: messages.AufgabeCompleted,
}


def to_message(event: WorkflowEvent) -> Outgoing:
    """Return the message of a fact, with the Aufgabe as it is at this version."""
    return Outgoing(key=str(event.aufgabe.id), body=_MESSAGES[type(event)](aufgabe=_facts(event)))


def _facts(event: WorkflowEvent) -> messages.Aufgabe:
    aufgabe = event.aufgabe
    moment = Timestamp()
    moment.FromDatetime(event.zeitpunkt)
    return messages.Aufgabe(
        id=str(aufgabe.id),
        version=aufgabe.version,
        vorgang_id=str(aufgabe.vorgang_id),
        antrag_id=str(aufgabe.antrag_id) if aufgabe.antrag_id else "",
        status=aufgabe.status,
        zeitpunkt=moment,
        # A Vorgang has one Aufgabe (unique in the database).
        offene_aufgaben=0 if aufgabe.status == ERLEDIGT else 1,
    )
