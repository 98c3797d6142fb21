import datetime

from dms.records.v1 import schutz_pb2 as _schutz_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Vorgang(_message.Message):
    __slots__ = ("id", "version", "akte_id", "aktenzeichen", "betreff", "status", "schutz", "antrag_id", "anzahl_dokumente", "erstellt_am", "uebergeordnet_id", "geschaeftszeichen")
    ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    AKTE_ID_FIELD_NUMBER: _ClassVar[int]
    AKTENZEICHEN_FIELD_NUMBER: _ClassVar[int]
    BETREFF_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    SCHUTZ_FIELD_NUMBER: _ClassVar[int]
    ANTRAG_ID_FIELD_NUMBER: _ClassVar[int]
    ANZAHL_DOKUMENTE_FIELD_NUMBER: _ClassVar[int]
    ERSTELLT_AM_FIELD_NUMBER: _ClassVar[int]
    UEBERGEORDNET_ID_FIELD_NUMBER: _ClassVar[int]
    GESCHAEFTSZEICHEN_FIELD_NUMBER: _ClassVar[int]
    id: str
    version: int
    akte_id: str
    aktenzeichen: str
    betreff: str
    status: str
    schutz: _schutz_pb2.Schutz
    antrag_id: str
    anzahl_dokumente: int
    erstellt_am: _timestamp_pb2.Timestamp
    uebergeordnet_id: str
    geschaeftszeichen: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, id: _Optional[str] = ..., version: _Optional[int] = ..., akte_id: _Optional[str] = ..., aktenzeichen: _Optional[str] = ..., betreff: _Optional[str] = ..., status: _Optional[str] = ..., schutz: _Optional[_Union[_schutz_pb2.Schutz, _Mapping]] = ..., antrag_id: _Optional[str] = ..., anzahl_dokumente: _Optional[int] = ..., erstellt_am: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., uebergeordnet_id: _Optional[str] = ..., geschaeftszeichen: _Optional[_Iterable[str]] = ...) -> None: ...

class VorgangCreated(_message.Message):
    __slots__ = ("vorgang",)
    VORGANG_FIELD_NUMBER: _ClassVar[int]
    vorgang: Vorgang
    def __init__(self, vorgang: _Optional[_Union[Vorgang, _Mapping]] = ...) -> None: ...

class VorgangChanged(_message.Message):
    __slots__ = ("vorgang",)
    VORGANG_FIELD_NUMBER: _ClassVar[int]
    vorgang: Vorgang
    def __init__(self, vorgang: _Optional[_Union[Vorgang, _Mapping]] = ...) -> None: ...
