"""The inside of an installation of the real profile, and the least that its servers have to do."""

import io
import json
import uuid
from collections.abc import Mapping, Sequence

import httpx
import urllib3
from minio import Minio

from dms_kit.adapters.kafka_bus import KafkaBus
from dms_kit.adapters.kafka_client import KafkaAccess
from tests.harness.client import Origin
from tests.harness.installation import Installation
from tests.harness.real import origin_of
from tests.harness.server import Server
from tests.load.floor import CLIENTS, Floor, Index


class RealInstallation(Installation):
    """The inside of a running server whose database, bus, store and index are servers of their own."""

    def __init__(self, server: Server, settings: Mapping[str, str]) -> None:
        super().__init__(server)
        self.settings = settings

    def origin(self) -> Origin:
        """Return the origin, with tokens from Keycloak."""
        return origin_of(self.server)

    def bus(self) -> KafkaBus:
        """Return a bus of the caller's own."""
        return KafkaBus(KafkaAccess(bootstrap_servers=self.settings["DMS_KAFKA_BOOTSTRAP_SERVERS"]))


class RealFloor(Floor):
    """An S3 PUT for each file, a commit, a message over Kafka, and a bulk into OpenSearch that can be found at once."""

    def __init__(self, installation: RealInstallation) -> None:
        super().__init__(installation.url("postgres"))
        self._installation = installation
        settings = installation.settings
        self._bucket = settings["DMS_S3_BUCKET"]
        self._store = Minio(
            settings["DMS_S3_ENDPOINT"],
            access_key=settings["DMS_S3_ACCESS_KEY"],
            secret_key=settings["DMS_S3_SECRET_KEY"],
            secure=False,
            region=settings["DMS_S3_REGION"],
            http_client=urllib3.PoolManager(maxsize=2 * CLIENTS),
        )

    def put(self, content: bytes) -> None:
        """Write one object of a fresh name."""
        self._store.put_object(self._bucket, f"bench/floor/{uuid.uuid4()}", io.BytesIO(content), len(content))

    def bus(self) -> KafkaBus:
        """Return Kafka."""
        return self._installation.bus()

    def index(self) -> Index:
        """Return a fresh index, of plain text."""
        return _Index(self._installation.settings["DMS_OPENSEARCH_URL"], f"bench-{uuid.uuid4().hex}")


class _Index:
    def __init__(self, url: str, name: str) -> None:
        self._client = httpx.AsyncClient(base_url=url, timeout=60, trust_env=False)
        self._path = f"/{name}"

    async def open(self) -> None:
        await self._ask("PUT", self._path, json.dumps({"settings": {"number_of_replicas": 0, "refresh_interval": -1}}))

    async def add(self, keys: Sequence[str], text: str) -> None:
        lines = [json.dumps(line) for key in keys for line in ({"index": {"_id": key}}, {"text": text})]
        await self._ask("POST", f"{self._path}/_bulk?refresh=true", "\n".join(lines) + "\n")

    async def close(self) -> None:
        await self._ask("DELETE", self._path, "")
        await self._client.aclose()

    async def _ask(self, method: str, path: str, body: str) -> None:
        headers = {"Content-Type": "application/json"}
        answer = await self._client.request(method, path, content=body.encode(), headers=headers)
        assert answer.is_success, answer.text
        assert not answer.json().get("errors"), answer.text
