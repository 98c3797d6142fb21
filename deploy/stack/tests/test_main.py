"""The command line: German, with exit codes that a script can use."""

import pytest

from dms_stack.main import _options, main
from dms_stack.settings import Settings
from dms_stack.stack import Stack


@pytest.fixture(autouse=True)
def own_folder(data, tmp_path, monkeypatch):
    monkeypatch.setenv("DMS_DATA", str(data))
    monkeypatch.setenv("DMS_STACK_CACHE", str(tmp_path / "cache"))


def test_status_of_nothing_shows_every_server_and_returns_3(capsys):
    assert main(["status"]) == 3
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["kafka", "opensearch", "keycloak", "s3", "postgres"]
    assert lines[0] == "kafka 4.3.1 19092 - -"


def test_named_servers_alone_are_shown(capsys):
    assert main(["status", "s3"]) == 3
    assert capsys.readouterr().out == "s3 seaweedfs-4.48 18333 - -\n"


def test_clamd_is_started_only_when_it_is_named(capsys, data):
    assert main(["status", "clamd"]) == 3
    assert capsys.readouterr().out.startswith("clamd ")
    assert "clamd" not in Stack(_options(Settings())).known()
    (data / "stack").mkdir(parents=True)
    (data / "stack/clamd.json").touch()
    assert Stack(_options(Settings())).known()[-1] == "clamd"


def test_other_store_is_chosen_by_a_variable(capsys, monkeypatch):
    monkeypatch.setenv("S3", "minio")
    main(["status", "s3"])
    assert capsys.readouterr().out == "s3 minio-20260212 18333 - -\n"


def test_unknown_server_is_a_wrong_call(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["up", "redis"])
    assert ended.value.code == 2
    assert "„redis“ gibt es nicht" in capsys.readouterr().err


def test_env_of_a_server_that_does_not_run_says_how_to_start_it(capsys):
    assert main(["env", "kafka", "s3"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "kafka, s3" in said.err
    assert "make stack-up" in said.err


def test_wrong_setting_is_named(capsys, monkeypatch):
    monkeypatch.setenv("DMS_STACK_KAFKA_PORT", "80")
    assert main(["status"]) == 1
    assert "KAFKA_PORT" in capsys.readouterr().err


def test_logs_before_the_first_start_say_what_to_do(capsys):
    assert main(["logs"]) == 1
    assert "dms_stack up" in capsys.readouterr().err


def test_logs_show_the_last_lines_of_each_server(capsys, data):
    (data / "stack").mkdir(parents=True)
    (data / "stack/kafka.log").write_text("one\ntwo\nthree\n")
    assert main(["logs", "-n", "2"]) == 0
    assert capsys.readouterr().out == "== kafka.log\ntwo\nthree\n"


@pytest.mark.parametrize("verb", ["up", "down", "status", "logs", "env", "fetch"])
def test_help_names_the_servers(capsys, verb):
    with pytest.raises(SystemExit) as ended:
        main([verb, "--help"])
    assert ended.value.code == 0
    assert "kafka, opensearch, keycloak, s3, postgres" in capsys.readouterr().out
