"""What ingest serves for the whole origin, without a token and without the internet."""

import re


async def test_problem_page_is_html_in_german(service):
    answer = await service.client.get("/problems/nicht-gefunden")
    assert answer.headers["content-type"].startswith("text/html")
    assert "<h1>Nicht gefunden</h1>" in answer.text


async def test_problem_without_a_page_is_described_by_its_title(start_service, tmp_path):
    async with start_service(repository=tmp_path) as service:
        answer = await service.client.get("/problems/nicht-gefunden")
    assert "<h1>Nicht gefunden</h1>" in answer.text


async def test_unknown_problem_is_not_found(service):
    for code in ("gibt-es-nicht", "..%2f..%2fREADME"):
        assert (await service.client.get(f"/problems/{code}")).status_code == 404


async def test_docs_load_nothing_from_elsewhere(service):
    page = (await service.client.get("/docs")).text
    links = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert len(links) == 4
    for link in links:
        assert link.startswith("/docs/")
        assert (await service.client.get(link)).status_code == 200
    assert "/api/v1/openapi.json" in (await service.client.get("/docs/start.js")).text


async def test_docs_serve_only_their_own_files(service):
    assert (await service.client.get("/docs/index.html")).status_code == 404


async def test_merged_document_has_our_paths(service):
    document = (await service.client.get("/api/v1/openapi.json")).json()
    assert document["openapi"].startswith("3.1")
    assert {"/api/v1/antraege", "/api/v1/antraege/{id}", "/api/v1/info"} <= set(document["paths"])


async def test_unknown_path_is_a_problem(service):
    answer = await service.client.get("/gibt/es/nicht")
    assert answer.status_code == 404
    assert answer.json()["type"] == "/problems/nicht-gefunden"


async def test_service_is_ready(service):
    assert (await service.client.get("/health/ready")).status_code == 200
    assert (await service.client.get("/health/live")).status_code == 200
