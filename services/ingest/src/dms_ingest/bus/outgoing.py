"""Ingest's facts as Protobuf messages."""

from google.protobuf.timestamp_pb2 import Timestamp

from dms.ingest.v1 import antrag_events_pb2 as messages
from dms_ingest.domain.anlage import Anlage, Objekt
from dms_ingest.domain.events import AntragSubmitted
from dms_kit.messaging.outbox import Outgoing

# An Antrag does not change: what became of it is others' fact.
_VERSION = 1


def to_message(event: AntragSubmitted) -> Outgoing:
    """Return the message of an accepted Antrag."""
    antrag = event.antrag
    moment = Timestamp()
    moment.FromDatetime(antrag.eingegangen_am)
    body = messages.AntragSubmitted(
        antrag_id=str(antrag.id),
        version=_VERSION,
        eingangsnummer=antrag.eingangsnummer,
        eingegangen_am=moment,
        leistung_schluessel=antrag.leistung_schluessel,
        leistung_bezeichnung=antrag.leistung_bezeichnung,
        region=antrag.region,
        betreff=antrag.betreff,
        formular=_objekt(antrag.formular),
        anlagen=[_anlage(anlage) for anlage in antrag.anlagen],
    )
    return Outgoing(key=str(antrag.id), body=body)


def _anlage(anlage: Anlage) -> messages.Anlage:
    return messages.Anlage(
        id=str(anlage.id),
        dateiname=anlage.dateiname,
        mime_type=anlage.mime_type,
        objekt=_objekt(anlage.objekt),
        position=anlage.position,
    )


def _objekt(objekt: Objekt) -> messages.Objekt:
    return messages.Objekt(key=objekt.key, groesse=objekt.groesse, sha256=objekt.sha256, sha512=objekt.sha512)
