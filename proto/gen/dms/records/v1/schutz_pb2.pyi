from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional

DESCRIPTOR: _descriptor.FileDescriptor

class Schutz(_message.Message):
    __slots__ = ("zustaendigkeit_id", "rang", "abgeschirmt")
    ZUSTAENDIGKEIT_ID_FIELD_NUMBER: _ClassVar[int]
    RANG_FIELD_NUMBER: _ClassVar[int]
    ABGESCHIRMT_FIELD_NUMBER: _ClassVar[int]
    zustaendigkeit_id: str
    rang: int
    abgeschirmt: bool
    def __init__(self, zustaendigkeit_id: _Optional[str] = ..., rang: _Optional[int] = ..., abgeschirmt: _Optional[bool] = ...) -> None: ...
