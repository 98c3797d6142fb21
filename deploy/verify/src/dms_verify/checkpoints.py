"""The checkpoints of a store: read, proven, put in order, and what they say of each number."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from dms_kit.audit.hashing import CHECKPOINT_SERVICE, CHECKPOINT_TYP, LEAF_BYTES
from dms_verify.findings import Finding
from dms_verify.objects import Objects

# Service and Mandant.
ChainName = tuple[str, str]
# Id of the entry and hash, 40 bytes.
Leaf = bytes


@dataclass(frozen=True)
class Checkpoint:
    """What an object states, without its leaves: those are read when they are needed."""

    key: str
    first: int
    size: int
    root: bytes
    issued_at: int


@dataclass
class Exports:
    """The checkpoints of one chain, in order."""

    checkpoints: list[Checkpoint] = field(default_factory=list)

    @property
    def size(self) -> int:
        """Return the last number that any of them has."""
        return max((one.size for one in self.checkpoints), default=0)


def read_all(objects: Objects, keys: KeySet, findings: list[Finding]) -> Mapping[ChainName, Exports]:
    """Return the checkpoints by chain; what is none, or not signed by a trusted key, is a finding."""
    chains: dict[ChainName, Exports] = defaultdict(Exports)
    for key in objects.keys(CHECKPOINT_SERVICE):
        statement, leaves = _split(objects.read(key))
        claims = _claims_of(statement, keys)
        if claims is None or key.split("/")[0] != claims["mandant"] or not _fits(claims, leaves):
            findings.append(Finding("checkpoint", key))
            continue
        checkpoint = Checkpoint(key, claims["first"], claims["size"], bytes.fromhex(claims["root"]), claims["iat"])
        chains[claims["iss"], claims["mandant"]].checkpoints.append(checkpoint)
    for exports in chains.values():
        # Of two that disagree the earlier one is right.
        exports.checkpoints.sort(key=lambda one: (one.first, one.issued_at, one.key))
    return chains


def _split(content: bytes) -> tuple[bytes, bytes]:
    statement, _, leaves = content.partition(b"\n")
    return statement, leaves


def _claims_of(statement: bytes, keys: KeySet) -> dict[str, Any] | None:
    try:
        token = jwt.decode(statement.decode("ascii"), keys, algorithms=["ES256"])
    except (JoseError, ValueError):
        return None
    return token.claims if token.header.get("typ") == CHECKPOINT_TYP else None


def _fits(claims: Mapping[str, Any], leaves: bytes) -> bool:
    count = claims["size"] - claims["first"] + 1
    return bool(len(leaves) == count * LEAF_BYTES and hashlib.sha256(leaves).hexdigest() == claims["leaves"])


class Expected:
    """
    What the checkpoints of a chain say of each number, from 1 on, read object by object.

    Finds gaps and contradictions on the way; `named` is how the chain is called in findings.
    """

    def __init__(self, objects: Objects, exports: Exports, named: str, findings: list[Finding]) -> None:
        self._objects = objects
        self._exports = exports
        self._named = named
        self._findings = findings

    def leaves(self) -> Iterator[Leaf | None]:
        """Yield the leaf of each number up to the last one; None where a checkpoint is missing."""
        reached = 0
        taken: list[Checkpoint] = []
        for checkpoint in self._exports.checkpoints:
            content = _split(self._objects.read(checkpoint.key))[1]
            for _ in range(reached + 1, checkpoint.first):
                yield None
            if checkpoint.first <= reached:
                self._compare(checkpoint, content, taken)
            start = max(reached + 1, checkpoint.first)
            for number in range(start, checkpoint.size + 1):
                yield _leaf(content, number - checkpoint.first)
            reached = max(reached, checkpoint.size)
            taken.append(checkpoint)

    def _compare(self, later: Checkpoint, content: bytes, taken: list[Checkpoint]) -> None:
        """Hold a checkpoint against those before it that have the same numbers: the same leaves, or two histories."""
        for earlier in taken:
            first, last = max(earlier.first, later.first), min(earlier.size, later.size)
            if first > last:
                continue
            known = _split(self._objects.read(earlier.key))[1]
            for number in range(first, last + 1):
                leaf = _leaf(known, number - earlier.first)
                if leaf != _leaf(content, number - later.first):
                    subject = f"{self._named}/{int.from_bytes(leaf[:8])}"
                    self._findings.append(Finding("gabelung", subject, number))
                    return


def _leaf(content: bytes, place: int) -> Leaf:
    return content[place * LEAF_BYTES : (place + 1) * LEAF_BYTES]
