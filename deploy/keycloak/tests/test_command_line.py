"""The command line: what it refuses before any server is asked, and how it ends."""

import pytest

from dms_keycloak.main import main
from dms_standalone.settings import DEMO_FILE

NOBODY = "http://127.0.0.1:9"
COMMAND = ("plan", str(DEMO_FILE), "--url", NOBODY, "--admin", "admin")


@pytest.mark.parametrize("arguments", [[], ["plan"], ["delete"], [*COMMAND, "--url", "ftp://x"], [*COMMAND, "--nein"]])
def test_misuse_does_not_end_like_a_difference(arguments):
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    assert ended.value.code == 64


@pytest.mark.parametrize("verb", ["plan", "apply"])
def test_help_is_german(verb, capsys):
    with pytest.raises(SystemExit) as ended:
        main([verb, "--help"])
    assert ended.value.code == 0
    assert "gelöscht wird nie etwas" in capsys.readouterr().out


def test_server_that_is_away_is_said(monkeypatch, capsys):
    monkeypatch.setenv("DMS_KEYCLOAK_PASSWORD", "x")
    assert main(list(COMMAND)) == 1
    assert capsys.readouterr().err == f"Registratur: Unter {NOBODY} antwortet kein Keycloak.\n"


def test_production_has_no_demonstration(monkeypatch, capsys):
    monkeypatch.setenv("DMS_KEYCLOAK_PASSWORD", "x")
    monkeypatch.setenv("DMS_ENVIRONMENT", "production")
    assert main([*COMMAND, "--demo"]) == 1
    assert "--demo weglassen" in capsys.readouterr().err
