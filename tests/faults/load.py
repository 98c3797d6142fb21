"""A steady load that does not wait for its answers: so many submissions and reads a second, whatever happens."""

import asyncio
import contextlib
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Self

import httpx

from tests.faults.ledger import Ledger
from tests.harness.client import PORTAL, Origin, multipart
from tests.harness.invariants import OFFICIAL

SUBMISSIONS, READS = 5.0, 20.0
SUBMIT = "antraege"
_PATIENCE_SECONDS = 30.0
_FRESH_SECONDS = 30.0


@dataclass(frozen=True)
class Outcome:
    """One request: when it was sent (monotonic seconds), what it was, its status or 0 when no answer came."""

    sent: float
    what: str
    status: int


class Load(threading.Thread):
    """
    Sends until `end`; every answer or its absence is written down in `ledger` and `outcomes`.

    `pace` 1 is 5 submissions and 20 reads a second.
    """

    def __init__(self, origin: Origin, ledger: Ledger, *, pace: float = 1.0) -> None:
        super().__init__(daemon=True)
        self._pace = pace
        self.outcomes: list[Outcome] = []
        self._origin = origin
        self._ledger = ledger
        self._end = threading.Event()
        self._tokens = {who: origin.token(who) for who in (PORTAL, OFFICIAL)}
        self._failure: BaseException | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """Send nothing more, wait for the last answers; raises what went wrong in the load itself."""
        self._end.set()
        self.join(_PATIENCE_SECONDS * 3)
        assert not self.is_alive(), "the load does not come to its end"
        if self._failure is not None:
            raise self._failure

    def since(self, moment: float, what: str | None = None) -> list[Outcome]:
        """Return what was sent after that moment (monotonic seconds), of one kind or of all."""
        return [one for one in list(self.outcomes) if one.sent > moment and what in (None, one.what)]

    def run(self) -> None:
        """Send."""
        try:
            asyncio.run(self._send_all())
        except BaseException as error:  # noqa: BLE001 - raised again where the load is ended
            self._failure = error

    async def _send_all(self) -> None:
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=20)
        async with httpx.AsyncClient(
            base_url=f"{self._origin.url}/api/v1/", timeout=_PATIENCE_SECONDS, limits=limits
        ) as client:
            reads = [lambda kind=kind: self._read(client, kind) for kind in range(4)]
            keeping = asyncio.create_task(self._keep_tokens())
            await asyncio.gather(
                self._at_pace(1 / SUBMISSIONS / self._pace, [lambda: self._submit(client)]),
                self._at_pace(1 / READS / self._pace, reads),
            )
            keeping.cancel()

    async def _at_pace(self, pause: float, acts: list[Callable[[], Awaitable[None]]]) -> None:
        began, number = time.monotonic(), 0
        async with asyncio.TaskGroup() as group:
            while not self._end.is_set():
                group.create_task(acts[number % len(acts)]())  # type: ignore[arg-type]
                number += 1
                await asyncio.sleep(max(0.0, began + number * pause - time.monotonic()))

    async def _submit(self, client: httpx.AsyncClient) -> None:
        key = self._ledger.begin()
        antrag, files, _ = self._ledger.unsure[key]
        body = {"files": multipart(antrag, files), "headers": self._headers(PORTAL, key)}
        answer = await self._asked(SUBMIT, client.post("antraege", **body))
        if answer is not None:
            self._ledger.answered(key, answer.status_code, answer.text)
        else:
            self._ledger.broken_off += 1

    async def _read(self, client: httpx.AsyncClient, kind: int) -> None:
        accepted = next(reversed(list(self._ledger.accepted.values())), None)
        if accepted is None:
            return
        answer, sent = accepted
        path, who, params = _reads(answer["id"], sent.word)[kind]
        await self._asked(
            path.partition("/")[0] + ("" if who == OFFICIAL else " einer"),
            client.get(path, params=params, headers=self._headers(who)),
        )

    async def _asked(self, what: str, asking: Awaitable[httpx.Response]) -> httpx.Response | None:
        sent, answer = time.monotonic(), None
        with contextlib.suppress(httpx.TransportError):
            answer = await asking
        status = answer.status_code if answer is not None else 0
        self.outcomes.append(Outcome(sent, what, status))
        if answer is not None and what != SUBMIT and status not in (200, 503):
            self._ledger.server_errors.append(f"{what}: {status} {answer.text}")
        return answer

    def _headers(self, who: str, key: str | None = None) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._tokens[who]}", **({"Idempotency-Key": key} if key else {})}

    async def _keep_tokens(self) -> None:
        # As portals do: a new token long before the old one ends, and the old one as long as there is no new one.
        while True:
            await asyncio.sleep(_FRESH_SECONDS)
            with contextlib.suppress(httpx.TransportError, AssertionError):
                for who in self._tokens:
                    self._tokens[who] = await asyncio.to_thread(self._fresh, who)

    def _fresh(self, who: str) -> str:
        with Origin(self._origin.url, self._origin.mandant, self._origin.issuer) as fresh:
            return fresh.token(who)


def _reads(antrag_id: str, word: str) -> list[tuple[str, str, dict[str, Any]]]:
    """Return one read of each service: ingest, records, search, workflow."""
    return [
        (f"antraege/{antrag_id}", PORTAL, {}),
        ("vorgaenge", OFFICIAL, {"limit": 20}),
        ("suche", OFFICIAL, {"q": word, "typ": "dokument"}),
        ("aufgaben", OFFICIAL, {"limit": 20}),
    ]
