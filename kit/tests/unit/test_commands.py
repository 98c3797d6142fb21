"""Verbs of a command line: exit codes, German answers, shared arguments."""

from datetime import timedelta

import pytest

from dms_kit.commands.arguments import add_grace
from dms_kit.commands.verb import Verb, run_command_line


def run(answer, *arguments):
    async def act(namespace):
        return answer(namespace)

    return run_command_line("kit", [Verb(name="act", help="Handelt.", run=act, arguments=add_grace)], arguments)


def test_exit_code_is_what_the_verb_returns():
    assert run(lambda _: 3, "act") == 3
    assert run(lambda _: None, "act") == 0


def test_failing_system_call_is_one_line_and_exit_code_1(capsys):
    def fail(_):
        raise FileNotFoundError(2, "Datei fehlt")

    assert run(fail, "act") == 1
    assert capsys.readouterr().err == "Fehler: Datei fehlt\n"


@pytest.mark.parametrize(
    ("text", "grace"),
    [("0s", timedelta(0)), ("30m", timedelta(minutes=30)), ("24h", timedelta(days=1)), ("2d", timedelta(days=2))],
)
def test_grace_is_read_in_its_unit(text, grace):
    seen = []
    assert run(lambda namespace: seen.append(namespace.grace), "act", "--grace", text) == 0
    assert seen == [grace]


def test_grace_is_a_day_unless_it_is_said():
    seen = []
    run(lambda namespace: seen.append(namespace.grace), "act")
    assert seen == [timedelta(days=1)]


@pytest.mark.parametrize("text", ["bald", "5", "-1s", "1w", "12345678901234567890s"])
def test_other_durations_are_wrong_usage(text, capsys):
    with pytest.raises(SystemExit) as ended:
        run(lambda _: None, "act", f"--grace={text}")
    assert ended.value.code == 2
    assert "erwartet wird eine Dauer" in capsys.readouterr().err
