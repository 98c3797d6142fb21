"""The beginning and the end of a stream that passes by."""

from collections.abc import AsyncIterator

SAMPLE_BYTES = 128 * 1024


class Sample:
    """Keeps up to 128 KiB of both ends; of a shorter stream both are the whole."""

    def __init__(self) -> None:
        self._head = bytearray()
        self._tail = bytearray()

    @property
    def head(self) -> bytes:
        """Return the beginning."""
        return bytes(self._head)

    @property
    def tail(self) -> bytes:
        """Return the end."""
        return bytes(self._tail[-SAMPLE_BYTES:])

    async def taken_from(self, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """Pass the stream on."""
        async for chunk in chunks:
            if len(self._head) < SAMPLE_BYTES:
                self._head += chunk[: SAMPLE_BYTES - len(self._head)]
            self._tail += chunk[-SAMPLE_BYTES:]
            if len(self._tail) > 2 * SAMPLE_BYTES:
                del self._tail[:-SAMPLE_BYTES]
            yield chunk
