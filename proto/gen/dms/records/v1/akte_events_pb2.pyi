import datetime

from dms.records.v1 import schutz_pb2 as _schutz_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Akte(_message.Message):
    __slots__ = ("id", "version", "aktenzeichen", "titel", "aktenplaneinheit", "schutz", "erstellt_am", "status", "uebergeordnet_id", "geschaeftszeichen")
    ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    AKTENZEICHEN_FIELD_NUMBER: _ClassVar[int]
    TITEL_FIELD_NUMBER: _ClassVar[int]
    AKTENPLANEINHEIT_FIELD_NUMBER: _ClassVar[int]
    SCHUTZ_FIELD_NUMBER: _ClassVar[int]
    ERSTELLT_AM_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    UEBERGEORDNET_ID_FIELD_NUMBER: _ClassVar[int]
    GESCHAEFTSZEICHEN_FIELD_NUMBER: _ClassVar[int]
    id: str
    version: int
    aktenzeichen: str
    titel: str
    aktenplaneinheit: str
    schutz: _schutz_pb2.Schutz
    erstellt_am: _timestamp_pb2.Timestamp
    status: str
    uebergeordnet_id: str
    geschaeftszeichen: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, id: _Optional[str] = ..., version: _Optional[int] = ..., aktenzeichen: _Optional[str] = ..., titel: _Optional[str] = ..., aktenplaneinheit: _Optional[str] = ..., schutz: _Optional[_Union[_schutz_pb2.Schutz, _Mapping]] = ..., erstellt_am: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., status: _Optional[str] = ..., uebergeordnet_id: _Optional[str] = ..., geschaeftszeichen: _Optional[_Iterable[str]] = ...) -> None: ...

class AkteCreated(_message.Message):
    __slots__ = ("akte",)
    AKTE_FIELD_NUMBER: _ClassVar[int]
    akte: Akte
    def __init__(self, akte: _Optional[_Union[Akte, _Mapping]] = ...) -> None: ...

class AkteChanged(_message.Message):
    __slots__ = ("akte",)
    AKTE_FIELD_NUMBER: _ClassVar[int]
    akte: Akte
    def __init__(self, akte: _Optional[_Union[Akte, _Mapping]] = ...) -> None: ...
