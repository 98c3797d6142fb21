"""What those who send Anträge know while servers die under them, and how they settle it afterwards."""

import json
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.harness.client import File, Origin, an_antrag
from tests.harness.files import a_pdf, a_text, a_word
from tests.harness.invariants import Sent

PERSONAL = ("Lüdenscheidt", "zoe@example.org", "Kölnstraße")


@dataclass
class Ledger:
    """What the writers know: what was accepted, and what was sent without an answer."""

    accepted: dict[str, tuple[dict[str, Any], Sent]] = field(default_factory=dict)
    unsure: dict[str, tuple[bytes, Sequence[File], Sent]] = field(default_factory=dict)
    server_errors: list[str] = field(default_factory=list)
    broken_off: int = 0

    def begin(self) -> str:
        """Note a new Antrag with two files as sent without an answer; return its idempotency key."""
        key, word = str(uuid.uuid4()), a_word()
        files = [a_pdf(f"Beleg {word}", name=f"{word}.pdf", size=19_000), a_text(f"Notiz {word}", name=f"{word}.txt")]
        antrag = json.dumps(an_antrag(betreff=f"Sache {word}", externe_referenz=key)).encode()
        self.unsure[key] = (antrag, files, Sent(files, word))
        return key

    def answered(self, key: str, status: int, text: str) -> bool:
        """Note an answer; a 201 makes it accepted, 503 is the one refusal that a fault excuses."""
        if status == 201:
            self.accepted[key] = (json.loads(text), self.unsure.pop(key)[2])
            return True
        if status != 503:
            self.server_errors.append(f"{status} {text}")
        return False


def send(origin: Origin, ledger: Ledger, key: str) -> bool:
    """Send (again) what is unsure."""
    antrag, files, _ = ledger.unsure[key]
    answer = origin.submit(antrag, files, key=key)
    return ledger.answered(key, answer.status_code, answer.text)


def settle(origin: Origin, ledger: Ledger, *, seconds: float = 60) -> None:
    """Send again, under its key, everything whose answer was lost."""
    deadline = time.monotonic() + seconds
    while ledger.unsure:
        for key in list(ledger.unsure):
            send(origin, ledger, key)
        assert time.monotonic() < deadline, "what was broken off cannot be sent again"
