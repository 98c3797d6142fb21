"""The virus scanner clamd, spoken to by its own protocol (INSTREAM; clamd(8))."""

import asyncio
import contextlib
import struct
from collections.abc import AsyncIterator

from dms_kit.core.errors import UnavailableError
from dms_records.domain.virenpruefung import Virenpruefung, VirenpruefungGrund
from dms_records.use_cases.ports import ScanBrokenError

_CONNECT_SECONDS = 5.0
_SEND_SECONDS = 30.0
_LENGTH = struct.Struct(">I")
_END = _LENGTH.pack(0)
_TOO_LARGE = "INSTREAM size limit exceeded. ERROR"
_FOUND = " FOUND"
_CLEAN = "stream: OK"
# What clamd says in the place of a name when it did not look into everything (AlertExceedsMax, AlertEncrypted).
_NOT_LOOKED_INTO = {
    "Heuristics.Limits.Exceeded": VirenpruefungGrund.GRENZE,
    "Heuristics.Encrypted": VirenpruefungGrund.VERSCHLUESSELT,
}
_LONGEST_NAME = 200

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class ClamdScanner:
    """
    A `VirusScanner`: one connection a file, sent in pieces while it is read.

    `address` is `host:port` or the path of a socket. What is larger than `max_bytes` is not sent: it must not be above
    clamd's StreamMaxLength, MaxFileSize and MaxScanSize. `seconds` is how long its answer may take after the last byte.
    """

    def __init__(self, address: str, *, max_bytes: int, seconds: float) -> None:
        self._address = address
        self._max_bytes = max_bytes
        self._seconds = seconds

    async def ping(self) -> None:
        """Ask clamd whether it is there."""
        async with self._connection() as (reader, writer):
            try:
                writer.write(b"zPING\0")
                async with asyncio.timeout(_CONNECT_SECONDS):
                    answer = await reader.readuntil(b"\0")
            except (OSError, EOFError) as error:
                raise UnavailableError from error
        if answer != b"PONG\0":
            raise UnavailableError

    async def scan(self, chunks: AsyncIterator[bytes], *, groesse: int) -> Virenpruefung:
        """Stream a file to clamd and judge its answer."""
        if groesse > self._max_bytes:
            return Virenpruefung.impossible(VirenpruefungGrund.ZU_GROSS)
        async with self._connection() as (reader, writer):
            # Read from the start: clamd answers and hangs up in the middle of a stream that is too long for it.
            answering = asyncio.ensure_future(reader.readuntil(b"\0"))
            try:
                await _send(writer, chunks, answering)
                async with asyncio.timeout(self._seconds):
                    answer = await answering
            except (OSError, EOFError, asyncio.LimitOverrunError) as error:
                raise ScanBrokenError from error
            finally:
                answering.cancel()
        return _judged(answer.rstrip(b"\0").decode(errors="replace"))

    @contextlib.asynccontextmanager
    async def _connection(self) -> AsyncIterator[Connection]:
        try:
            async with asyncio.timeout(_CONNECT_SECONDS):
                reader, writer = await self._connect()
        except (OSError, ValueError) as error:
            raise UnavailableError from error
        try:
            yield reader, writer
        finally:
            writer.transport.abort()

    async def _connect(self) -> Connection:
        if self._address.startswith("/"):
            return await asyncio.open_unix_connection(self._address)
        host, _, port = self._address.rpartition(":")
        return await asyncio.open_connection(host.strip("[]"), int(port))


async def _send(writer: asyncio.StreamWriter, chunks: AsyncIterator[bytes], answering: "asyncio.Future[bytes]") -> None:
    writer.write(b"zINSTREAM\0")
    async for chunk in chunks:
        # A piece of length 0 would be the end.
        if chunk and not await _is_sent(writer, _LENGTH.pack(len(chunk)) + chunk, answering):
            return
    await _is_sent(writer, _END, answering)


async def _is_sent(writer: asyncio.StreamWriter, piece: bytes, answering: "asyncio.Future[bytes]") -> bool:
    if answering.done():
        return False
    writer.write(piece)
    try:
        async with asyncio.timeout(_SEND_SECONDS):
            await writer.drain()
    except ConnectionError:
        # Why it hung up is in its answer, if there is one.
        return False
    return True


def _judged(answer: str) -> Virenpruefung:
    if answer == _CLEAN:
        return Virenpruefung.clean()
    if answer == _TOO_LARGE:
        return Virenpruefung.impossible(VirenpruefungGrund.ZU_GROSS)
    if not answer.endswith(_FOUND):
        raise ScanBrokenError(answer[:_LONGEST_NAME])
    name = answer.removeprefix("stream: ").removesuffix(_FOUND)
    for prefix, grund in _NOT_LOOKED_INTO.items():
        if name.startswith(prefix):
            return Virenpruefung.impossible(grund)
    printable = "".join(letter if letter.isprintable() else "?" for letter in name)
    return Virenpruefung.infected(printable[:_LONGEST_NAME])
