from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional

DESCRIPTOR: _descriptor.FileDescriptor

class OrganisationseinheitChanged(_message.Message):
    __slots__ = ("id", "version", "schluessel", "name", "uebergeordnet_id", "gueltig_von", "gueltig_bis")
    ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    SCHLUESSEL_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    UEBERGEORDNET_ID_FIELD_NUMBER: _ClassVar[int]
    GUELTIG_VON_FIELD_NUMBER: _ClassVar[int]
    GUELTIG_BIS_FIELD_NUMBER: _ClassVar[int]
    id: str
    version: int
    schluessel: str
    name: str
    uebergeordnet_id: str
    gueltig_von: str
    gueltig_bis: str
    def __init__(self, id: _Optional[str] = ..., version: _Optional[int] = ..., schluessel: _Optional[str] = ..., name: _Optional[str] = ..., uebergeordnet_id: _Optional[str] = ..., gueltig_von: _Optional[str] = ..., gueltig_bis: _Optional[str] = ...) -> None: ...

class ZustaendigkeitChanged(_message.Message):
    __slots__ = ("id", "version", "aktenplaneinheit_id", "organisationseinheit_id", "gueltig_von", "gueltig_bis")
    ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    AKTENPLANEINHEIT_ID_FIELD_NUMBER: _ClassVar[int]
    ORGANISATIONSEINHEIT_ID_FIELD_NUMBER: _ClassVar[int]
    GUELTIG_VON_FIELD_NUMBER: _ClassVar[int]
    GUELTIG_BIS_FIELD_NUMBER: _ClassVar[int]
    id: str
    version: int
    aktenplaneinheit_id: str
    organisationseinheit_id: str
    gueltig_von: str
    gueltig_bis: str
    def __init__(self, id: _Optional[str] = ..., version: _Optional[int] = ..., aktenplaneinheit_id: _Optional[str] = ..., organisationseinheit_id: _Optional[str] = ..., gueltig_von: _Optional[str] = ..., gueltig_bis: _Optional[str] = ...) -> None: ...
