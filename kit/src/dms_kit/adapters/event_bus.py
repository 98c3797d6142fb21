"""The choice between the event buses; each service's bootstrap asks for it."""

from datetime import timedelta
from pathlib import Path
from typing import Protocol

from pydantic import SecretStr

from dms_kit.adapters.postgres_bus import PostgresBus
from dms_kit.ports.event_bus import EventBus


class BusSettings(Protocol):
    """The settings that a bus is made from, as `dms_kit.settings` names them."""

    @property
    def bus(self) -> str: ...
    @property
    def bus_database_url(self) -> str: ...
    @property
    def kafka_bootstrap_servers(self) -> str: ...
    @property
    def kafka_security_protocol(self) -> str: ...
    @property
    def kafka_sasl_mechanism(self) -> str: ...
    @property
    def kafka_sasl_username(self) -> str: ...
    @property
    def kafka_sasl_password(self) -> SecretStr: ...
    @property
    def kafka_ca_file(self) -> Path | None: ...
    @property
    def kafka_partitions(self) -> int: ...
    @property
    def kafka_replication(self) -> int: ...
    @property
    def kafka_retention_days(self) -> int: ...
    @property
    def kafka_instance(self) -> str: ...


def choose_bus(settings: BusSettings) -> EventBus:
    """Return the bus that `DMS_BUS` names; opens no connection yet."""
    return _kafka(settings) if settings.bus == "kafka" else PostgresBus(settings.bus_database_url)


def _kafka(settings: BusSettings) -> EventBus:
    # Here, so that a process without Kafka does not load its client at every start.
    from dms_kit.adapters.kafka_bus import KafkaBus  # noqa: PLC0415
    from dms_kit.adapters.kafka_client import KafkaAccess  # noqa: PLC0415
    from dms_kit.adapters.kafka_member import Membership  # noqa: PLC0415
    from dms_kit.adapters.kafka_topics import TopicDeclaration  # noqa: PLC0415

    return KafkaBus(
        KafkaAccess(
            bootstrap_servers=settings.kafka_bootstrap_servers,
            security_protocol=settings.kafka_security_protocol,
            sasl_mechanism=settings.kafka_sasl_mechanism,
            sasl_username=settings.kafka_sasl_username,
            sasl_password=settings.kafka_sasl_password.get_secret_value(),
            ca_file=settings.kafka_ca_file,
        ),
        declaration=TopicDeclaration(
            partitions=settings.kafka_partitions,
            replication=settings.kafka_replication,
            retention=timedelta(days=settings.kafka_retention_days),
        ),
        membership=Membership(instance=settings.kafka_instance),
    )
