"""Which service answers which path: the table from which every gateway gets its routes."""

from collections.abc import Mapping

INGEST, RECORDS, SEARCH, WORKFLOW = "ingest", "records", "search", "workflow"

# A prefix matches whole segments; the longest wins. /metrics is missing on purpose: each process serves its own port.
ROUTES: Mapping[str, str] = {
    "/.well-known/jwks.json": INGEST,
    "/api/v1/antraege": INGEST,
    "/api/v1/betrieb/ingest": INGEST,
    "/api/v1/info": INGEST,
    "/api/v1/openapi.json": INGEST,
    "/docs": INGEST,
    "/health": INGEST,
    "/problems": INGEST,
    "/api/v1/akten": RECORDS,
    "/api/v1/aktenbestandsverzeichnis": RECORDS,
    "/api/v1/aktenplan": RECORDS,
    "/api/v1/beteiligte": RECORDS,
    "/api/v1/betrieb/records": RECORDS,
    "/api/v1/dokumente": RECORDS,
    "/api/v1/ich": RECORDS,
    "/api/v1/organisationseinheiten": RECORDS,
    "/api/v1/papierkorb": RECORDS,
    "/api/v1/posteingang": RECORDS,
    "/api/v1/reorganisationen": RECORDS,
    "/api/v1/uploads": RECORDS,
    "/api/v1/verweise": RECORDS,
    "/api/v1/vorgaenge": RECORDS,
    "/api/v1/zustaendigkeiten": RECORDS,
    "/api/v1/betrieb/reindex": SEARCH,
    "/api/v1/betrieb/search": SEARCH,
    "/api/v1/suche": SEARCH,
    "/api/v1/aufgaben": WORKFLOW,
    "/api/v1/betrieb/workflow": WORKFLOW,
}
# Answers what nobody knows, with the problem document for 404.
FALLBACK = INGEST


def service_for(path: str) -> str:
    """Return the service that answers an absolute path."""
    prefix = path
    while prefix:
        if prefix in ROUTES:
            return ROUTES[prefix]
        prefix = prefix.rpartition("/")[0]
    return FALLBACK
