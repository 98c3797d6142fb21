"""What applying a declaration twice must not do: change anything."""

from collections.abc import Mapping
from typing import Any


def take(row: object, facts: Mapping[str, Any]) -> bool:
    """Set the facts that differ; say whether any did."""
    differing = {name: value for name, value in facts.items() if getattr(row, name) != value}
    for name, value in differing.items():
        setattr(row, name, value)
    return bool(differing)
