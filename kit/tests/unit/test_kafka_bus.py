import socket

import pytest

from dms_kit.adapters.event_bus import choose_bus
from dms_kit.adapters.kafka_bus import KafkaBus, partition_of
from dms_kit.adapters.kafka_client import KafkaAccess
from dms_kit.adapters.kafka_member import Membership, new_consumer
from dms_kit.adapters.kafka_topics import TopicDeclaration
from dms_kit.adapters.postgres_bus import PostgresBus
from dms_kit.core.errors import UnavailableError
from dms_kit.ports.event_bus import MAX_MESSAGE_BYTES, MessageTooLargeError
from dms_kit.settings import KitSettings
from dms_kit.testing.contracts.event_bus import a_message


@pytest.fixture
async def nobody():
    with socket.socket() as bound:
        # Bound, but nobody listens: every connection is refused.
        bound.bind(("127.0.0.1", 0))
        bus = KafkaBus(KafkaAccess(bootstrap_servers=f"127.0.0.1:{bound.getsockname()[1]}"))
        yield bus
        await bus.close()


async def test_a_cluster_that_is_away_is_unavailable(nobody) -> None:
    with pytest.raises(UnavailableError):
        await nobody.ping()
    with pytest.raises(UnavailableError):
        await nobody.publish([a_message("t", "k", b"1")])
    with pytest.raises(UnavailableError):
        async with nobody.consumer("g", ["t"]):
            pass
    with pytest.raises(UnavailableError):
        await nobody.backlog("g", ["t"])


async def test_too_large_a_message_needs_no_cluster_to_be_refused(nobody) -> None:
    with pytest.raises(MessageTooLargeError):
        await nobody.publish([a_message("t", "k", b"x" * (MAX_MESSAGE_BYTES + 1))])


async def test_members_of_one_process_do_not_share_their_last_assignment() -> None:
    access = KafkaAccess(bootstrap_servers="localhost:1")
    consumers = [new_consumer(access, "g", Membership()) for _ in range(2)]
    one, other = (consumer._partition_assignment_strategy[0] for consumer in consumers)
    one.member_assignment = []
    assert other.member_assignment is None
    for consumer in consumers:
        await consumer.stop()


@pytest.mark.parametrize(("key", "hashed"), [("21", -973932308), ("foobar", -790332482), ("abc", 479470107)])
def test_a_key_goes_where_kafkas_own_clients_send_it(key, hashed) -> None:
    # The hashes are those of the tests of Kafka's Java client.
    assert partition_of(key, 1000) == (hashed & 0x7FFFFFFF) % 1000


def test_the_password_is_in_no_representation() -> None:
    assert "geheim" not in repr(KafkaAccess(bootstrap_servers="b", sasl_password="geheim"))


def test_an_existing_topic_may_promise_more_but_not_less() -> None:
    declared = TopicDeclaration()
    assert declared.faults("t", declared.configs) == []
    assert declared.faults("t", {**declared.configs, "retention.ms": "-1"}) == []
    assert declared.faults("t", {**declared.configs, "retention.ms": "1"}) == ["t: retention.ms=1"]


def test_the_setting_chooses_the_bus(monkeypatch) -> None:
    assert isinstance(choose_bus(KitSettings(bus_database_url="postgresql+asyncpg://nowhere/none")), PostgresBus)
    monkeypatch.setenv("DMS_BUS", "kafka")
    monkeypatch.setenv("DMS_KAFKA_BOOTSTRAP_SERVERS", "k1:9093,k2:9093")
    monkeypatch.setenv("DMS_KAFKA_SECURITY_PROTOCOL", "SASL_PLAINTEXT")
    monkeypatch.setenv("DMS_KAFKA_SASL_PASSWORD", "geheim")
    monkeypatch.setenv("DMS_KAFKA_INSTANCE", "records-1")
    settings = KitSettings()
    bus = choose_bus(settings)
    assert isinstance(bus, KafkaBus)
    options = bus._access.options()
    assert (options["bootstrap_servers"], options["sasl_plain_password"]) == ("k1:9093,k2:9093", "geheim")
    assert bus._membership.instance == "records-1"
    assert "geheim" not in repr(settings)
