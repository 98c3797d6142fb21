"""What was found, and how it is said."""

import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

_MOST_LINES = 1000


@dataclass(frozen=True)
class Finding:
    """Something that is not as it was sealed; `number` sorts it, `subject` is an entry of a chain or a key."""

    kind: str
    subject: str
    number: int = 0

    def line(self) -> str:
        """Return the line of standard output."""
        return f"BEFUND {self.kind} {self.subject}"


def write(findings: Iterable[Finding]) -> None:
    """Write a line for each, the first bad entry of a chain first; of one kind at most a thousand."""
    written: Counter[str] = Counter()
    for finding in sorted(findings, key=lambda one: (one.subject.rpartition("/")[0], one.number)):
        written[finding.kind] += 1
        if written[finding.kind] <= _MOST_LINES:
            sys.stdout.write(finding.line() + "\n")
    for kind, count in written.items():
        if count > _MOST_LINES:
            sys.stderr.write(f"{kind}: {count - _MOST_LINES} weitere\n")
    sys.stdout.flush()
