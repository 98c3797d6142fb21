"""The Aktenbestandsverzeichnis."""

from typing import Annotated, Any, Literal

from fastapi import Query, Response
from fastapi.responses import StreamingResponse

from dms_kit.core.clock import BERLIN
from dms_kit.web.routing import Router
from dms_records.api.aktenbestand_files import CsvVerzeichnis, JsonVerzeichnis
from dms_records.api.dependencies import AccessDep, SchriftgutReader
from dms_records.api.schemas.aktenbestand import Aktenbestandsverzeichnis
from dms_records.use_cases.write_aktenbestandsverzeichnis import write_aktenbestandsverzeichnis

router = Router(tags=["Akten"])
_FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "model": Aktenbestandsverzeichnis,
        "description": "Die Datei.",
        "content": {"text/csv": {"schema": {"type": "string"}}},
    }
}


@router.get(
    "/api/v1/aktenbestandsverzeichnis",
    summary="Aktenbestandsverzeichnis lesen",
    response_class=Response,
    responses=_FILE,
)
async def get_aktenbestandsverzeichnis_endpoint(
    actor: SchriftgutReader,
    access: AccessDep,
    art: Annotated[Literal["json", "csv"], Query(alias="format", description="Form der Datei.")] = "json",
) -> Response:
    """
    Liefert alle registrierten Akten, die Sie lesen dürfen, nach Aktenplan und Aktenzeichen geordnet.

    Das Lesen wird protokolliert. Teilakten stehen hinter ihrer Akte.
    """
    keys = (await access.scopes.directory(actor.mandant)).unit_keys()
    now = access.clock.now()
    datei = CsvVerzeichnis(keys, now) if art == "csv" else JsonVerzeichnis(keys, now)
    try:
        # The whole file before its first byte: no transaction waits for a slow reader, and what fails is a problem.
        await write_aktenbestandsverzeichnis(
            datei.write, form=art, actor=actor, scopes=access.scopes, unit_of_work=access.units.for_actor(actor)
        )
        size = datei.finish()
    except BaseException:
        datei.close()
        raise
    name = f"aktenbestandsverzeichnis-{actor.mandant}-{now.astimezone(BERLIN).date()}.{art}"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Length": str(size),
        "Cache-Control": "private, no-store",
    }
    return StreamingResponse(datei.chunks(), media_type=datei.media_type, headers=headers)
