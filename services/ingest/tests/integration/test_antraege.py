"""The repository of Anträge on PostgreSQL, as the app role."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.exc import InvalidRequestError

from dms_ingest.use_cases.ports import AntragAudience
from dms_kit.core.access import AccessScope


def unit_of_work(service, mandant: str = "dueren"):
    return service.container.units.for_mandant(mandant)()


async def test_first_numbers_of_a_year_are_drawn_at_once(service):
    async def draw() -> int:
        async with unit_of_work(service) as uow:
            number = await uow.antraege.next_eingangsnummer(1999)
            await uow.commit()
            return number

    assert len(set(await asyncio.gather(*(draw() for _ in range(30))))) == 30


async def test_each_year_counts_for_itself(service):
    async with unit_of_work(service, "jahre") as uow:
        assert [await uow.antraege.next_eingangsnummer(jahr) for jahr in (2001, 2001, 2002)] == [1, 2, 1]


async def test_open_number_holds_nobody_up(service):
    async with unit_of_work(service, "warten") as first:
        await first.antraege.next_eingangsnummer(2003)
        await first.commit()
    async with unit_of_work(service, "warten") as first:
        await first.antraege.next_eingangsnummer(2003)
        async with asyncio.timeout(2), unit_of_work(service, "warten") as second:
            assert await second.antraege.next_eingangsnummer(2003) == 3


async def test_anlagen_are_never_loaded_by_accident(service, portal):
    await portal.submit(None, ("a.txt", b"a"))
    async with unit_of_work(service) as uow:
        (antrag,) = await uow.antraege.list_own("portal", externe_referenz=None, before=None, limit=10)
        with pytest.raises(InvalidRequestError, match="raise"):
            _ = antrag.anlagen


async def test_other_mandant_sees_no_row_even_without_our_filter(service, portal):
    await portal.submit(None, ("a.txt", b"a"))
    for mandant, expected in (("nachbarstadt", 0), ("dueren", 1)):
        async with unit_of_work(service, mandant) as uow:
            for table in ("antrag", "anlage", "outbox", "audit_entry", "idempotency_key"):
                count = (await uow.session.execute(text(f"SELECT count(*) FROM ingest.{table}"))).scalar_one()
                assert (table, count) == (table, expected)


async def test_lists_and_reads_use_an_index_as_the_app_role(service, portal):
    await portal.submit(None)
    statements = (
        "SELECT * FROM ingest.antrag WHERE mandant = 'dueren' AND client = 'portal' ORDER BY id DESC LIMIT 51",
        """SELECT * FROM ingest.antrag WHERE mandant = 'dueren' AND client = 'portal' AND externe_referenz = 'R'
        ORDER BY id DESC LIMIT 51""",
        "SELECT * FROM ingest.antrag WHERE mandant = 'dueren' AND id = '00000000-0000-0000-0000-000000000001'",
        """SELECT * FROM ingest.anlage WHERE mandant = 'dueren'
        AND antrag_id = '00000000-0000-0000-0000-000000000001' ORDER BY position""",
    )
    async with unit_of_work(service) as uow:
        # Of a row or two every way costs the same: what is asked is whether an index gives the order.
        for way in ("seqscan", "sort"):
            await uow.session.execute(text(f"SET LOCAL enable_{way} = off"))
        for statement in statements:
            plan = "\n".join((await uow.session.execute(text(f"EXPLAIN {statement}"))).scalars())
            assert "Seq Scan" not in plan, plan
            assert "Index Cond" in plan, plan
            assert "Sort" not in plan, plan


async def test_scope_decides_in_the_query(service, portal):
    document = (await portal.submit(None)).json()
    nobody = AntragAudience(client=None, scope=AccessScope(mandant="dueren", reach={"schriftgut:read": {}}))
    async with unit_of_work(service) as uow:
        assert await uow.antraege.get_visible(document["id"], nobody) is None
