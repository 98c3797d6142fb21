from collections.abc import AsyncIterator

import pytest

from dms_kit.testing.contracts.object_store import ObjectStoreContract
from dms_kit.testing.fakes import MemoryStore


class TestMemoryStore(ObjectStoreContract):
    @pytest.fixture
    async def store(self) -> AsyncIterator[MemoryStore]:
        yield MemoryStore()
