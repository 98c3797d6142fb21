"""PUT of small objects from the event loop: by the SDK each takes a thread and four times the processor."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from urllib.parse import SplitResult

from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector
from minio.credentials.credentials import Credentials
from minio.signer import sign_v4_s3

from dms_kit.adapters.s3_client import BINARY, CONNECT_SECONDS, failure_of
from dms_kit.core.errors import UnavailableError

# What is larger would hold the loop up while it is hashed.
SMALL_SIZE = 256 * 1024
_OK = 200
# Servers close a connection on which nothing comes for a while; one of theirs is not written to in that moment.
_IDLE_SECONDS = 10.0
_CODE = re.compile(rb"<Code>([^<]*)</Code>")


class SmallPuts:
    """Connections to one bucket; requests are signed by the SDK, with the hash of their bytes."""

    def __init__(
        self, endpoint: str, bucket: str, access_key: str, secret_key: str, *, secure: bool, region: str, timeout: float
    ) -> None:
        self._address = SplitResult("https" if secure else "http", endpoint, "", "", "")
        self._bucket = bucket
        self._credentials = Credentials(access_key, secret_key)
        self._region = region
        self._timeout = ClientTimeout(total=timeout, sock_connect=CONNECT_SECONDS)
        self._session: ClientSession | None = None

    async def put(self, key: str, data: bytes, sha256: str) -> None:
        """
        Write an object in one request that is never sent twice; `sha256` is the hex hash of the bytes.

        Raises StorageFullError or UnavailableError; then the object may be there or not.
        """
        url = self._address._replace(path=f"/{self._bucket}/{key}")
        try:
            async with self._opened().put(
                url.geturl(), data=_once(data), headers=self._headers(url, data, sha256)
            ) as answer:
                body = await answer.read()
        except (ClientError, OSError, TimeoutError, ValueError) as error:
            raise UnavailableError from error
        if answer.status != _OK or not answer.headers.get("etag"):
            found = _CODE.search(body)
            raise failure_of(answer.status, found[1].decode("ascii", "replace") if found else "")

    async def close(self) -> None:
        """Close what is open."""
        if self._session is not None:
            await self._session.close()

    def _opened(self) -> ClientSession:
        if self._session is None:
            # It belongs to the loop that runs now.
            connector = TCPConnector(limit=0, keepalive_timeout=_IDLE_SECONDS)
            self._session = ClientSession(connector=connector, timeout=self._timeout)
        return self._session

    def _headers(self, url: SplitResult, data: bytes, sha256: str) -> dict[str, str]:
        moment = datetime.now(UTC)
        headers: dict[str, str | list[str] | tuple[str]] = {
            "Host": url.netloc,
            "Content-Type": BINARY,
            "Content-Length": str(len(data)),
            "x-amz-content-sha256": sha256,
            "x-amz-date": f"{moment:%Y%m%dT%H%M%SZ}",
        }
        signed = sign_v4_s3(
            method="PUT",
            url=url,
            region=self._region,
            headers=headers,
            credentials=self._credentials,
            content_sha256=sha256,
            date=moment,
        )
        return {name: str(value) for name, value in signed.items()}


async def _once(data: bytes) -> AsyncIterator[bytes]:
    """Give bytes that can be had only once: aiohttp would send others again when a connection is lost."""
    yield data
