"""What scanning for viruses needs."""

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from dms_records.domain.dokument import Dokument, Dokumentversion
from dms_records.domain.eingang import EingangAnlage
from dms_records.domain.virenpruefung import Virenpruefung


class ScanBrokenError(Exception):
    """Raised by `VirusScanner.scan` when it broke off at this file; it is tried again later, the next ones go on."""


class VirusScanner(Protocol):
    """Looks for viruses in a stream of bytes."""

    async def scan(self, chunks: AsyncIterator[bytes], *, groesse: int) -> Virenpruefung:
        """
        Return the result of a file of `groesse` bytes, which is read once and perhaps not to its end.

        `UnavailableError` when the scanner does not answer at all, ScanBrokenError when it broke off at this file. What
        it cannot look into as a whole is never `sauber`. Errors of `chunks` are passed on.
        """
        ...

    async def ping(self) -> None:
        """Raise `UnavailableError` when the scanner does not answer."""
        ...


@dataclass(frozen=True, kw_only=True)
class UngepruefteDatei:
    """A file that waits for the scan; `sha256` is hex, `groesse` in bytes."""

    mandant: str
    objekt_key: str
    groesse: int
    sha256: str


class UngepruefteDateien(Protocol):
    """The files that wait for the scan, of all Mandanten."""

    async def newest(self, *, without: Collection[str], limit: int) -> Sequence[UngepruefteDatei]:
        """Return files that wait, the newest first, but for those of the given keys."""
        ...


class Virenpruefungen(Protocol):
    """The rows that name scanned objects, held until the end of the transaction."""

    async def inhalte(self, objekt_keys: Collection[str]) -> Sequence[tuple[Dokument, Dokumentversion]]:
        """Return the versions whose files these are, with their Dokumente."""
        ...

    async def anlagen(self, objekt_keys: Collection[str]) -> Sequence[EingangAnlage]:
        """Return the files of Eingänge that these are."""
        ...

    def set_dokument(self, dokument: Dokument) -> None:
        """Give the Dokument its next row version: what is shown of it has changed."""
        ...

    async def set_posteingaenge(self, antrag_ids: Collection[UUID]) -> None:
        """Give the items of the Posteingang their next row versions, of those Anträge that still wait there."""
        ...

    async def reopen(self) -> int:
        """Let all files wait again that could not be scanned; return how many."""
        ...
