import asyncio

import httpx
import pytest

from dms_kit.core.errors import UnavailableError
from dms_kit.testing.fakes import StaticVerifier
from dms_kit.web.app import create_app


async def passing() -> None:
    pass


async def failing() -> None:
    raise UnavailableError


async def hanging() -> None:
    await asyncio.sleep(3600)


def app_with(**options):
    return create_app(
        **{"title": "Probe", "service": "probe", "verifier": StaticVerifier({}), "routers": [], **options}
    )


@pytest.mark.parametrize(
    ("checks", "status", "word"),
    [
        ({"datenbank": passing, "bus": passing}, 200, "bereit"),
        ({"datenbank": passing, "bus": failing}, 200, "eingeschraenkt"),
        ({"datenbank": failing, "bus": passing}, 503, "nicht_bereit"),
    ],
)
async def test_only_critical_checks_make_a_process_unready(checks, status, word):
    transport = httpx.ASGITransport(app_with(ready_checks=checks, critical=["datenbank"]))
    async with httpx.AsyncClient(transport=transport, base_url="http://probe") as client:
        answer = await client.get("/health/ready")
        assert (answer.status_code, answer.json()["status"]) == (status, word)
        assert answer.json()["abhaengigkeiten"].keys() == checks.keys()
        assert (await client.get("/health/live")).status_code == 200


async def test_hanging_check_is_given_up():
    transport = httpx.ASGITransport(app_with(ready_checks={"bus": hanging}))
    async with httpx.AsyncClient(transport=transport, base_url="http://probe") as client:
        async with asyncio.timeout(3):
            answer = await client.get("/health/ready")
    assert answer.json()["abhaengigkeiten"] == {"bus": "eingeschraenkt"}


async def test_checks_run_at_most_once_in_a_second():
    count = 0

    async def counting() -> None:
        nonlocal count
        count += 1

    transport = httpx.ASGITransport(app_with(ready_checks={"bus": counting}))
    async with httpx.AsyncClient(transport=transport, base_url="http://probe") as client:
        await asyncio.gather(*(client.get("/health/ready") for _ in range(5)))
    assert count == 1


def test_critical_check_must_exist():
    with pytest.raises(ValueError, match="datenbank"):
        app_with(ready_checks={}, critical=["datenbank"])
