"""The table of routes."""

import pytest

from dms_gateway.dispatch import Gateway
from dms_gateway.routes import ROUTES, service_for


@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("/api/v1/antraege", "ingest"),
        ("/api/v1/antraege/0193/quittung", "ingest"),
        ("/api/v1/akten/0193", "records"),
        ("/api/v1/aktenplan", "records"),
        ("/api/v1/vorgaenge/0193/dokumente", "records"),
        ("/api/v1/suche", "search"),
        ("/api/v1/betrieb/reindex/7", "search"),
        ("/api/v1/betrieb/workflow/dead-letters", "workflow"),
        ("/api/v1/aufgaben/0193/claim", "workflow"),
        ("/docs/swagger-ui.css", "ingest"),
        ("/problems/nicht-gefunden", "ingest"),
        ("/.well-known/jwks.json", "ingest"),
    ],
)
def test_path_belongs_to_its_service(path, service):
    assert service_for(path) == service


@pytest.mark.parametrize("path", ["/", "", "/metrics", "/api/v1", "/api/v1/aktenkoffer", "/api/v2/akten", "//"])
def test_what_nobody_knows_is_answered_by_ingest(path):
    assert path not in ROUTES
    assert service_for(path) == "ingest"


def test_prefix_ends_at_a_segment():
    assert service_for("/api/v1/aktenplanung") == "ingest"


async def test_gateway_hands_the_request_over_unchanged():
    seen = []

    def app(name):
        async def answer(scope, receive, send):
            seen.append((name, scope["path"], receive, send))

        return answer

    gateway = Gateway({name: app(name) for name in ("ingest", "records", "search", "workflow")})
    await gateway({"type": "http", "path": "/api/v1/ich"}, 1, 2)
    assert seen == [("records", "/api/v1/ich", 1, 2)]
