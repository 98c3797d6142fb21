"""What a client may know before it has a token."""

from importlib.metadata import version

from pydantic import BaseModel, Field

from dms_ingest.api.dependencies import IngestParts
from dms_kit.web.routing import Router

router = Router(tags=["Information"])


class GrenzenAntwort(BaseModel):
    """Was ein Antrag enthalten darf; Größen in Bytes."""

    datei_bytes: int = Field(examples=[524288000])
    summe_bytes: int = Field(examples=[2147483648])
    dateien: int = Field(examples=[100])
    antrag_bytes: int = Field(examples=[5242880])


class InfoAntwort(BaseModel):
    """Auskunft über diese Installation."""

    name: str
    version: str
    grenzen: GrenzenAntwort


@router.get(
    "/api/v1/info",
    summary="Auskunft über diese Installation",
    description="Version und Grenzen; ohne Anmeldung.",
    operation_id="get_info",
)
async def get_info(ingest: IngestParts) -> InfoAntwort:
    limits = ingest.limits
    return InfoAntwort(
        name="Registratur",
        version=version("registratur-ingest"),
        grenzen=GrenzenAntwort(
            datei_bytes=limits.max_file_bytes,
            summe_bytes=limits.max_total_bytes,
            dateien=limits.max_files,
            antrag_bytes=limits.max_antrag_bytes,
        ),
    )
