from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional

DESCRIPTOR: _descriptor.FileDescriptor

class RepublishRequested(_message.Message):
    __slots__ = ("lauf_id", "gruppe")
    LAUF_ID_FIELD_NUMBER: _ClassVar[int]
    GRUPPE_FIELD_NUMBER: _ClassVar[int]
    lauf_id: str
    gruppe: str
    def __init__(self, lauf_id: _Optional[str] = ..., gruppe: _Optional[str] = ...) -> None: ...
