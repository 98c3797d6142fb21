"""
No sequence of calls loses a version, changes a frozen byte or reaches an illegal state.

A model of one Dokument predicts each answer; after each step everything that the API says of it is compared.
"""

import asyncio
import hashlib
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

pytestmark = pytest.mark.usefixtures("demo")
PEOPLE = st.sampled_from(["anna-32", "bert-32"])
Call = Callable[..., httpx.Response]


class DokumentMachine(RuleBasedStateMachine):
    """What one Dokument must be; `lease` is (person, end in minutes), `frozen` maps a version to who froze it."""

    def __init__(self, call: Call, advance: Callable[[float], None], vorgang_id: str) -> None:
        super().__init__()
        self._call, self._advance, self._vorgang_id = call, advance, vorgang_id
        self.now = 0
        self.contents: list[bytes] = []
        self.frozen: dict[int, str] = {}
        self.lease: tuple[str, int] | None = None
        self.aktenzeichen: str | None = None
        self.deleted = False
        self.old_etag = '"0"'

    @initialize(content=st.binary(min_size=1, max_size=20))
    def begin(self, content: bytes) -> None:
        files = {"datei": ("Entwurf.bin", content)}
        answer = self._call("POST", f"vorgaenge/{self._vorgang_id}/dokumente", "anna-32", files=files)
        assert answer.status_code == 201, answer.text
        self.path = f"dokumente/{answer.json()['id']}"
        self.id = answer.json()["id"]
        self.contents.append(content)

    @rule(minutes=st.integers(1, 40))
    def wait(self, minutes: int) -> None:
        self._advance(minutes * 60)
        self.now += minutes

    @rule(who=PEOPLE, minutes=st.integers(1, 60))
    def check_out(self, who: str, minutes: int) -> None:
        holder = self.holder()
        expected = 409 if holder not in {None, who} else 200
        if self.act("checkout", who, expected, json={"dauer_minuten": minutes}) and holder is None:
            self.lease = (who, self.now + minutes)

    @rule(who=PEOPLE, minutes=st.integers(1, 60))
    def renew(self, who: str, minutes: int) -> None:
        if self.act("renew", who, self.for_holder(who), json={"dauer_minuten": minutes}) and self.lease:
            self.lease = (who, max(self.lease[1], self.now + minutes))

    @rule(who=PEOPLE)
    def release(self, who: str) -> None:
        if self.act("release", who, self.for_holder(who)):
            self.lease = None

    @rule()
    def break_it(self) -> None:
        if self.act("break", "leitung-32", 200 if self.holder() else 409, json={"grund": "Urlaub"}):
            self.lease = None

    @rule(who=PEOPLE, content=st.binary(min_size=1, max_size=20))
    def check_in(self, who: str, content: bytes) -> None:
        if self.act("checkin", who, self.for_holder(who), files={"datei": ("Neu.bin", content)}):
            self.contents.append(content)
            self.lease = None

    @rule(who=PEOPLE, back=st.integers(0, 3))
    def restore(self, who: str, back: int) -> None:
        nummer = len(self.contents) - back
        expected = 404 if nummer < 1 else 409 if back == 0 or self.holder() not in {None, who} else 200
        if nummer > 0 and self.act(f"versionen/{nummer}/restore", who, expected):
            self.contents.append(self.contents[nummer - 1])

    @rule(who=PEOPLE)
    def freeze(self, who: str) -> None:
        current = len(self.contents)
        is_free = self.holder() is None and self.frozen.get(current, who) == who
        if self.act("freeze", who, 200 if is_free else 409):
            self.frozen[current] = who

    @rule(who=PEOPLE)
    def register(self, who: str) -> None:
        if answer := self.act("register", who, 409 if self.aktenzeichen else 200):
            self.aktenzeichen = answer.json()["aktenzeichen"]
            assert self.aktenzeichen

    @rule(who=PEOPLE)
    def delete(self, who: str) -> None:
        is_allowed = not (self.aktenzeichen or self.frozen or self.holder())
        if self.act("", who, 204 if is_allowed else 409, method="DELETE"):
            self.deleted = True

    @rule(who=PEOPLE)
    def recover(self, who: str) -> None:
        headers = {"If-Match": "*"}
        answer = self._call("POST", f"papierkorb/{self.id}/restore", who, headers=headers)
        assert answer.status_code == (200 if self.deleted else 404), answer.text
        self.deleted = False

    @rule(name=st.sampled_from(["checkout", "renew", "release", "checkin", "freeze", "register"]))
    def stale(self, name: str) -> None:
        if not self.deleted and self.lease is None:
            answer = self._call("POST", f"{self.path}/{name}", "bert-32", headers={"If-Match": self.old_etag})
            frozen_by_bert = name == "freeze" and self.frozen.get(len(self.contents)) == "bert-32"
            assert answer.status_code == (200 if frozen_by_bert else 412), answer.text

    @invariant()
    def everything_is_as_the_model_says(self) -> None:
        if not self.contents:
            return
        answer = self._call("GET", self.path, "anna-32")
        trash = self._call("GET", f"papierkorb/{self.id}", "anna-32")
        assert (answer.status_code, trash.status_code) == ((404, 200) if self.deleted else (200, 404))
        if self.deleted:
            assert trash.json()["version"] == len(self.contents)
            return
        shown, holder = answer.json(), self.holder()
        assert (shown["version"], shown["aktenzeichen"]) == (len(self.contents), self.aktenzeichen)
        assert shown["status"] == ("registriert" if self.aktenzeichen else "entwurf")
        sperre = shown["bearbeitungssperre"]
        assert (sperre and sperre["inhaber"]["sub"]) == (holder and f"sub-{holder.removesuffix('-32')}")
        versions = self._call("GET", f"{self.path}/versionen?sort=nummer&limit=200", "bert-32").json()["items"]
        digests = [hashlib.sha256(content).hexdigest() for content in self.contents]
        assert [version["sha256"] for version in versions] == digests
        assert {version["nummer"] for version in versions if version["endgueltig"]} == set(self.frozen)
        for nummer in {*self.frozen, len(self.contents)}:
            served = self._call("GET", f"{self.path}/versionen/{nummer}/inhalt", "bert-32")
            assert served.content == self.contents[nummer - 1]

    def holder(self) -> str | None:
        return self.lease[0] if self.lease and self.now < self.lease[1] else None

    def for_holder(self, who: str) -> int:
        return 200 if self.holder() == who else 409

    def act(self, name: str, who: str, expected: int, *, method: str = "POST", **options: Any) -> httpx.Response | None:
        path = f"{self.path}/{name}".rstrip("/")
        answer = self._call(method, path, who, headers={"If-Match": "*"}, **options)
        assert answer.status_code == (404 if self.deleted else expected), (name, answer.text)
        return answer if answer.status_code < 300 else None


@pytest.mark.timeout(500)
async def test_no_sequence_of_acts_breaks_a_dokument(client, ingest, clock):
    await ingest.submit()
    [vorgang] = (await client.get("vorgaenge")).json()["items"]
    loop = asyncio.get_running_loop()

    def call(*given: Any, **options: Any) -> httpx.Response:
        return asyncio.run_coroutine_threadsafe(client.request(*given, **options), loop).result()

    bounds = settings(
        max_examples=12,
        stateful_step_count=20,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    await asyncio.to_thread(
        run_state_machine_as_test, lambda: DokumentMachine(call, clock.advance, vorgang["id"]), settings=bounds
    )
