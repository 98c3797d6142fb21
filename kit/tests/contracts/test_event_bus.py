"""Both buses keep the promises of an event bus."""

import pytest

from dms_kit.adapters.kafka_bus import KafkaBus
from dms_kit.adapters.postgres_bus import PostgresBus
from dms_kit.testing.contracts.event_bus import EventBusContract


class TestPostgresBus(EventBusContract):
    share_seconds = 2.0

    @pytest.fixture
    def bus(self, postgres_bus: PostgresBus) -> PostgresBus:
        return postgres_bus

    @pytest.mark.xfail(strict=True, raises=TimeoutError, reason="one member is active, the others wait for its end")
    async def test_members_of_a_group_share_the_work(self, bus, topic, group) -> None:
        await super().test_members_of_a_group_share_the_work(bus, topic, group)


@pytest.mark.real
class TestKafkaBus(EventBusContract):
    joins = 50

    @pytest.fixture
    def bus(self, kafka_bus: KafkaBus) -> KafkaBus:
        return kafka_bus
