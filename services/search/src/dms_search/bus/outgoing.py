"""Search's facts as Protobuf messages."""

from google.protobuf.timestamp_pb2 import Timestamp

from dms.search.v1 import dokument_events_pb2 as dokumente
from dms.search.v1 import republish_events_pb2 as republish
from dms_kit.messaging.outbox import Outgoing
from dms_search.domain.events import DokumentIndexed, RepublishRequested

GROUP = "search"


def to_message(event: DokumentIndexed | RepublishRequested) -> Outgoing:
    """Return the message of a fact."""
    if isinstance(event, RepublishRequested):
        body = republish.RepublishRequested(lauf_id=str(event.lauf_id), gruppe=GROUP)
        return Outgoing(key=body.lauf_id, body=body)
    moment = Timestamp()
    moment.FromDatetime(event.indexiert_am)
    indexed = dokumente.DokumentIndexed(
        dokument_id=str(event.dokument_id),
        version=event.version,
        vorgang_id=str(event.vorgang_id or ""),
        antrag_id=str(event.antrag_id or ""),
        indexiert_am=moment,
        nur_metadaten_grund=event.grund,
    )
    return Outgoing(key=indexed.dokument_id, body=indexed)
