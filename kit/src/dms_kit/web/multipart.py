"""multipart/form-data (RFC 7578) as a stream of parts, pulled one after the other and never held whole."""

import asyncio
import re
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_to_bytes

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from dms_kit.core.errors import MalformedRequestError
from dms_kit.web.errors import UnsupportedMediaTypeError

_PARAMETER = re.compile(rb';\s*([\w!#$&+.^`|~*-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]*))', re.DOTALL)
_ESCAPED = re.compile(rb'\\(["\\])')
_IDENTITY = frozenset({"", "7bit", "8bit", "binary"})
_LATE_HEADER_BYTES = 8192


@dataclass(kw_only=True)
class Part:
    """One part while it passes; `finished` is set when its last byte was taken, or its taker gave up."""

    name: str
    filename: str | None
    headers: dict[str, str]
    chunks: AsyncIterator[bytes]
    finished: asyncio.Event = field(default_factory=asyncio.Event)


class MultipartReader:
    """
    Pulls bytes from the request only when somebody wants the next piece, so that slow storage slows the sender.

    Raises `MalformedRequestError` for what is no multipart, `UnsupportedMediaTypeError` for another media type.
    """

    def __init__(self, stream: AsyncIterator[bytes], content_type: str | None) -> None:
        self._stream = stream
        self._events: deque[tuple[str, Any]] = deque()
        self._headers: list[tuple[bytearray, bytearray]] = []
        self._is_ended = False
        self._parser = MultipartParser(
            _boundary_of(content_type),
            {
                "on_part_begin": self._headers.clear,
                "on_header_begin": lambda: self._headers.append((bytearray(), bytearray())),
                "on_header_field": lambda data, start, end: self._headers[-1][0].extend(data[start:end]),
                "on_header_value": lambda data, start, end: self._headers[-1][1].extend(data[start:end]),
                "on_headers_finished": lambda: self._events.append(("part", _headers_of(self._headers))),
                "on_part_data": lambda data, start, end: self._events.append(("data", data[start:end])),
                "on_part_end": lambda: self._events.append(("part_end", None)),
                "on_end": lambda: self._events.append(("end", None)),
            },
            max_header_size=_LATE_HEADER_BYTES,
        )

    async def parts(self) -> AsyncIterator[Part]:
        """Yield the parts; the chunks of each must be taken before the next one is asked for."""
        while True:
            kind, headers = await self._next()
            if kind == "end":
                await self._drain()
                return
            if kind == "part":
                name, filename = _disposition_of(headers)
                plain = {key: value.decode("latin-1").strip() for key, value in headers.items()}
                if plain.get("content-transfer-encoding", "").lower() not in _IDENTITY:
                    raise MalformedRequestError("Content-Transfer-Encoding wird in Teilen nicht unterstützt.")
                part = Part(name=name, filename=filename, headers=plain, chunks=self._no_chunks())
                part.chunks = self._chunks(part)
                yield part

    async def _chunks(self, part: Part) -> AsyncIterator[bytes]:
        while True:
            kind, data = await self._next()
            if kind == "part_end":
                part.finished.set()
                return
            yield data

    async def _no_chunks(self) -> AsyncIterator[bytes]:
        return
        yield b""

    async def _next(self) -> tuple[str, Any]:
        while not self._events:
            chunk = await anext(self._stream, None)
            if chunk is None:
                raise MalformedRequestError("Die Anfrage endet vor ihrer letzten Grenze.")
            try:
                self._parser.write(chunk)
            except FormParserError as error:
                raise MalformedRequestError("Die Anfrage ist kein gültiges multipart/form-data.") from error
        return self._events.popleft()

    async def _drain(self) -> None:
        async for _ in self._stream:
            pass


def _boundary_of(content_type: str | None) -> bytes:
    media_type, parameters = parse_options_header(content_type)
    if media_type.lower() != b"multipart/form-data":
        raise UnsupportedMediaTypeError("Erwartet wird multipart/form-data.")
    boundary = parameters.get(b"boundary", b"")
    if not 0 < len(boundary) <= 70:
        raise MalformedRequestError("Die Grenze (boundary) der Anfrage fehlt oder ist zu lang.")
    return boundary


def _headers_of(headers: list[tuple[bytearray, bytearray]]) -> dict[str, bytes]:
    return {bytes(name).decode("latin-1").lower(): bytes(value) for name, value in headers}


def _disposition_of(headers: dict[str, bytes]) -> tuple[str, str | None]:
    """Return `name` and file name of a part; `filename*` (RFC 8187) wins over `filename` (raw UTF-8)."""
    value = headers.get("content-disposition", b"")
    if not value.lower().startswith(b"form-data"):
        raise MalformedRequestError("Ein Teil der Anfrage hat keine Content-Disposition.")
    parameters = {}
    for key, quoted, token in _PARAMETER.findall(value):
        parameters[key.lower()] = _ESCAPED.sub(rb"\1", quoted) or token
    try:
        name = parameters[b"name"].decode()
        if b"filename*" in parameters:
            return name, _extended(parameters[b"filename*"])
        filename = parameters.get(b"filename")
        return name, None if filename is None else filename.decode()
    except (KeyError, ValueError, LookupError) as error:
        raise MalformedRequestError("Der Name eines Teils ist nicht lesbar.") from error


def _extended(value: bytes) -> str:
    charset, _, rest = value.partition(b"'")
    _language, separator, encoded = rest.partition(b"'")
    if not separator or charset.lower() not in {b"utf-8", b"iso-8859-1"}:
        raise ValueError("no RFC 8187 value")
    return unquote_to_bytes(encoded).decode(charset.decode())
