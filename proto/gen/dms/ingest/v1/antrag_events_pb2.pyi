import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Objekt(_message.Message):
    __slots__ = ("key", "groesse", "sha256", "sha512")
    KEY_FIELD_NUMBER: _ClassVar[int]
    GROESSE_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    SHA512_FIELD_NUMBER: _ClassVar[int]
    key: str
    groesse: int
    sha256: str
    sha512: str
    def __init__(self, key: _Optional[str] = ..., groesse: _Optional[int] = ..., sha256: _Optional[str] = ..., sha512: _Optional[str] = ...) -> None: ...

class Anlage(_message.Message):
    __slots__ = ("id", "dateiname", "mime_type", "objekt", "position")
    ID_FIELD_NUMBER: _ClassVar[int]
    DATEINAME_FIELD_NUMBER: _ClassVar[int]
    MIME_TYPE_FIELD_NUMBER: _ClassVar[int]
    OBJEKT_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    id: str
    dateiname: str
    mime_type: str
    objekt: Objekt
    position: int
    def __init__(self, id: _Optional[str] = ..., dateiname: _Optional[str] = ..., mime_type: _Optional[str] = ..., objekt: _Optional[_Union[Objekt, _Mapping]] = ..., position: _Optional[int] = ...) -> None: ...

class AntragSubmitted(_message.Message):
    __slots__ = ("antrag_id", "version", "eingangsnummer", "eingegangen_am", "leistung_schluessel", "leistung_bezeichnung", "region", "betreff", "formular", "anlagen")
    ANTRAG_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    EINGANGSNUMMER_FIELD_NUMBER: _ClassVar[int]
    EINGEGANGEN_AM_FIELD_NUMBER: _ClassVar[int]
    LEISTUNG_SCHLUESSEL_FIELD_NUMBER: _ClassVar[int]
    LEISTUNG_BEZEICHNUNG_FIELD_NUMBER: _ClassVar[int]
    REGION_FIELD_NUMBER: _ClassVar[int]
    BETREFF_FIELD_NUMBER: _ClassVar[int]
    FORMULAR_FIELD_NUMBER: _ClassVar[int]
    ANLAGEN_FIELD_NUMBER: _ClassVar[int]
    antrag_id: str
    version: int
    eingangsnummer: str
    eingegangen_am: _timestamp_pb2.Timestamp
    leistung_schluessel: str
    leistung_bezeichnung: str
    region: str
    betreff: str
    formular: Objekt
    anlagen: _containers.RepeatedCompositeFieldContainer[Anlage]
    def __init__(self, antrag_id: _Optional[str] = ..., version: _Optional[int] = ..., eingangsnummer: _Optional[str] = ..., eingegangen_am: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., leistung_schluessel: _Optional[str] = ..., leistung_bezeichnung: _Optional[str] = ..., region: _Optional[str] = ..., betreff: _Optional[str] = ..., formular: _Optional[_Union[Objekt, _Mapping]] = ..., anlagen: _Optional[_Iterable[_Union[Anlage, _Mapping]]] = ...) -> None: ...
