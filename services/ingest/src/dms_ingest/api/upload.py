"""Receives the parts of an Antrag: files go straight to the store, several at a time, the form data is read first."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

from dms_ingest.api.schemas import AntragEingabe, read_eingabe
from dms_ingest.domain.anlage import AnlageDatei, Objekt, check_objekt
from dms_ingest.domain.errors import AntragTooLargeError
from dms_kit.core.errors import FieldError, InvalidInputError
from dms_kit.core.text import is_storable
from dms_kit.web.digests import sent_digests
from dms_kit.web.multipart import MultipartReader, Part

# Bytes that one part may need beside its content.
PART_OVERHEAD = 32 * 1024
_PUTS_AT_ONCE = 4

# Streams chunks under a file name to where they are kept.
Keep = Callable[[AsyncIterator[bytes], str], Awaitable[AnlageDatei]]


@dataclass(frozen=True, kw_only=True)
class UploadLimits:
    """What an Antrag may hold, in bytes but for the number of files; published in /api/v1/info."""

    max_file_bytes: int
    max_total_bytes: int
    max_files: int
    max_antrag_bytes: int
    max_upload_seconds: int

    @property
    def max_body_bytes(self) -> int:
        """Return the most that a request within the limits can need."""
        return self.max_total_bytes + self.max_antrag_bytes + (self.max_files + 2) * PART_OVERHEAD


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A request whose parts were all received."""

    eingabe: AntragEingabe
    formular: Objekt
    dateien: tuple[AnlageDatei, ...]


async def receive_upload(reader: MultipartReader, limits: UploadLimits, keep: Keep) -> Upload:
    """
    Take all parts; the first fault ends it and leaves nothing half-written.

    Raises AntragTooLargeError, InvalidInputError with pointers, MalformedRequestError.
    """
    receiver = _Receiver(limits, keep)
    try:
        async for part in reader.parts():
            await receiver.take(part)
        return await receiver.finish()
    finally:
        await receiver.close()


class _Receiver:
    def __init__(self, limits: UploadLimits, keep: Keep) -> None:
        self._limits = limits
        self._keep = keep
        self._gate = asyncio.Semaphore(_PUTS_AT_ONCE)
        self._total = 0
        self._failure: BaseException | None = None
        self._eingabe: AntragEingabe | None = None
        self._formular: asyncio.Task[AnlageDatei] | None = None
        self._dateien: list[asyncio.Task[AnlageDatei]] = []

    async def take(self, part: Part) -> None:
        """Begin to keep a part and return when its last byte was read; its fsync may go on meanwhile."""
        self._raise_failure()
        if part.name == "antrag":
            await self._take_antrag(part)
        elif part.name == "anlage":
            await self._take_anlage(part)
        else:
            text = "Erlaubt sind nur die Teile `antrag` und `anlage`."
            raise InvalidInputError(errors=[FieldError("", text)])

    async def finish(self) -> Upload:
        """Wait until everything is durable."""
        if self._eingabe is None or self._formular is None:
            raise InvalidInputError("Der Teil `antrag` fehlt.", errors=[FieldError("/antrag", "Der Teil fehlt.")])
        formular, *dateien = await asyncio.gather(self._formular, *self._dateien)
        return Upload(eingabe=self._eingabe, formular=formular.objekt, dateien=tuple(dateien))

    async def close(self) -> None:
        """End what is still being written."""
        tasks = self._tasks()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _raise_failure(self) -> None:
        if self._failure is not None:
            raise self._failure

    def _tasks(self) -> list[asyncio.Task[AnlageDatei]]:
        return [*self._dateien, *([self._formular] if self._formular else [])]

    async def _take_antrag(self, part: Part) -> None:
        if self._formular is not None:
            raise InvalidInputError(errors=[FieldError("/antrag", "Der Teil `antrag` kommt zweimal.")])
        data = bytearray()
        async for chunk in part.chunks:
            data += chunk
            if len(data) > self._limits.max_antrag_bytes:
                limit = self._limits.max_antrag_bytes
                raise AntragTooLargeError(f"Der Teil `antrag` darf höchstens {limit} Bytes groß sein.")
        self._eingabe = read_eingabe(bytes(data))
        self._formular = asyncio.create_task(self._kept(part, _once(bytes(data)), "antrag.json", "/antrag"))

    async def _take_anlage(self, part: Part) -> None:
        position = len(self._dateien)
        pointer = f"/anlagen/{position}"
        if position >= self._limits.max_files:
            raise AntragTooLargeError(f"Ein Antrag darf höchstens {self._limits.max_files} Dateien haben.")
        if not part.filename:
            raise InvalidInputError(errors=[FieldError(pointer, "Dem Teil fehlt ein Dateiname.")])
        if not is_storable(part.filename):
            raise InvalidInputError(errors=[FieldError(pointer, "Der Dateiname enthält NUL-Zeichen.")])
        self._dateien.append(asyncio.create_task(self._kept(part, self._limited(part), part.filename, pointer)))
        await part.finished.wait()
        self._raise_failure()

    async def _kept(self, part: Part, chunks: AsyncIterator[bytes], name: str, pointer: str) -> AnlageDatei:
        try:
            async with self._gate:
                datei = await self._keep(chunks, name)
            check_objekt(datei.objekt, sent_digests(part.headers), pointer=pointer)
        except BaseException as error:
            self._failure = self._failure or error
            raise
        finally:
            part.finished.set()
        return datei

    async def _limited(self, part: Part) -> AsyncIterator[bytes]:
        size = 0
        async for chunk in part.chunks:
            size += len(chunk)
            self._total += len(chunk)
            if size > self._limits.max_file_bytes:
                raise AntragTooLargeError(f"Eine Datei darf höchstens {self._limits.max_file_bytes} Bytes groß sein.")
            if self._total > self._limits.max_total_bytes:
                limit = self._limits.max_total_bytes
                raise AntragTooLargeError(f"Die Dateien dürfen zusammen höchstens {limit} Bytes groß sein.")
            yield chunk


async def _once(data: bytes) -> AsyncIterator[bytes]:
    yield data
