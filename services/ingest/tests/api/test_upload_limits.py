"""The limits are settings; beyond them the answer is 413 and names the limit."""

import pytest

LIMITS = {"max_file_bytes": 2000, "max_total_bytes": 3000, "max_antrag_bytes": 1000, "max_files": 3}


@pytest.fixture
async def small(start_service):
    async with start_service(**LIMITS) as service:
        yield service


@pytest.fixture
def portal(small):
    return small.as_actor("portal")


def assert_too_large(answer, limit: int) -> None:
    assert answer.status_code == 413, answer.text
    assert answer.json()["type"] == "/problems/antrag-zu-gross"
    assert str(limit) in answer.json()["detail"]


async def test_limits_are_published(small):
    answer = await small.client.get("/api/v1/info")
    assert answer.json()["grenzen"] == {
        "datei_bytes": 2000,
        "summe_bytes": 3000,
        "dateien": 3,
        "antrag_bytes": 1000,
    }


async def test_what_reaches_the_limits_is_accepted(portal, antrag_json):
    assert (await portal.submit(None, ("a", b"x" * 2000), ("b", b"x" * 1000))).status_code == 201


async def test_file_beyond_the_limit_is_refused(portal):
    assert_too_large(await portal.submit(None, ("a", b"x" * 2001)), 2000)


async def test_sum_beyond_the_limit_is_refused(portal):
    assert_too_large(await portal.submit(None, ("a", b"x" * 2000), ("b", b"x" * 1001)), 3000)


async def test_form_data_beyond_the_limit_is_refused(portal, antrag_json):
    assert_too_large(await portal.submit(antrag_json(formulardaten="x" * 1000)), 1000)


async def test_number_beyond_the_limit_is_refused(portal):
    assert_too_large(await portal.submit(None, *((str(number), b"x") for number in range(4))), 3)


async def test_declared_length_is_refused_before_a_byte_is_read(portal):
    async def nothing():
        raise AssertionError("the body was read")
        yield b""

    headers = {
        **portal.headers,
        "Idempotency-Key": "k",
        "Content-Type": "multipart/form-data; boundary=g",
        "Content-Length": "10000000",
    }
    answer = await portal.client.post("/api/v1/antraege", content=nothing(), headers=headers)
    assert_too_large(answer, 3000)


async def test_undeclared_length_is_refused_on_the_way(small, portal):
    sent = 0

    async def endless():
        nonlocal sent
        yield b'--g\r\nContent-Disposition: form-data; name="anlage"; filename="a"\r\n\r\n'
        while True:
            sent += 1000
            yield b"x" * 1000

    headers = {**portal.headers, "Idempotency-Key": "k", "Content-Type": "multipart/form-data; boundary=g"}
    answer = await portal.client.post("/api/v1/antraege", content=endless(), headers=headers)
    assert_too_large(answer, 2000)
    assert sent < 20_000
    assert await small.stored_keys() == []
