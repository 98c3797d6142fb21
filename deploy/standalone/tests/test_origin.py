"""What the one origin answers, and when it calls itself ready."""

import asyncio

import httpx
from starlette.responses import PlainTextResponse

from dms_standalone.origin import Origin, open_when


def _origin():
    return Origin(PlainTextResponse("gateway"), PlainTextResponse("issuer"))


async def _get(origin, path):
    async with httpx.AsyncClient(transport=httpx.ASGITransport(origin), base_url="http://origin") as client:
        return await client.get(path)


async def test_issuer_and_gateway_share_the_origin():
    origin = _origin()
    assert (await _get(origin, "/oidc/dueren/token")).text == "issuer"
    assert (await _get(origin, "/oidcx")).text == "gateway"
    assert (await _get(origin, "/api/v1/ich")).text == "gateway"
    assert (await _get(origin, "/health/live")).text == "gateway"


async def test_origin_is_not_ready_before_everything_was_ready_once():
    origin, stop = _origin(), asyncio.Event()
    answers = {"ingest": [True, False], "verbraucher": [False, False, True]}

    def condition(name):
        async def holds():
            return answers[name].pop(0)

        return holds

    opening = asyncio.create_task(open_when(origin, {name: condition(name) for name in answers}, stop))
    await asyncio.sleep(0.05)
    waiting = await _get(origin, "/health/ready")
    assert (waiting.status_code, waiting.json()["wartet_auf"]) == (503, ["verbraucher"])
    assert waiting.headers["retry-after"] == "1"
    assert await opening is not None
    assert (await _get(origin, "/health/ready")).text == "gateway"
