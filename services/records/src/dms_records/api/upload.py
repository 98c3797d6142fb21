"""Forms with one file: texts are collected, the file goes straight to the store while it is hashed."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request

from dms_kit.core.errors import FieldError, InvalidInputError, MalformedRequestError
from dms_kit.core.text import is_storable, normalise
from dms_kit.ports.object_store import ObjectStore, ObjectWriter
from dms_kit.ports.type_detector import TypeDetector
from dms_kit.web.digests import checked, sent_digests
from dms_kit.web.errors import BodyTooLargeError, UnsupportedMediaTypeError
from dms_kit.web.multipart import MultipartReader, Part
from dms_records.domain.dokument import DokumentDatei
from dms_records.use_cases.receive_datei import receive_datei

FILE = "datei"
# Bytes that a form may need beside its file; far more than all texts and headers within their limits.
_OVERHEAD = 256 * 1024
_BYTES_A_CHARACTER = 4
_SECONDS = 3600

Keep = Callable[[AsyncIterator[bytes], str], Awaitable[DokumentDatei]]


class Receiving:
    """The upload of a request: where it goes, and how large it may be."""

    def __init__(self, request: Request) -> None:
        state: Any = request.app.state
        self.request = request
        self.store: ObjectStore = state.store
        self.discard: ObjectWriter = state.discard
        self.types: TypeDetector = state.types
        self.max_bytes: int = state.max_dokument_bytes

    def keep(self, mandant: str, *, is_repeated: bool) -> Keep:
        """Return what takes a file; that of a repetition is only hashed."""
        writer: ObjectWriter = self.discard if is_repeated else self.store

        async def keep(chunks: AsyncIterator[bytes], name: str) -> DokumentDatei:
            return await receive_datei(chunks, dateiname=name, mandant=mandant, writer=writer, types=self.types)

        return keep


ReceivingDep = Annotated[Receiving, Depends(Receiving)]


@dataclass(frozen=True, kw_only=True)
class Form:
    """What a form held: texts by the names of their parts, and the file."""

    texts: Mapping[str, str]
    datei: DokumentDatei | None


async def receive_form(request: Request, *, texts: Mapping[str, int], keep: Keep, max_bytes: int) -> Form:
    """
    Take the parts named by `texts` (each with its most characters) and the file; the first fault ends it.

    Raises BodyTooLargeError, InvalidInputError with pointers, MalformedRequestError, UnsupportedMediaTypeError.
    """
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise UnsupportedMediaTypeError("Content-Encoding wird hier nicht unterstützt.")
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared[:20]) > max_bytes + _OVERHEAD:
        raise _too_large(max_bytes)
    stream = checked(_limited(request.stream(), max_bytes + _OVERHEAD, max_bytes), sent_digests(request.headers))
    reader = MultipartReader(stream, request.headers.get("content-type"))
    receiver = _Receiver(texts, keep, max_bytes)
    try:
        async with asyncio.timeout(_SECONDS):
            async for part in reader.parts():
                await receiver.take(part)
    except TimeoutError as error:
        raise MalformedRequestError(f"Das Hochladen hat länger als {_SECONDS} Sekunden gedauert.") from error
    return Form(texts=receiver.taken, datei=receiver.datei)


def required(form: Form) -> DokumentDatei:
    """Return the file of a form that must have one."""
    if form.datei is None:
        raise InvalidInputError(errors=[FieldError(f"/{FILE}", "Die Datei fehlt.")])
    return form.datei


def form_body(properties: Mapping[str, Any], *, required: tuple[str, ...] = (FILE,)) -> dict[str, Any]:
    """Return the description of a form with a file."""
    file = {"type": "string", "contentMediaType": "application/octet-stream", "minLength": 1}
    schema = {
        "type": "object",
        "required": list(required),
        "additionalProperties": False,
        "properties": {**properties, FILE: file},
    }
    encoding = {FILE: {"contentType": "application/octet-stream"}}
    content = {"multipart/form-data": {"schema": schema, "encoding": encoding}}
    return {"requestBody": {"required": True, "content": content}}


class _Receiver:
    def __init__(self, texts: Mapping[str, int], keep: Keep, max_bytes: int) -> None:
        self.taken: dict[str, str] = {}
        self.datei: DokumentDatei | None = None
        self._texts = texts
        self._keep = keep
        self._max_bytes = max_bytes

    async def take(self, part: Part) -> None:
        pointer = f"/{part.name}"
        if part.name in self.taken or (part.name == FILE and self.datei is not None):
            raise InvalidInputError(errors=[FieldError(pointer, "Der Teil kommt zweimal.")])
        if part.name == FILE:
            self.datei = await self._file(part, pointer)
        elif part.name in self._texts:
            self.taken[part.name] = await self._text(part, pointer)
        else:
            raise InvalidInputError(errors=[FieldError(pointer, "Dieser Teil ist nicht bekannt.")])

    async def _file(self, part: Part, pointer: str) -> DokumentDatei:
        if not part.filename:
            raise InvalidInputError(errors=[FieldError(pointer, "Dem Teil fehlt ein Dateiname.")])
        if not is_storable(part.filename):
            raise InvalidInputError(errors=[FieldError(pointer, "Der Dateiname enthält NUL-Zeichen.")])
        chunks = _limited(part.chunks, self._max_bytes, self._max_bytes)
        datei = await self._keep(chunks, part.filename)
        if not datei.groesse:
            raise InvalidInputError(errors=[FieldError(pointer, "Die Datei ist leer.")])
        sent = sent_digests(part.headers)
        received = {"sha-256": bytes.fromhex(datei.sha256), "sha-512": bytes.fromhex(datei.sha512)}
        if any(received[algorithm] != digest for algorithm, digest in sent.items()):
            raise InvalidInputError(errors=[FieldError(pointer, "Die Prüfsumme passt nicht zum gesendeten Inhalt.")])
        return datei

    async def _text(self, part: Part, pointer: str) -> str:
        longest = self._texts[part.name]
        too_long = InvalidInputError(errors=[FieldError(pointer, f"Der Text hat mehr als {longest} Zeichen.")])
        data = bytearray()
        async for chunk in part.chunks:
            data += chunk
            if len(data) > longest * _BYTES_A_CHARACTER:
                raise too_long
        try:
            text = data.decode()
        except UnicodeDecodeError as error:
            raise InvalidInputError(errors=[FieldError(pointer, "Der Text ist nicht UTF-8.")]) from error
        if not is_storable(text):
            raise InvalidInputError(errors=[FieldError(pointer, "Der Text enthält NUL-Zeichen.")])
        if len(text) > longest:
            raise too_long
        return normalise(text)


async def _limited(stream: AsyncIterator[bytes], limit: int, told: int) -> AsyncIterator[bytes]:
    size = 0
    async for chunk in stream:
        size += len(chunk)
        if size > limit:
            raise _too_large(told)
        yield chunk


def _too_large(limit: int) -> BodyTooLargeError:
    return BodyTooLargeError(f"Eine Datei darf höchstens {limit} Bytes groß sein.")
