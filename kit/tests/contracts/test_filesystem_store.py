from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from dms_kit.adapters.filesystem_store import FilesystemStore
from dms_kit.testing.contracts.object_store import ObjectStoreContract


class TestFilesystemStore(ObjectStoreContract):
    @pytest.fixture
    async def store(self, tmp_path: Path) -> AsyncIterator[FilesystemStore]:
        store = FilesystemStore(tmp_path / "objects")
        yield store
        await store.close()
