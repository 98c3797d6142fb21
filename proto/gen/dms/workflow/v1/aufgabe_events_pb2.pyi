import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Aufgabe(_message.Message):
    __slots__ = ("id", "version", "vorgang_id", "antrag_id", "status", "zeitpunkt", "offene_aufgaben")
    ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    VORGANG_ID_FIELD_NUMBER: _ClassVar[int]
    ANTRAG_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    ZEITPUNKT_FIELD_NUMBER: _ClassVar[int]
    OFFENE_AUFGABEN_FIELD_NUMBER: _ClassVar[int]
    id: str
    version: int
    vorgang_id: str
    antrag_id: str
    status: str
    zeitpunkt: _timestamp_pb2.Timestamp
    offene_aufgaben: int
    def __init__(self, id: _Optional[str] = ..., version: _Optional[int] = ..., vorgang_id: _Optional[str] = ..., antrag_id: _Optional[str] = ..., status: _Optional[str] = ..., zeitpunkt: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., offene_aufgaben: _Optional[int] = ...) -> None: ...

class AufgabeOpened(_message.Message):
    __slots__ = ("aufgabe",)
    AUFGABE_FIELD_NUMBER: _ClassVar[int]
    aufgabe: Aufgabe
    def __init__(self, aufgabe: _Optional[_Union[Aufgabe, _Mapping]] = ...) -> None: ...

class AufgabeClaimed(_message.Message):
    __slots__ = ("aufgabe",)
    AUFGABE_FIELD_NUMBER: _ClassVar[int]
    aufgabe: Aufgabe
    def __init__(self, aufgabe: _Optional[_Union[Aufgabe, _Mapping]] = ...) -> None: ...

class AufgabeReleased(_message.Message):
    __slots__ = ("aufgabe",)
    AUFGABE_FIELD_NUMBER: _ClassVar[int]
    aufgabe: Aufgabe
    def __init__(self, aufgabe: _Optional[_Union[Aufgabe, _Mapping]] = ...) -> None: ...

class AufgabeCompleted(_message.Message):
    __slots__ = ("aufgabe",)
    AUFGABE_FIELD_NUMBER: _ClassVar[int]
    aufgabe: Aufgabe
    def __init__(self, aufgabe: _Optional[_Union[Aufgabe, _Mapping]] = ...) -> None: ...
