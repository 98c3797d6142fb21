from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional

DESCRIPTOR: _descriptor.FileDescriptor

class RepublishCompleted(_message.Message):
    __slots__ = ("lauf_id", "gruppe", "anzahl")
    LAUF_ID_FIELD_NUMBER: _ClassVar[int]
    GRUPPE_FIELD_NUMBER: _ClassVar[int]
    ANZAHL_FIELD_NUMBER: _ClassVar[int]
    lauf_id: str
    gruppe: str
    anzahl: int
    def __init__(self, lauf_id: _Optional[str] = ..., gruppe: _Optional[str] = ..., anzahl: _Optional[int] = ...) -> None: ...
