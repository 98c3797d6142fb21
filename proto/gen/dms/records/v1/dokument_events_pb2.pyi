import datetime

from dms.records.v1 import schutz_pb2 as _schutz_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Dokument(_message.Message):
    __slots__ = ("id", "version", "vorgang_id", "akte_id", "aktenzeichen", "titel", "dateiname", "mime_type", "objekt_key", "groesse", "sha256", "schutz", "antrag_id", "erstellt_am", "pruefstatus", "inhalt_gesperrt", "pruefung_offen", "geloescht")
    ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    VORGANG_ID_FIELD_NUMBER: _ClassVar[int]
    AKTE_ID_FIELD_NUMBER: _ClassVar[int]
    AKTENZEICHEN_FIELD_NUMBER: _ClassVar[int]
    TITEL_FIELD_NUMBER: _ClassVar[int]
    DATEINAME_FIELD_NUMBER: _ClassVar[int]
    MIME_TYPE_FIELD_NUMBER: _ClassVar[int]
    OBJEKT_KEY_FIELD_NUMBER: _ClassVar[int]
    GROESSE_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    SCHUTZ_FIELD_NUMBER: _ClassVar[int]
    ANTRAG_ID_FIELD_NUMBER: _ClassVar[int]
    ERSTELLT_AM_FIELD_NUMBER: _ClassVar[int]
    PRUEFSTATUS_FIELD_NUMBER: _ClassVar[int]
    INHALT_GESPERRT_FIELD_NUMBER: _ClassVar[int]
    PRUEFUNG_OFFEN_FIELD_NUMBER: _ClassVar[int]
    GELOESCHT_FIELD_NUMBER: _ClassVar[int]
    id: str
    version: int
    vorgang_id: str
    akte_id: str
    aktenzeichen: str
    titel: str
    dateiname: str
    mime_type: str
    objekt_key: str
    groesse: int
    sha256: str
    schutz: _schutz_pb2.Schutz
    antrag_id: str
    erstellt_am: _timestamp_pb2.Timestamp
    pruefstatus: str
    inhalt_gesperrt: bool
    pruefung_offen: bool
    geloescht: bool
    def __init__(self, id: _Optional[str] = ..., version: _Optional[int] = ..., vorgang_id: _Optional[str] = ..., akte_id: _Optional[str] = ..., aktenzeichen: _Optional[str] = ..., titel: _Optional[str] = ..., dateiname: _Optional[str] = ..., mime_type: _Optional[str] = ..., objekt_key: _Optional[str] = ..., groesse: _Optional[int] = ..., sha256: _Optional[str] = ..., schutz: _Optional[_Union[_schutz_pb2.Schutz, _Mapping]] = ..., antrag_id: _Optional[str] = ..., erstellt_am: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., pruefstatus: _Optional[str] = ..., inhalt_gesperrt: _Optional[bool] = ..., pruefung_offen: _Optional[bool] = ..., geloescht: _Optional[bool] = ...) -> None: ...

class DokumentAdded(_message.Message):
    __slots__ = ("dokument",)
    DOKUMENT_FIELD_NUMBER: _ClassVar[int]
    dokument: Dokument
    def __init__(self, dokument: _Optional[_Union[Dokument, _Mapping]] = ...) -> None: ...

class DokumentChanged(_message.Message):
    __slots__ = ("dokument",)
    DOKUMENT_FIELD_NUMBER: _ClassVar[int]
    dokument: Dokument
    def __init__(self, dokument: _Optional[_Union[Dokument, _Mapping]] = ...) -> None: ...
