"""Both ends of a passing stream."""

import pytest

from dms_kit.core.sample import SAMPLE_BYTES, Sample


@pytest.mark.parametrize("size", [0, 5, SAMPLE_BYTES, SAMPLE_BYTES + 1, 5 * SAMPLE_BYTES + 7])
@pytest.mark.parametrize("piece", [1000, SAMPLE_BYTES, 1 << 20])
async def test_sample_has_both_ends_and_the_stream_passes_whole(size, piece):
    data = bytes(number % 251 for number in range(size))

    async def chunks():
        for start in range(0, size, piece):
            yield data[start : start + piece]

    sample = Sample()
    passed = b"".join([chunk async for chunk in sample.taken_from(chunks())])
    assert passed == data
    assert (sample.head, sample.tail) == (data[:SAMPLE_BYTES], data[-SAMPLE_BYTES:])
