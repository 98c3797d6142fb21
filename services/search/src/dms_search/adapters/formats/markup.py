"""XML and HTML by lxml, without a tree, without entities and without network."""

import re
from collections.abc import Mapping
from typing import Any, BinaryIO, Protocol

from lxml import etree

from dms_search.adapters.formats.plain import decode
from dms_search.adapters.formats.sink import TextSink, UnreadableError
from dms_search.domain.volltext import VolltextGrund

MAX_MARKUP_BYTES = 32 * 1024 * 1024
_CHUNK = 64 * 1024
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([a-z0-9_-]{1,40})", re.IGNORECASE)
_INLINE = frozenset(
    {"a", "abbr", "b", "bdi", "bdo", "cite", "code", "em", "font", "i", "kbd", "mark", "q", "s", "small"}
    | {"span", "strong", "sub", "sup", "tt", "u", "wbr"}
)
_HIDDEN = frozenset({"script", "style", "template", "noscript", "svg"})


class Target(Protocol):
    """What lxml calls while it parses; no tree is built."""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Begin an element."""
        ...

    def end(self, tag: str) -> None:
        """End an element."""
        ...

    def data(self, text: str) -> None:
        """Take character data."""
        ...

    def close(self) -> None:
        """End the document."""
        ...


class _EveryText:
    """Gives the sink all character data, an element's on a line of its own."""

    def __init__(self, sink: TextSink) -> None:
        self._sink = sink

    def start(self, _tag: str, _attributes: Mapping[str, str]) -> None:
        self._sink.add("\n")

    def end(self, _tag: str) -> None:
        self._sink.add("\n")

    def data(self, text: str) -> None:
        self._sink.add(text)

    def close(self) -> None:
        pass


class _VisibleText:
    """Gives the sink what a browser would show; every element that is not inline begins a line."""

    def __init__(self, sink: TextSink) -> None:
        self._sink = sink
        self._hidden = 0

    def start(self, tag: str, _attributes: Mapping[str, str]) -> None:
        self._hidden += tag in _HIDDEN
        if tag not in _INLINE:
            self._sink.add("\n")

    def end(self, tag: str) -> None:
        self._hidden -= tag in _HIDDEN
        if tag not in _INLINE:
            self._sink.add("\n")

    def data(self, text: str) -> None:
        if not self._hidden:
            self._sink.add(text)

    def close(self) -> None:
        pass


def read_xml(file: BinaryIO, sink: TextSink) -> None:
    """Read the character data of every element."""
    parse(file, _EveryText(sink))


def parse(file: BinaryIO, target: Target) -> None:
    """
    Parse XML in constant memory.

    Entities stay unresolved and nothing is fetched; more than 32 MiB of markup is refused.
    """
    options: dict[str, Any] = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}
    parser = etree.XMLParser(target=target, **options)
    size = 0
    try:
        while chunk := file.read(_CHUNK):
            size += len(chunk)
            if size > MAX_MARKUP_BYTES:
                raise UnreadableError(VolltextGrund.ZU_GROSS)
            parser.feed(chunk)
        parser.close()
    except etree.XMLSyntaxError as error:
        raise UnreadableError(VolltextGrund.BESCHAEDIGT) from error


def read_html(file: BinaryIO, sink: TextSink) -> None:
    """Read the visible text; scripts, styles and templates are left out."""
    data = file.read(MAX_MARKUP_BYTES + 1)
    if len(data) > MAX_MARKUP_BYTES:
        raise UnreadableError(VolltextGrund.ZU_GROSS)
    declared = _CHARSET.search(data[:4096])
    text = decode(data, declared.group(1).decode("ascii") if declared else None)
    options: dict[str, Any] = {"encoding": "utf-8", "no_network": True, "huge_tree": False}
    parser = etree.HTMLParser(target=_VisibleText(sink), **options)
    try:
        parser.feed(text.encode(errors="replace"))
        parser.close()
    except etree.XMLSyntaxError as error:
        raise UnreadableError(VolltextGrund.BESCHAEDIGT) from error
