"""An import of the plan is computed while others go on; what they change meanwhile is never overlooked."""

from contextlib import asynccontextmanager
from datetime import date

import pytest

from dms_kit.core.errors import PreconditionFailedError
from dms_records.domain.aktenplan_errors import AktenplanImportError
from dms_records.domain.aktenplan_import import AktenplanZeile
from dms_records.use_cases.import_aktenplan import ImportAktenplan, import_aktenplan

pytestmark = pytest.mark.usefixtures("demo")


@pytest.fixture
def run(container, clock):
    """Import one row for the unit 32.20; `meanwhile` happens before each attempt to save, while it returns True."""

    async def importing(meanwhile, **angaben):
        opened = container.units.for_mandant("dueren")
        count = 0

        @asynccontextmanager
        async def unit_of_work():
            nonlocal count
            count += 1
            if count % 2 == 0:
                await meanwhile(count // 2)
            async with opened() as uow:
                yield uow

        zeilen = [AktenplanZeile(zeile=0, schluessel="32.20", angaben=angaben)]
        command = ImportAktenplan(zeilen=zeilen, pointer="/items")
        return await import_aktenplan(command, unit_of_work=unit_of_work, clock=clock)

    return importing


@pytest.fixture
async def unit(client):
    [above] = [unit for unit in (await client.get("aktenplan")).json()["items"] if unit["schluessel"] == "32"]
    [unit] = [unit for unit in above["untergeordnet"] if unit["schluessel"] == "32.20"]
    return unit["id"]


async def rename(client, unit, titel):
    path = f"aktenplan/{unit}"
    answer = await client.request("PATCH", path, "aktenplan", json={"titel": titel}, headers={"If-Match": "*"})
    assert answer.status_code == 200, answer.text


async def test_change_that_comes_between_is_what_the_import_starts_from(client, run, unit):
    async def once(attempt):
        if attempt == 1:
            await rename(client, unit, "Inzwischen")

    result = await run(once, titel="Gewerbe")
    [difference] = result.unterschiede
    assert difference.felder == {"titel": ("Inzwischen", "Gewerbe")}
    assert (await client.get(f"aktenplan/{unit}")).json()["titel"] == "Gewerbe"


async def test_plan_that_never_rests_is_not_imported_and_nothing_is_saved(client, run, unit, rows):
    async def always(attempt):
        await rename(client, unit, f"Änderung {attempt}")

    with pytest.raises(PreconditionFailedError):
        await run(always, titel="Gewerbe")
    assert (await client.get(f"aktenplan/{unit}")).json()["titel"] == "Änderung 3"
    assert await rows("SELECT 1 FROM records.audit_entry WHERE action = 'aktenplan.imported'") == []


async def test_akte_that_comes_between_keeps_its_unit_valid(client, clock, run, unit):
    clock.advance(2 * 86_400)

    async def file(attempt):
        if attempt == 1:
            answer = await client.post("akten", {"titel": "Akte", "aktenplaneinheit": "32.20"})
            assert answer.status_code == 201, answer.text

    with pytest.raises(AktenplanImportError) as caught:
        await run(file, gueltig_bis=date(2026, 3, 3))
    [fault] = caught.value.errors
    assert (fault.pointer, "Akte" in fault.detail) == ("/items/0/gueltig_bis", True)
    assert (await client.get(f"aktenplan/{unit}")).json()["gueltig_bis"] is None
