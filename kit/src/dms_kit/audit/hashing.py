"""
The hashes of a sealed audit trail (RFC 6962); pure, and all that sealer and verification have in common.

A leaf is SHA-256 over 0x00 and an entry, a node SHA-256 over 0x01 and its two children.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

HASH_BYTES = 32
LEAF_BYTES = 8 + HASH_BYTES
CHECKPOINT_SERVICE = "audit"
CHECKPOINT_TYP = "registratur-checkpoint+jwt"
# The columns that a leaf covers, besides service and number, in this order.
ENTRY_COLUMNS = (
    "mandant",
    "id",
    "occurred_at",
    "actor",
    "client",
    "action",
    "object_type",
    "object_id",
    "values_digest",
    "request_id",
)
_LEAF, _NODE = b"\x00", b"\x01"
_FORM = b"registratur-audit-entry-1"
_MISSING = b"\xff\xff\xff\xff"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def leaf_of(service: str, number: int, entry: Sequence[Any]) -> bytes:
    """
    Return the leaf of an entry, given as the values of `ENTRY_COLUMNS`.

    Every value goes in with its length, a missing one with 0xffffffff, so that no two entries have the same bytes.
    """
    mandant, entry_id, occurred_at, actor, client, action, object_type, object_id, digest, request_id = entry
    parts = (
        _FORM,
        service.encode(),
        number.to_bytes(8),
        mandant.encode(),
        entry_id.to_bytes(8),
        ((occurred_at - _EPOCH) // _MICROSECOND).to_bytes(8, signed=True),
        actor.encode(),
        client.encode(),
        action.encode(),
        object_type.encode(),
        object_id.bytes,
        digest,
        None if request_id is None else request_id.encode(),
    )
    content = [_MISSING if part is None else len(part).to_bytes(4) + part for part in parts]
    return hashlib.sha256(_LEAF + b"".join(content)).digest()


def digest_of(salt: bytes, value: str) -> bytes:
    """Return SHA-256 over salt and value, by which a kept value can be proven."""
    return hashlib.sha256(salt + value.encode()).digest()


class Tree:
    """
    A Merkle tree that only grows; it keeps its peaks, the roots of its full subtrees from large to small.

    Raises ValueError where the peaks do not fit the size.
    """

    def __init__(self, size: int = 0, peaks: bytes = b"") -> None:
        if len(peaks) != size.bit_count() * HASH_BYTES:
            raise ValueError("a tree has a peak for each bit of its size")
        self.size = size
        self._peaks = [peaks[start : start + HASH_BYTES] for start in range(0, len(peaks), HASH_BYTES)]

    @property
    def peaks(self) -> bytes:
        """Return the peaks, concatenated: all that is needed to go on."""
        return b"".join(self._peaks)

    def append(self, leaf: bytes) -> None:
        """Add a leaf at the end."""
        peaks = self._peaks
        peaks.append(leaf)
        self.size += 1
        # Each zero at the end of the size is a pair of subtrees that became one.
        for _ in range((self.size & -self.size).bit_length() - 1):
            right = peaks.pop()
            peaks[-1] = hashlib.sha256(_NODE + peaks[-1] + right).digest()

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Add leaves at the end."""
        for leaf in leaves:
            self.append(leaf)

    def root(self) -> bytes:
        """Return the root over all leaves; of none it is SHA-256 over nothing."""
        if not self._peaks:
            return hashlib.sha256(b"").digest()
        *others, root = self._peaks
        for peak in reversed(others):
            root = hashlib.sha256(_NODE + peak + root).digest()
        return root
