"""The tree of the Aktenplan as it is sent: made once for each state of the plan, not for each reader."""

import asyncio
import gzip
import hashlib
from collections import OrderedDict, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from fastapi import Response

from dms_kit.web.conditional import matches_none
from dms_records.api.schemas.aktenplan import tree_of
from dms_records.use_cases.get_aktenplan import get_aktenplan
from dms_records.use_cases.get_aktenplan_fassung import get_aktenplan_fassung
from dms_records.use_cases.ports import OpenUnitOfWork
from dms_records.use_cases.queries import AktenplanRow

# Of one process, for all Mandanten: a tree of 5,000 units takes 3 MB.
MOST_BYTES = 64 * 1024 * 1024
_LEVEL = 6


@dataclass(kw_only=True)
class Aktenplanbaum:
    """A tree in JSON and the state of the plan it was made of; `packed` once somebody wanted it so."""

    fassung: tuple[int, ...]
    content: bytes
    etag: str
    packed: bytes | None = None

    @property
    def size(self) -> int:
        """Return how many bytes it takes."""
        return len(self.content) + len(self.packed or b"")


class Aktenplanbaeume:
    """
    The trees that a process keeps, by Mandant and day.

    The plan binds everyone, so everyone of a Mandant who may read it reads the same one; whether it is still the same,
    every request asks the database. The trees that were not read for longest go when all together take too much.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._kept: OrderedDict[tuple[str, date | None], Aktenplanbaum] = OrderedDict()
        self._making: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def get(self, mandant: str, stichtag: date | None, unit_of_work: OpenUnitOfWork) -> Aktenplanbaum:
        """Return the tree of the plan as it is now, or as it held on a day; of many who ask at once, one makes it."""
        key = (mandant, stichtag)
        kept = self._kept.get(key)
        if kept is not None and kept.fassung == await get_aktenplan_fassung(unit_of_work=unit_of_work):
            if key in self._kept:
                self._kept.move_to_end(key)
            return kept
        async with self._making[mandant]:
            baum = await self._current(key, unit_of_work)
            self._kept[key] = baum
            self._kept.move_to_end(key)
            self._forget()
        return baum

    async def pack(self, mandant: str, baum: Aktenplanbaum) -> bytes:
        """Return a tree as gzip has it."""
        if baum.packed is None:
            async with self._making[mandant]:
                baum.packed = baum.packed or await asyncio.to_thread(gzip.compress, baum.content, _LEVEL, mtime=0)
            self._forget()
        return baum.packed or b""

    async def _current(self, key: tuple[str, date | None], unit_of_work: OpenUnitOfWork) -> Aktenplanbaum:
        kept, fassung = self._kept.get(key), await get_aktenplan_fassung(unit_of_work=unit_of_work)
        if kept is not None and kept.fassung == fassung:
            return kept
        rows = await get_aktenplan(stichtag=key[1], unit_of_work=unit_of_work)
        # In a thread: others have their turn meanwhile.
        return await asyncio.to_thread(_baum_of, fassung, rows)

    def _forget(self) -> None:
        while sum(baum.size for baum in self._kept.values()) > self._most_bytes:
            self._kept.popitem(last=False)


async def respond_with_baum(
    baeume: Aktenplanbaeume, mandant: str, baum: Aktenplanbaum, *, if_none_match: str | None, accept_encoding: str
) -> Response:
    """Answer with a tree, packed for whoever can unpack it, or that the client has it already."""
    is_packed = accepts_gzip(accept_encoding)
    # Other bytes of the same meaning: a strong ETag is only for the plain ones.
    headers = {"ETag": f"W/{baum.etag}" if is_packed else baum.etag, "Vary": "Accept-Encoding"}
    if matches_none(if_none_match, baum.etag):
        return Response(status_code=304, headers=headers)
    content = baum.content
    if is_packed:
        content, headers["Content-Encoding"] = await baeume.pack(mandant, baum), "gzip"
    return Response(content, media_type="application/json", headers=headers)


def accepts_gzip(accept_encoding: str) -> bool:
    """Say whether a request names gzip among what it can unpack (RFC 9110, section 12.5.3)."""
    for coding in accept_encoding.lower().split(","):
        name, _, weight = coding.partition(";")
        if name.strip() in {"gzip", "x-gzip"}:
            return weight.replace(" ", "").rstrip("0").rstrip(".") not in {"q=", "q=0"}
    return False


def _baum_of(fassung: tuple[int, ...], rows: Sequence[AktenplanRow]) -> Aktenplanbaum:
    content = tree_of(rows)
    return Aktenplanbaum(fassung=fassung, content=content, etag=f'"{hashlib.sha256(content).hexdigest()[:32]}"')
