"""Filing with a unit of work in memory: what is loaded, recorded and committed."""

from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from dms_kit.testing.clock import ManualClock
from dms_records.domain.ablageregel import Ablageregel
from dms_records.domain.aktenplaneinheit import Aktenplaneinheit
from dms_records.domain.eingang import Eingang, EingangAnlage
from dms_records.domain.events import AkteCreated, DokumentAdded, VorgangCreated, ZustaendigkeitChanged
from dms_records.domain.organisationseinheit import Organisationseinheit
from dms_records.domain.zustaendigkeit import Zustaendigkeit
from dms_records.use_cases.file_antrag import file_antrag
from dms_records.use_cases.submitted_antrag import ReceivedAntrag

DAY = date(2020, 1, 1)
OFFICE = Organisationseinheit(
    mandant="m", id=uuid4(), schluessel="32", name="Amt", uebergeordnet_id=None, gueltig_von=DAY
)


class FakeUnitOfWork:
    """One plan unit, one rule; every repository is the object itself."""

    def __init__(self, **unit):
        facts = {"aussonderungsart": "V", "aufbewahrungsdauer": 5, "organisationseinheit_id": OFFICE.id, **unit}
        self.unit = Aktenplaneinheit(
            mandant="m", id=uuid4(), schluessel="32.20", titel="T", uebergeordnet_id=None, gueltig_von=DAY, **facts
        )
        self.organisation = self.aktenplan = self.eingaenge = self.schriftgut = self
        self.received, self.waiting, self.events, self.actions, self.counters = set(), [], [], [], {}
        self.commits = self.flushes = 0

    @asynccontextmanager
    async def open(self):
        yield self

    async def exists(self, antrag_id):
        return antrag_id in self.received

    async def regeln(self, leistung):
        return [Ablageregel(mandant="m", id=uuid4(), leistung="99", region="", aktenplaneinheit_id=self.unit.id)]

    async def path(self, _unit, *, hold):
        assert hold
        return [self.unit]

    async def get(self, _office):
        return OFFICE

    async def obtain_zustaendigkeit(self, unit, office, *, today):
        row = Zustaendigkeit(
            mandant="m", id=uuid4(), aktenplaneinheit_id=unit, organisationseinheit_id=office, gueltig_von=today
        )
        return row, True

    async def next_number(self, bereich, jahr=0, *, count=1):
        self.counters[bereich, jahr] = self.counters.get((bereich, jahr), 0) + count
        return self.counters[bereich, jahr]

    async def flush(self):
        self.flushes += 1

    async def is_given(self, _aktenzeichen):
        return False

    def add(self, *rows):
        if isinstance(rows[0], Eingang):
            self.received.add(rows[0].antrag_id)
            self.waiting += [rows[2]] if rows[2] else []

    def record(self, event):
        self.events.append(event)

    def audit(self, action, *_rest):
        self.actions.append(action)

    async def commit(self, _answer=None):
        self.commits += 1


@pytest.fixture
def received():
    eingang = Eingang(
        mandant="m",
        antrag_id=uuid4(),
        eingangsnummer="E",
        eingegangen_am=datetime(2026, 3, 2, tzinfo=UTC),
        leistung_schluessel="99050012",
        leistung_bezeichnung="",
        region="05",
        betreff="B",
        formulardaten=None,
    )
    file = {
        "mime_type": "text/plain",
        "groesse": 1,
        "sha256": "a",
        "sha512": "b",
        "blocks": b"",
        "pruefstatus": "sauber",
    }
    anlagen = [
        EingangAnlage(
            mandant="m",
            id=uuid4(),
            antrag_id=eingang.antrag_id,
            position=position,
            art=art,
            dateiname=art,
            objekt_key=art,
            **file,
        )
        for position, art in enumerate(["formular", "anlage"])
    ]
    return ReceivedAntrag(eingang, anlagen)


async def test_filing_records_every_fact_and_commits_once(received):
    uow = FakeUnitOfWork()
    await file_antrag(received, unit_of_work=uow.open, clock=ManualClock())
    kinds = [type(event) for event in uow.events]
    assert kinds == [ZustaendigkeitChanged, AkteCreated, VorgangCreated, DokumentAdded, DokumentAdded]
    assert uow.events[2].vorgang.anzahl_dokumente == 2
    assert uow.events[-1].dokument.aktenzeichen == "32.20#00001#0001#0002"
    assert uow.actions[1:3] == ["akte.created", "vorgang.created"]
    assert (uow.flushes, uow.commits) == (1, 1)


async def test_antrag_received_before_changes_nothing(received):
    uow = FakeUnitOfWork()
    uow.received.add(received.eingang.antrag_id)
    await file_antrag(received, unit_of_work=uow.open, clock=ManualClock())
    assert (uow.events, uow.actions, uow.commits) == ([], [], 1)


async def test_closed_unit_sends_it_to_the_posteingang(received):
    uow = FakeUnitOfWork(stillgelegt=True)
    await file_antrag(received, unit_of_work=uow.open, clock=ManualClock())
    assert [item.grund for item in uow.waiting] == ["Die Aktenplaneinheit 32.20 ist stillgelegt oder nicht gültig."]
    assert (uow.events, uow.commits) == ([], 1)
