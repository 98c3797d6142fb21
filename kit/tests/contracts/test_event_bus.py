"""The PostgreSQL bus keeps the promises of an event bus."""

from collections.abc import AsyncIterator

import pytest

from dms_kit.adapters.postgres_bus import PostgresBus
from dms_kit.testing.contracts.event_bus import EventBusContract


class TestPostgresBus(EventBusContract):
    @pytest.fixture
    async def bus(self, kit_database) -> AsyncIterator[PostgresBus]:
        adapter = PostgresBus(kit_database.bus_url)
        await adapter.migrate()
        yield adapter
        await adapter.close()
