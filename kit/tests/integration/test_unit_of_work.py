"""One transaction holds rows, audit entries, outbox rows and the stored answer, or none of them."""

import asyncio
import uuid

import asyncpg
import pytest
from sqlalchemy import Column, Integer, MetaData, Table, Text, select, text
from sqlalchemy.exc import DBAPIError

from dms.search.v1.republish_events_pb2 import RepublishRequested
from dms_kit.core.actor import Actor
from dms_kit.core.idempotency import AlreadyAnsweredError, Idempotency, IdempotencyConflictError
from dms_kit.database import Insertion, insertion_of
from dms_kit.messaging.consumer import AlreadyProcessedError, Incoming
from dms_kit.messaging.outbox import Outgoing
from dms_kit.ports.event_bus import MessageTooLargeError
from dms_kit.testing.contracts.event_bus import a_message

ACTOR = Actor(mandant="dueren", sub="sachbearbeitung", client="demo")
THING = Table(
    "thing", MetaData(schema="kit"), Column("mandant", Text), Column("id", Integer), Column("name", Text(collation="C"))
)


def a_fact(key: str = "k", text_: str = "r") -> Outgoing:
    return Outgoing(key=key, body=RepublishRequested(lauf_id=text_, gruppe="search"))


def a_key(fingerprint: str = "f", key: str = "key", *, is_unanswered: bool = False) -> Idempotency:
    return Idempotency(
        client="demo",
        operation="create",
        key=key,
        fingerprint=fingerprint,
        status=201,
        render=lambda a: str(a).encode(),
        is_unanswered=is_unanswered,
    )


async def add_thing(uow, number: int, mandant: str = "dueren") -> None:
    statement = text("INSERT INTO kit.thing (mandant, id, name) VALUES (:mandant, :id, 'x')")
    await uow.session.execute(statement, {"mandant": mandant, "id": number})


def things(*numbers: int, mandant: str = "dueren") -> Insertion:
    return insertion_of(THING, [{"mandant": mandant, "id": number, "name": "x"} for number in numbers])


async def count(database, table: str) -> int:
    async with database.system.connect() as connection:
        return (await connection.execute(text(f"SELECT count(*) FROM kit.{table}"))).scalar_one()


async def test_leaving_without_commit_leaves_nothing(kit_database) -> None:
    async with kit_database.factory().for_actor(ACTOR)() as uow:
        await add_thing(uow, 1)
        uow.record(a_fact())
        uow.audit("thing.created", "thing", uuid.uuid4(), {"name": "x"})
    for table in ("thing", "outbox", "audit_entry", "audit_value"):
        assert await count(kit_database, table) == 0


async def test_commit_keeps_row_event_and_audit_entry_together(kit_database) -> None:
    async with kit_database.factory().for_actor(ACTOR)() as uow:
        await add_thing(uow, 1)
        uow.record(a_fact())
        uow.audit("thing.created", "thing", uuid.uuid4(), {"name": "x"})
        await uow.commit()
    for table in ("thing", "outbox", "audit_entry", "audit_value"):
        assert await count(kit_database, table) == 1


async def test_rows_of_the_commit_are_kept_with_the_rest_or_not_at_all(kit_database) -> None:
    async with kit_database.factory().for_actor(ACTOR)() as uow:
        uow.insert_on_commit(things(1, 2))
        await uow.commit()
    async with kit_database.factory().for_actor(ACTOR)() as uow:
        uow.insert_on_commit(things(3))
        uow.record(a_fact(text_="x" * 300_000))
        with pytest.raises(MessageTooLargeError):
            await uow.commit()
    assert await count(kit_database, "thing") == 2


async def test_rows_of_the_commit_are_those_of_the_mandant(kit_database) -> None:
    async with kit_database.factory().for_actor(ACTOR)() as uow:
        uow.insert_on_commit(things(1, mandant="nachbarstadt"))
        uow.audit("thing.created", "thing", uuid.uuid4())
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
            await uow.commit()
    for table in ("thing", "audit_entry"):
        assert await count(kit_database, table) == 0


async def test_the_app_role_can_neither_change_nor_delete_audit_entries(kit_database) -> None:
    async with kit_database.factory().for_actor(ACTOR)() as uow:
        uow.audit("thing.created", "thing", uuid.uuid4())
        await uow.commit()
    for statement in ("UPDATE kit.audit_entry SET action = 'other'", "DELETE FROM kit.audit_entry"):
        async with kit_database.factory().for_actor(ACTOR)() as uow:
            with pytest.raises(DBAPIError, match="permission denied"):
                await uow.session.execute(text(statement))


async def test_another_mandant_sees_no_row_even_without_a_filter(kit_database) -> None:
    async with kit_database.factory().for_actor(ACTOR)() as uow:
        await add_thing(uow, 1)
        await uow.commit()
    other = Actor(mandant="nachbarstadt", sub="sachbearbeitung")
    async with kit_database.factory().for_actor(other)() as uow:
        assert (await uow.session.execute(text("SELECT * FROM kit.thing"))).all() == []
        with pytest.raises(DBAPIError, match="row-level security"):
            await add_thing(uow, 2, mandant="dueren")


def test_a_unit_of_work_without_mandant_refuses_to_open(kit_database) -> None:
    with pytest.raises(ValueError, match="Mandant"):
        kit_database.factory().for_actor(Actor(mandant="", sub="x"))()


async def test_too_large_an_event_is_refused_before_the_commit(kit_database) -> None:
    async with kit_database.factory().for_actor(ACTOR)() as uow:
        await add_thing(uow, 1)
        uow.record(a_fact(text_="x" * 300_000))
        with pytest.raises(MessageTooLargeError):
            await uow.commit()
    assert await count(kit_database, "thing") == 0


async def test_a_message_takes_effect_once(kit_database) -> None:
    incoming = Incoming(message=a_message("t", "k", b""), body=RepublishRequested(), actor=ACTOR)
    opener = kit_database.factory().for_message(incoming)
    async with opener() as uow:
        await add_thing(uow, 1)
        await uow.commit()
    with pytest.raises(AlreadyProcessedError):
        async with opener():
            pass


async def test_a_message_whose_transaction_failed_can_be_claimed_again(kit_database) -> None:
    incoming = Incoming(message=a_message("t", "k", b""), body=RepublishRequested(), actor=ACTOR)
    opener = kit_database.factory().for_message(incoming)
    async with opener():
        pass
    async with opener() as uow:
        assert uow.fresh == {incoming.message.id}


@pytest.mark.parametrize("is_unanswered", [False, True])
async def test_a_repeated_key_gets_the_first_answer(kit_database, is_unanswered) -> None:
    factory = kit_database.factory()
    async with factory.for_actor(ACTOR, idempotency=a_key())() as uow:
        await add_thing(uow, 1)
        await uow.commit("first answer")
    with pytest.raises(AlreadyAnsweredError) as answered:
        async with factory.for_actor(ACTOR, idempotency=a_key(is_unanswered=is_unanswered))() as uow:
            await uow.commit("second answer")
    assert (answered.value.status, answered.value.body) == (201, b"first answer")


@pytest.mark.parametrize("is_unanswered", [False, True])
async def test_a_repeated_key_with_another_body_is_refused(kit_database, is_unanswered) -> None:
    factory = kit_database.factory()
    async with factory.for_actor(ACTOR, idempotency=a_key("one"))() as uow:
        await uow.commit("answer")
    with pytest.raises(IdempotencyConflictError):
        async with factory.for_actor(ACTOR, idempotency=a_key("two", is_unanswered=is_unanswered))() as uow:
            await uow.commit("answer")


@pytest.mark.parametrize("is_unanswered", [False, True])
async def test_twins_at_the_same_moment_act_once_and_answer_alike(kit_database, is_unanswered) -> None:
    factory = kit_database.factory()

    async def act(number: int) -> bytes:
        try:
            key = a_key(is_unanswered=is_unanswered)
            async with factory.for_actor(ACTOR, idempotency=key)() as uow:
                uow.insert_on_commit(things(number))
                await uow.commit(f"answer {number}")
                return f"answer {number}".encode()
        except AlreadyAnsweredError as answered:
            return answered.body

    answers = await asyncio.gather(*(act(number) for number in range(16)))
    assert len(set(answers)) == 1
    assert await count(kit_database, "thing") == 1


async def test_values_can_be_erased_while_the_entry_stays(kit_database) -> None:
    async with kit_database.factory().for_actor(ACTOR)() as uow:
        uow.audit("thing.created", "thing", uuid.uuid4(), {"name": "Erika Muster"})
        await uow.commit()
    async with kit_database.system.begin() as connection:
        await connection.execute(text("DELETE FROM kit.audit_value"))
        table = kit_database.metadata.tables["kit.audit_entry"]
        row = (await connection.execute(select(table))).one()
    assert row.values_digest is not None
    assert "Muster" not in str(row)
