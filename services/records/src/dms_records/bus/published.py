"""What was said last of an object, read from the messages themselves."""

from dms.records.v1 import akte_events_pb2, dokument_events_pb2, vorgang_events_pb2

_TYPES = {
    f"{module.DESCRIPTOR.package}.{name}": getattr(module, name)
    for module in (akte_events_pb2, dokument_events_pb2, vorgang_events_pb2)
    for name in module.DESCRIPTOR.message_types_by_name
}


def version_of(type_name: str, payload: bytes) -> int:
    """Return the version that a message of an Akte, a Vorgang or a Dokument states of it."""
    body = _TYPES[type_name].FromString(payload)
    (noun,) = (field.name for field in body.DESCRIPTOR.fields if field.message_type is not None)
    version: int = getattr(body, noun).version
    return version
