import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class DokumentIndexed(_message.Message):
    __slots__ = ("dokument_id", "version", "vorgang_id", "antrag_id", "indexiert_am", "nur_metadaten_grund")
    DOKUMENT_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    VORGANG_ID_FIELD_NUMBER: _ClassVar[int]
    ANTRAG_ID_FIELD_NUMBER: _ClassVar[int]
    INDEXIERT_AM_FIELD_NUMBER: _ClassVar[int]
    NUR_METADATEN_GRUND_FIELD_NUMBER: _ClassVar[int]
    dokument_id: str
    version: int
    vorgang_id: str
    antrag_id: str
    indexiert_am: _timestamp_pb2.Timestamp
    nur_metadaten_grund: str
    def __init__(self, dokument_id: _Optional[str] = ..., version: _Optional[int] = ..., vorgang_id: _Optional[str] = ..., antrag_id: _Optional[str] = ..., indexiert_am: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., nur_metadaten_grund: _Optional[str] = ...) -> None: ...
