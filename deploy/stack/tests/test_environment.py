"""What `env` prints is what the product's own settings understand."""

import importlib
import subprocess

import pytest

from dms_stack.environment import settings_for
from dms_stack.stack import NAMES, Stack

SERVICES = ("ingest", "records", "search", "workflow")


@pytest.fixture
def given(options, data, monkeypatch):
    (data / "stack").mkdir(parents=True)
    # The addresses and keys of real servers; that none of them runs does not change them.
    servers = Stack(options)._servers
    settings = settings_for({name: servers[name].endpoint() for name in NAMES}, mandanten=("dueren",))
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    return settings


def _settings(service):
    return importlib.import_module(f"dms_{service}.settings").Settings()


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_chooses_the_real_servers(given, options, service):
    settings = _settings(service)
    assert (settings.bus, settings.store) == ("kafka", "s3")
    assert settings.kafka_bootstrap_servers == f"127.0.0.1:{options.ports['kafka']}"
    assert settings.s3_endpoint == f"127.0.0.1:{options.ports['s3']}"
    assert (settings.s3_secure, settings.s3_copies) == (False, "client")
    assert settings.issuers == {f"http://127.0.0.1:{options.ports['keycloak']}/realms/dueren": "dueren"}


def test_search_chooses_opensearch_with_the_patterns_that_the_stack_made(given, options):
    settings = _settings("search")
    assert settings.index == "opensearch"
    assert settings.opensearch_url == f"http://127.0.0.1:{options.ports['opensearch']}"
    assert settings.opensearch_patterns == "analysis/de_DE.xml"


def test_each_service_that_keeps_objects_has_a_key_of_its_own(given):
    keys = {service: _settings(service).s3_access_key for service in ("ingest", "records", "search")}
    assert keys == {service: f"registratur-{service}" for service in keys}
    assert {_settings(service).audit_s3_access_key for service in SERVICES} == {"registratur-audit"}


def test_scanner_is_switched_on_with_its_address(options, monkeypatch):
    clamd = Stack(options)._servers["clamd"].endpoint()
    for name, value in settings_for({"clamd": clamd}, mandanten=()).items():
        monkeypatch.setenv(name, value)
    settings = _settings("records")
    assert (settings.virus_scanner, settings.clamd_address) == ("clamd", clamd["address"])


def test_a_server_alone_leaves_the_other_choices_open(options):
    kafka = Stack(options)._servers["kafka"].endpoint()
    assert set(settings_for({"kafka": kafka}, mandanten=())) == {"DMS_BUS", "DMS_KAFKA_BOOTSTRAP_SERVERS"}


def test_a_shell_takes_each_setting_as_one_word(given):
    words = subprocess.run(
        ["bash", "-c", 'env -i $(printf "%s\\n" "$@") env', "bash", *map("=".join, given.items())],
        capture_output=True,
        text=True,
        check=True,
    )
    assert dict(line.split("=", 1) for line in words.stdout.splitlines()) == given
