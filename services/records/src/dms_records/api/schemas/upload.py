"""Uploads as they are asked for and answered."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from dms_kit.web.conditional import etag_of
from dms_records.api.schemas.fields import WHOLE, Etag, Moment
from dms_records.domain.upload import Upload as DomainUpload

_LARGEST = 2**53


class NeuerUpload(BaseModel):
    """Was kommen wird."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={"examples": [{"dateiname": "plan.pdf", "groesse": 1073741824}]},
    )

    dateiname: str = Field(min_length=1, max_length=500)
    groesse: Annotated[int, Field(ge=1, le=_LARGEST), WHOLE] = Field(description="In Bytes.")
    sha256: str | None = Field(
        None, pattern=r"^[0-9a-f]{64}$", description="Prüfsumme der ganzen Datei; sie wird am Ende verglichen."
    )


class Upload(BaseModel):
    """Eine Datei, die in Teilen ankommt."""

    id: UUID
    dateiname: str
    groesse: int = Field(description="In Bytes.", examples=[1073741824])
    offset: int = Field(description="So viele Bytes sind da; dort geht es weiter.", examples=[67108864])
    vollstaendig: bool = Field(description="Ob er beim Anlegen oder Einchecken genannt werden kann.")
    sha256: str | None = Field(description="Prüfsumme der ganzen Datei, wenn sie vollständig ist.")
    erstellt_am: Moment
    ablauf_am: Moment = Field(description="Von da an wird er vergessen.")
    etag: Etag

    @classmethod
    def of(cls, upload: DomainUpload) -> "Upload":
        return cls(
            id=upload.id,
            dateiname=upload.dateiname,
            groesse=upload.groesse,
            offset=upload.angekommen,
            vollstaendig=upload.objekt_key is not None,
            sha256=upload.sha256,
            erstellt_am=upload.erstellt_am,
            ablauf_am=upload.ablauf_am,
            etag=etag_of(upload.version),
        )
