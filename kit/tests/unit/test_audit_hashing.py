"""The hashes of the sealed audit trail are those of RFC 6962."""

import hashlib
import uuid
from datetime import UTC, datetime, timedelta

import pytest

from dms_kit.audit.hashing import ENTRY_COLUMNS, Tree, leaf_of

# Inputs and roots of the reference implementation of Certificate Transparency.
INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
ENTRY = {
    "mandant": "dueren",
    "id": 7,
    "occurred_at": datetime(2026, 3, 2, 7, 59, tzinfo=UTC),
    "actor": "a",
    "client": "bc",
    "action": "thing.created",
    "object_type": "thing",
    "object_id": uuid.UUID(int=1),
    "values_digest": b"d" * 32,
    "request_id": "r",
}
CHANGES = {
    "mandant": "nachbarstadt",
    "id": 8,
    "occurred_at": ENTRY["occurred_at"] + timedelta(microseconds=1),
    "actor": "ab",
    "client": "c",
    "action": "thing.read",
    "object_type": "other",
    "object_id": uuid.UUID(int=2),
    "values_digest": None,
    "request_id": None,
}


def leaf(service: str = "kit", number: int = 1, **changes: object) -> bytes:
    return leaf_of(service, number, tuple({**ENTRY, **changes}.values()))


def test_roots_are_those_of_certificate_transparency() -> None:
    leaves = [hashlib.sha256(b"\0" + bytes.fromhex(value)).digest() for value in INPUTS]
    for size, root in enumerate(ROOTS, 1):
        tree = Tree()
        tree.extend(leaves[:size])
        assert tree.root().hex() == root
    assert Tree().root().hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize("cut", range(9))
def test_a_tree_goes_on_from_its_peaks(cut: int) -> None:
    leaves = [bytes([number]) * 32 for number in range(9)]
    whole, first = Tree(), Tree()
    whole.extend(leaves)
    first.extend(leaves[:cut])
    second = Tree(first.size, first.peaks)
    second.extend(leaves[cut:])
    assert (second.size, second.root(), second.peaks) == (9, whole.root(), whole.peaks)


def test_peaks_that_do_not_fit_the_size_are_refused() -> None:
    with pytest.raises(ValueError, match="peak"):
        Tree(3, b"x" * 32)


@pytest.mark.parametrize("column", ENTRY_COLUMNS)
def test_every_column_changes_the_leaf(column: str) -> None:
    assert leaf(**{column: CHANGES[column]}) != leaf()


def test_service_and_number_change_the_leaf() -> None:
    assert len({leaf(), leaf(service="ki"), leaf(number=2)}) == 3


def test_moving_a_letter_to_the_next_column_changes_the_leaf() -> None:
    assert leaf(actor="ab", client="c") != leaf(actor="a", client="bc")
