"""The acts in which a process dies: the request of each, what may be left of it, and what is there when it is done."""

import hashlib
import random
import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

import httpx

from tests.harness.client import Origin, eventually
from tests.harness.files import a_pdf, a_word
from tests.harness.installation import Installation
from tests.harness.invariants import OFFICIAL

REGISTRAR, EDITOR = "registratur-32", "aktenplan"
_MIB = 1024 * 1024
_ORGANISATION = (
    "ablageregel",
    "aktenplaneinheit",
    "aktenplaneinheit_stand",
    "organisationseinheit",
    "organisationseinheit_historie",
    "reorganisation",
    "zustaendigkeit",
    "zustaendigkeit_historie",
)


class Act(ABC):
    """
    One kind of request that changes something, sent to `dying`; everything else goes to the origin.

    `objects` is how many it leaves in the store when it dies before the commit.
    """

    status = 200
    objects = 0

    def __init__(self, origin: Origin, dying: str, installation: Installation, dice: random.Random) -> None:
        self.origin = origin
        self.dying = dying
        self.installation = installation
        self.dice = dice
        self.key = ""

    def begin(self) -> None:
        """Prepare the next request, with a key of its own."""
        self.key = str(uuid.uuid4())
        self.prepare()

    @abstractmethod
    def prepare(self) -> None:
        """Make what the request is about."""

    @abstractmethod
    def send(self) -> httpx.Response:
        """Send the request, the first time or again."""

    @abstractmethod
    def check_left(self, *, happened: bool) -> None:
        """Check that after the death all of it is there, or nothing."""

    @abstractmethod
    def check_done(self, answer: dict[str, Any]) -> None:
        """Check that it is there once, as the answer says."""

    def created(self, who: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Create something."""
        key = str(uuid.uuid4())
        return self._permitted(lambda: self.origin.post(who, path, body, Idempotency_Key=key), path)

    def acted(self, who: str, path: str) -> dict[str, Any]:
        """Do something that must succeed."""
        return self._permitted(lambda: self.origin.post(who, path, If_Match="*"), path)

    @staticmethod
    def _permitted(send: Callable[[], httpx.Response], path: str) -> dict[str, Any]:
        """Send until it is permitted: rights follow a new office or Zuständigkeit within a second."""

        def answered() -> dict[str, Any] | None:
            answer = send()
            assert answer.status_code in {200, 201, 403, 404}, answer.text
            done: dict[str, Any] = answer.json()
            return done if answer.is_success else None

        return eventually(answered, path)

    def sent(self, who: str, path: str, headers: dict[str, str], **content: Any) -> httpx.Response:
        """Send what the process may die of."""
        url, headers = f"{self.dying}/api/v1/{path}", self.origin.headers(who, Idempotency_Key=self.key, **headers)
        return self.origin.http.post(url, headers=headers, **content)

    def entries(self, action: str, object_id: str) -> int:
        """Count the entries of the Protokoll about one act on an object."""
        statement = "SELECT count(*) FROM records.audit_entry WHERE action = $1 AND object_id = $2"
        count: int = self.installation.value(statement, action, uuid.UUID(object_id))
        return count


class CheckIn(Act):
    """New versions of one Dokument, each in several blocks."""

    objects = 1

    def __init__(self, origin: Origin, dying: str, installation: Installation, dice: random.Random) -> None:
        super().__init__(origin, dying, installation, dice)
        akte = self.created(REGISTRAR, "akten", {"titel": "Bescheide", "aktenplaneinheit": "32.20"})
        self.acted(REGISTRAR, f"akten/{akte['id']}/register")
        vorgang = self.created(OFFICIAL, "vorgaenge", {"akte_id": akte["id"], "betreff": "Bescheid"})
        self.acted(OFFICIAL, f"vorgaenge/{vorgang['id']}/register")
        first = a_pdf("Entwurf")
        url = f"{origin.url}/api/v1/vorgaenge/{vorgang['id']}/dokumente"
        answer = origin.http.post(url, files={"datei": first}, headers=origin.headers(OFFICIAL))
        assert answer.status_code == 201, answer.text
        self._path = f"dokumente/{answer.json()['id']}"
        self._dokument_id: str = answer.json()["id"]
        self._hashes = [hashlib.sha256(first[1]).hexdigest()]

    def prepare(self) -> None:
        """Check out, and write the next version."""
        self._etag = self.acted(OFFICIAL, f"{self._path}/checkout")["etag"]
        self._word = a_word(self.dice.random())
        self._file = a_pdf(f"Bescheid {self._word}", name=f"{self._word}.pdf", size=self.dice.randint(3, 5) * _MIB)

    def send(self) -> httpx.Response:
        """Check in."""
        files, headers = {"datei": self._file}, {"If_Match": self._etag}
        return self.sent(OFFICIAL, f"{self._path}/checkin", headers, files=files)

    def check_left(self, *, happened: bool) -> None:
        """The new version without the lease, or the lease without the new version."""
        dokument = self.origin.read(OFFICIAL, self._path)
        versions = len(self._hashes) + happened
        assert dokument["version"] == versions
        assert (dokument["bearbeitungssperre"] is None) == happened
        assert self._numbers() == list(range(versions, 0, -1))

    def check_done(self, answer: dict[str, Any]) -> None:
        """Every version has the bytes that were checked in, and the newest can be found."""
        self._hashes.append(hashlib.sha256(self._file[1]).hexdigest())
        assert answer["bearbeitungssperre"] is None
        assert self._numbers() == list(range(len(self._hashes), 0, -1))
        listed = self.origin.items(OFFICIAL, f"{self._path}/versionen", sort="nummer")
        assert [version["sha256"] for version in listed] == self._hashes
        content = self.origin.get(OFFICIAL, f"{self._path}/inhalt").content
        assert hashlib.sha256(content).hexdigest() == self._hashes[-1] == answer["sha256"]
        assert self.entries("dokument.checked_in", self._dokument_id) == len(self._hashes) - 1
        eventually(self._is_found, "the new version is found", seconds=60)

    def _is_found(self) -> bool:
        hits = self.origin.read(OFFICIAL, "suche", q=self._word, typ="dokument")["items"]
        return [hit["id"] for hit in hits] == [self._dokument_id]

    def _numbers(self) -> list[int]:
        return [version["nummer"] for version in self.origin.items(OFFICIAL, f"{self._path}/versionen")]


class Registration(Act):
    """Akten under one plan unit, between which others are registered."""

    def __init__(self, origin: Origin, dying: str, installation: Installation, dice: random.Random) -> None:
        super().__init__(origin, dying, installation, dice)
        self._given: dict[str, str] = {}

    def prepare(self) -> None:
        """Draft an Akte."""
        self._akte = self._draft()

    def send(self) -> httpx.Response:
        """Register it."""
        return self.sent(REGISTRAR, f"akten/{self._akte['id']}/register", {"If_Match": self._akte["etag"]})

    def check_left(self, *, happened: bool) -> None:
        """A number or a draft; then somebody else takes the next number."""
        akte = self.origin.read(REGISTRAR, f"akten/{self._akte['id']}")
        assert (akte["status"], akte["aktenzeichen"] is not None) == (
            "registriert" if happened else "entwurf",
            happened,
        )
        assert self.entries("akte.registered", akte["id"]) == happened
        if happened:
            self._give(akte)
        self._give(self.acted(REGISTRAR, f"akten/{self._draft()['id']}/register"))

    def check_done(self, answer: dict[str, Any]) -> None:
        """Its number is its own, it has one entry, and others are told of it once."""
        self._give(answer)
        assert self.origin.read(REGISTRAR, f"akten/{answer['id']}") == answer
        assert self.entries("akte.registered", answer["id"]) == 1
        told = "SELECT count(*) FROM records.outbox WHERE aggregateid = $1 AND type LIKE '%AkteCreated'"
        assert self.installation.value(told, answer["id"]) == 1
        rows = self.installation.sql("SELECT aktenzeichen, id::text FROM records.akte WHERE aktenzeichen IS NOT NULL")
        assert self._given.items() <= {tuple(row) for row in rows}, "a number is another Akte's now"
        assert len(rows) == len({row["aktenzeichen"] for row in rows})

    def _give(self, akte: dict[str, Any]) -> None:
        owner = self._given.setdefault(akte["aktenzeichen"], akte["id"])
        assert owner == akte["id"], "a number was given twice"

    def _draft(self) -> dict[str, Any]:
        return self.created(REGISTRAR, "akten", {"titel": "Gewerbe", "aktenplaneinheit": "32.20"})


class Reorganisation(Act):
    """Offices of their own with Akten below two plan units, which go to two others."""

    status = 201

    def __init__(self, origin: Origin, dying: str, installation: Installation, dice: random.Random) -> None:
        super().__init__(origin, dying, installation, dice)
        self._count = 0

    def prepare(self) -> None:
        """Make the offices, their plan and Akten, and try the order first."""
        self._count += 1
        old, other, new, plan = (f"{letter}{self._count}" for letter in ("ALT", "NEBEN", "NEU", "P"))
        for office in (old, other):
            self.created(
                EDITOR, "organisationseinheiten", {"schluessel": office, "name": office, "uebergeordnet": "00"}
            )
        rules = {"organisationseinheit": old, "aussonderungsart": "V", "aufbewahrungsdauer": 5}
        self.created(EDITOR, "aktenplan", {"schluessel": plan, "titel": "Aufgaben", **rules})
        self.created(EDITOR, "aktenplan", {"schluessel": f"{plan}.1", "titel": "Teil", "uebergeordnet": plan})
        drafts = [
            self.created(REGISTRAR, "akten", {"titel": "Sache", "aktenplaneinheit": unit})
            for unit in (plan, f"{plan}.1")
        ]
        self._akten = [draft["id"] for draft in drafts]
        for akte_id in self._akten:
            self.acted(REGISTRAR, f"akten/{akte_id}/register")
        self._offices = ["61", new]
        steps = [
            {"art": "create", "schluessel": new, "name": new, "uebergeordnet": "00"},
            {"art": "split", "von": old, "teile": [{"nach": new, "aktenplaneinheiten": [f"{plan}.1"]}], "rest": "61"},
            {"art": "rename", "organisationseinheit": other, "name": f"{other} umbenannt"},
        ]
        self._order = {"grund": "Organisationsverfügung", "schritte": steps}
        tried = self.origin.post(EDITOR, "reorganisationen", {**self._order, "probelauf": True})
        assert tried.status_code == 200, tried.text
        self._promised = tried.json()["ergebnis"]
        self._done = len(self.origin.items(EDITOR, "reorganisationen"))
        self._before, self._files = self._state(), self._untouched()

    def send(self) -> httpx.Response:
        """Order it."""
        return self.sent(EDITOR, "reorganisationen", {}, json=self._order)

    def check_left(self, *, happened: bool) -> None:
        """Everything as it was, or as the trial run said."""
        done = self.origin.items(EDITOR, "reorganisationen")
        assert len(done) == self._done + happened
        if happened:
            self.check_done(self.origin.read(EDITOR, f"reorganisationen/{done[0]['id']}"))
        else:
            assert self._state() == self._before, "something of the reorganisation was left"

    def check_done(self, answer: dict[str, Any]) -> None:
        """What the trial run said, once, without touching an Akte."""
        assert answer["ergebnis"] == self._promised
        assert [row["id"] for row in self.origin.items(EDITOR, "reorganisationen")].count(answer["id"]) == 1
        assert len(self.origin.items(EDITOR, "reorganisationen")) == self._done + 1
        assert self.entries("reorganisation.performed", answer["id"]) == 1
        offices = (
            "SELECT o.schluessel FROM unnest($1::uuid[]) WITH ORDINALITY AS wanted (id, place)"
            " JOIN records.akte a ON a.id = wanted.id"
            " JOIN records.zustaendigkeit z ON z.id = a.zustaendigkeit_id"
            " JOIN records.organisationseinheit o ON o.id = z.organisationseinheit_id ORDER BY place"
        )
        assert [row["schluessel"] for row in self.installation.sql(offices, self._akten)] == self._offices
        assert self._untouched() == self._files, "a file was touched"

    def _state(self) -> list[Any]:
        hashed = "SELECT md5(string_agg(row::text, E'\\n' ORDER BY row::text)) FROM records.{} AS row"
        counted = (
            "SELECT count(*) FROM records.audit_entry WHERE action = 'reorganisation.performed'",
            "SELECT count(*) FROM records.outbox WHERE topic = 'dms.records.organisation.v1'",
        )
        return [self.installation.value(sql) for sql in (*(hashed.format(name) for name in _ORGANISATION), *counted)]

    def _untouched(self) -> list[Any]:
        statement = "SELECT id, xmin::text, version, aktenzeichen FROM records.akte WHERE id = ANY($1) ORDER BY id"
        return [tuple(row) for row in self.installation.sql(statement, self._akten)]
