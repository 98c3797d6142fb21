"""Identifiers: UUID version 7 (RFC 9562), sortable by the time of their making."""

import os
import time
from uuid import UUID

_VERSION_AND_VARIANT = (0x7 << 76) | (0b10 << 62)


def new_id() -> UUID:
    """Return a fresh UUIDv7: 48 bits of milliseconds, 12 bits of sub-millisecond time, 62 random bits."""
    nanoseconds = time.time_ns()
    milliseconds, rest = divmod(nanoseconds, 1_000_000)
    fraction = (rest << 12) // 1_000_000
    random_bits = int.from_bytes(os.urandom(8)) & ((1 << 62) - 1)
    return UUID(int=(milliseconds << 80) | (fraction << 64) | _VERSION_AND_VARIANT | random_bits)
