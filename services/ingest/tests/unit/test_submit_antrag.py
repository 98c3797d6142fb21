"""The act of accepting, with fakes."""

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest

from dms_ingest.domain.anlage import AnlageDatei, AnlageNennung, Objekt
from dms_ingest.domain.events import AntragSubmitted
from dms_ingest.use_cases.submit_antrag import SubmitAntrag, submit_antrag
from dms_kit.core.actor import Actor
from dms_kit.core.errors import InvalidInputError, UnavailableError
from dms_kit.testing.clock import ManualClock

ACTOR = Actor(mandant="dueren", sub="sa", client="portal")


class FakeAntraege:
    def __init__(self) -> None:
        self.added = []
        self.years = []

    def add(self, antrag):
        self.added.append(antrag)

    async def next_eingangsnummer(self, jahr):
        self.years.append(jahr)
        return 42


class FakeUnitOfWork:
    mandant = "dueren"

    def __init__(self) -> None:
        self.antraege = FakeAntraege()
        self.events, self.audited = [], []
        self.committed = None

    def record(self, event):
        self.events.append(event)

    def audit(self, action, object_type, object_id, values=None):
        self.audited.append((action, object_type, object_id))

    async def commit(self, answer=None):
        self.committed = answer

    @asynccontextmanager
    async def __call__(self):
        yield self


class FakeSigner:
    def __init__(self) -> None:
        self.signed = []

    def sign(self, claims):
        self.signed.append(claims)
        return "quittung"

    def jwks(self):
        return {"keys": []}


def a_command(**changes) -> SubmitAntrag:
    datei = AnlageDatei(
        dateiname_original="../nach\u202eweis.pdf",
        mime_type="application/pdf",
        objekt=Objekt("dueren/ingest/2", 2, "a2", "b2", b""),
    )
    fields = {
        "leistung_schluessel": "99050012104000",
        "leistung_bezeichnung": "Gewerbe",
        "region": "053580008008",
        "betreff": "Anmeldung",
        "externe_referenz": None,
        "formular": Objekt("dueren/ingest/1", 1, "a1", "b1", b""),
        "dateien": (datei,),
        "nennungen": None,
    }
    return SubmitAntrag(**{**fields, **changes})


async def submitted(command, unit_of_work, signer=None, clock=None):
    return await submit_antrag(
        command,
        actor=ACTOR,
        unit_of_work=unit_of_work,
        signer=signer or FakeSigner(),
        issuer="https://registratur.test",
        clock=clock or ManualClock(),
    )


async def test_antrag_event_and_audit_entry_are_committed_together():
    unit_of_work = FakeUnitOfWork()
    antrag = await submitted(a_command(), unit_of_work)
    assert unit_of_work.committed is antrag
    assert unit_of_work.antraege.added == [antrag]
    assert unit_of_work.events == [AntragSubmitted(antrag)]
    assert unit_of_work.audited == [("antrag.submitted", "antrag", antrag.id)]
    assert antrag.client == "portal"


async def test_quittung_names_every_file_by_its_hashes():
    signer = FakeSigner()
    antrag = await submitted(a_command(), FakeUnitOfWork(), signer)
    assert antrag.quittung == "quittung"
    assert signer.signed == [
        {
            "iss": "https://registratur.test",
            "mandant": "dueren",
            "sub": str(antrag.id),
            "eingangsnummer": "E-2026-0000042",
            "eingegangen_am": "2026-03-02T08:00:00Z",
            "antrag": {"groesse": 1, "sha256": "a1", "sha512": "b1"},
            "anlagen": [
                {
                    "id": str(antrag.anlagen[0].id),
                    "dateiname": "nachweis.pdf",
                    "groesse": 2,
                    "sha256": "a2",
                    "sha512": "b2",
                }
            ],
        }
    ]


async def test_name_is_made_safe_and_the_original_is_kept():
    antrag = await submitted(a_command(), FakeUnitOfWork())
    assert antrag.anlagen[0].dateiname == "nachweis.pdf"
    assert antrag.anlagen[0].dateiname_original == "../nach\u202eweis.pdf"


async def test_year_of_the_number_is_that_of_berlin():
    clock = ManualClock(datetime(2026, 12, 31, 23, 30, tzinfo=UTC))
    unit_of_work = FakeUnitOfWork()
    antrag = await submitted(a_command(), unit_of_work, clock=clock)
    assert unit_of_work.antraege.years == [2027]
    assert antrag.eingangsnummer == "E-2027-0000042"


async def test_wrong_list_of_files_is_refused_before_the_transaction():
    unit_of_work = FakeUnitOfWork()
    with pytest.raises(InvalidInputError):
        await submitted(a_command(nennungen=(AnlageNennung(dateiname="andere.pdf"),)), unit_of_work)
    assert unit_of_work.committed is None


async def test_what_was_only_hashed_is_never_accepted():
    unit_of_work = FakeUnitOfWork()
    hashed = Objekt(None, 1, "a1", "b1", b"")
    with pytest.raises(UnavailableError):
        await asyncio.wait_for(submitted(a_command(formular=hashed), unit_of_work), 5)
    assert unit_of_work.committed is None
