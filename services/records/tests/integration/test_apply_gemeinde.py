"""Applying a municipality: all of it, and nothing the second time."""

import dataclasses
from pathlib import Path

import pytest

from dms.records.v1.organisation_events_pb2 import OrganisationseinheitChanged, ZustaendigkeitChanged
from dms_records.adapters.gemeinde_file import read_gemeinde
from dms_records.use_cases.apply_gemeinde import apply_gemeinde

DEMO = Path(__file__).parents[4] / "deploy/demo/dueren.yaml"


@pytest.fixture
def gemeinde():
    return read_gemeinde(DEMO)


@pytest.fixture
def apply(container):
    async def run(gemeinde):
        units = container.units.for_mandant(gemeinde.mandant)
        return await apply_gemeinde(gemeinde, unit_of_work=units, clock=container.clock)

    return run


async def events(rows):
    return [row.type.rsplit(".", 1)[1] for row in await rows("SELECT type FROM records.outbox ORDER BY id")]


async def test_first_time_tells_offices_and_zustaendigkeiten(apply, gemeinde, rows):
    changes = await apply(gemeinde)
    told = await events(rows)
    assert told.count("OrganisationseinheitChanged") == len(gemeinde.organisationseinheiten)
    assert told.count("ZustaendigkeitChanged") == len(gemeinde.aktenplan)
    assert changes == len(told) + len(gemeinde.aktenplan) + len(gemeinde.ablageregeln)


async def test_second_time_changes_nothing(apply, gemeinde, rows):
    await apply(gemeinde)
    state = "SELECT max(xmin::text), count(*) FROM records.aktenplaneinheit"
    before, entries = await rows(state), await rows("SELECT count(*) FROM records.audit_entry")
    told = len(await events(rows))
    assert await apply(gemeinde) == 0
    assert await rows(state) == before
    assert len(await events(rows)) == told
    assert await rows("SELECT count(*) FROM records.audit_entry") == entries


async def test_change_of_one_name_is_one_new_version(apply, gemeinde, rows):
    await apply(gemeinde)
    offices = [
        dataclasses.replace(office, name="Bürgerbüro") if office.schluessel == "32" else office
        for office in gemeinde.organisationseinheiten
    ]
    assert await apply(dataclasses.replace(gemeinde, organisationseinheiten=offices)) == 1
    [last] = await rows("SELECT type, payload FROM records.outbox ORDER BY id DESC LIMIT 1")
    event = OrganisationseinheitChanged.FromString(last.payload)
    assert (event.schluessel, event.name, event.version) == ("32", "Bürgerbüro", 2)


async def test_rule_that_is_no_longer_named_is_removed(apply, gemeinde, rows):
    await apply(gemeinde)
    fewer = dataclasses.replace(gemeinde, ablageregeln=gemeinde.ablageregeln[1:])
    assert await apply(fewer) == 1
    assert len(await rows("SELECT 1 FROM records.ablageregel")) == len(fewer.ablageregeln)


async def test_second_mandant_has_its_own(apply, gemeinde, rows):
    await apply(gemeinde)
    await apply(dataclasses.replace(gemeinde, mandant="nachbarstadt"))
    [row] = await rows(
        "SELECT count(DISTINCT mandant) AS mandanten, count(DISTINCT id) AS ids FROM records.zustaendigkeit"
    )
    assert (row.mandanten, row.ids) == (2, 2 * len(gemeinde.aktenplan))
    assert ZustaendigkeitChanged.DESCRIPTOR.name in await events(rows)
