"""Operators list dead letters and ask for retries at the command line of each service, and never see a content."""

import asyncio
import importlib
import json

import pytest

from dms_kit.database import create_engine
from dms_kit.messaging.dead_letters import DeadLetterStore
from dms_kit.ports.event_bus import Message
from dms_standalone.provision import SERVICES

TYPE = "dms.records.v1.VorgangCreated"


def with_store(line, work):
    async def run():
        engine = create_engine(line.urls.system, pool_size=1)
        try:
            metadata = importlib.import_module(f"dms_{line.service}.main").SCHEMA.metadata
            return await work(DeadLetterStore(engine, metadata))
        finally:
            await engine.dispose()

    return asyncio.run(run())


def bury(line, *letters):
    """Add letters (mandant, key, reason); return their numbers."""

    async def work(store):
        for number, (mandant, key, reason) in enumerate(letters):
            headers = {"ce_id": str(number), "ce_type": TYPE, "dms-mandant": mandant}
            message = Message(topic="dms.records.vorgang.v1", key=key, value=b"geheim", headers=headers)
            await store.add(message, reason, parks_key=True)
        return [letter.id for letter in await store.page(None)]

    return with_store(line, work)


def to_be_retried(line):
    async def work(store):
        return [number for number, _ in await store.requested()]

    return with_store(line, work)


@pytest.mark.parametrize("service", SERVICES)
def test_list_is_a_table_of_all_mandanten_without_content(command_line, service):
    line = command_line(service)
    first, second = bury(line, ("dueren", "k1", "KeyError"), ("nachbarstadt", "k2", "böse\x1b[2J"))
    shown = line("dead-letters", "list")
    assert (shown.returncode, shown.stderr) == (0, "")
    heading, *rows = [row.split() for row in shown.stdout.splitlines()]
    assert heading == ["Nr.", "Zeit", "Mandant", "Ereignis", "Schlüssel", "Grund", "Wiederholung"]
    assert [row[:1] + row[2:] for row in rows] == [
        [str(first), "dueren", TYPE, "k1", "KeyError", "–"],
        [str(second), "nachbarstadt", TYPE, "k2", "böse�[2J", "–"],
    ]
    assert "geheim" not in shown.stdout


def test_list_as_json_has_the_fields_of_the_api(command_line):
    line = command_line("records")
    (number,) = bury(line, ("dueren", "k1", "KeyError"))
    (letter,) = json.loads(line("dead-letters", "list", "--json").stdout)
    assert letter["created_at"].endswith("Z")
    assert {**letter, "created_at": ""} == {
        "id": number,
        "mandant": "dueren",
        "topic": "dms.records.vorgang.v1",
        "key": "k1",
        "type": TYPE,
        "reason": "KeyError",
        "created_at": "",
        "retry_requested": False,
    }


def test_list_without_letters_says_so(command_line):
    line = command_line("records")
    assert line("dead-letters", "list").stdout == "Keine Nachricht wartet.\n"
    assert json.loads(line("dead-letters", "list", "--json").stdout) == []


def test_list_goes_on_behind_a_page(command_line):
    line = command_line("records")
    bury(line, *(("dueren", f"k{number}", "KeyError") for number in range(205)))
    assert len(json.loads(line("dead-letters", "list", "--json").stdout)) == 205


def test_retry_by_number_releases_what_waits_behind_the_same_key(command_line):
    line = command_line("records")
    first, second, third = bury(line, *(("dueren", key, "KeyError") for key in ("k1", "k1", "k2")))
    outcome = line("dead-letters", "retry", str(first))
    assert (outcome.returncode, outcome.stdout) == (0, f"Neuer Versuch angefordert: {first}\n")
    assert to_be_retried(line) == [first, second]
    assert third not in to_be_retried(line)


def test_retry_of_all_says_how_many(command_line):
    line = command_line("records")
    numbers = bury(line, ("dueren", "k1", "KeyError"), ("nachbarstadt", "k2", "KeyError"))
    assert line("dead-letters", "retry", "--all").stdout == "Neuer Versuch angefordert, Nachrichten: 2\n"
    assert to_be_retried(line) == numbers


def test_unknown_number_is_exit_code_1_and_the_others_are_retried(command_line):
    line = command_line("records")
    (number,) = bury(line, ("dueren", "k1", "KeyError"))
    outcome = line("dead-letters", "retry", str(number + 1), str(number))
    assert (outcome.returncode, outcome.stderr) == (1, f"Fehler: Eine Nachricht {number + 1} gibt es nicht.\n")
    assert to_be_retried(line) == [number]


@pytest.mark.parametrize("arguments", [("retry",), ("retry", "1", "--all"), ("retry", "eins"), ()])
def test_wrong_usage_is_exit_code_2(command_line, arguments):
    assert command_line("records")("dead-letters", *arguments).returncode == 2


def test_help_names_both_acts(command_line):
    shown = command_line("records")("dead-letters", "--help")
    assert shown.returncode == 0
    assert "list" in shown.stdout and "retry" in shown.stdout


def test_a_database_that_is_away_is_one_line_and_exit_code_1(command_line):
    nobody = "postgresql+asyncpg://dms_records_system:x@127.0.0.1:1/registratur"
    outcome = command_line("records")("dead-letters", "list", DMS_RECORDS_SYSTEM_DATABASE_URL=nobody)
    assert outcome.returncode == 1
    assert outcome.stderr.startswith("Fehler: ")
    assert outcome.stderr.count("\n") == 1
