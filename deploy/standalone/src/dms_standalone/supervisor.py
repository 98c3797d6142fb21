"""`run`: from a data folder to a served installation, and back to nothing."""

import json
import os
import signal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import FrameType

import uvloop
from starlette.types import ASGIApp

from dms_standalone.data_folder import DataFolder
from dms_standalone.issuer import create_issuer_app, issuer_url
from dms_standalone.issuer_tokens import Signer
from dms_standalone.os_user import unprivileged_user
from dms_standalone.ports import bound_socket
from dms_standalone.postgres import PostgresServer, refuse_unreachable, wheel_binaries
from dms_standalone.provision import SERVICES, ServiceUrls, environment, migrate, migrate_bus, provision
from dms_standalone.realm import Realm, load_realm
from dms_standalone.secrets import SecretFile
from dms_standalone.server import Installation, serve
from dms_standalone.services import apply_demo, log_to
from dms_standalone.settings import HOST, Settings


def run() -> None:
    """Serve until SIGINT or SIGTERM; whatever was started is ended, in any case."""
    settings = Settings()
    folder, user = DataFolder(settings.data), unprivileged_user()
    folder.create(user)
    refuse_unreachable(user, wheel_binaries(), folder.postgres)
    with folder.locked(), bound_socket(settings.port) as listener, _interrupted_by_sigterm():
        log_to(folder.logs / "api.jsonl", "api", settings.log_level)
        url = _public_url(settings, listener.getsockname()[1])
        realms = [load_realm(file) for file in settings.demo] if settings.environment == "development" else []
        issuer = _issuer(settings, folder, realms, url)
        passwords = SecretFile(folder.secrets)
        postgres = PostgresServer(folder.postgres, passwords.password("postgres"))
        try:
            postgres.start()
            superuser_url = _prepare(settings, postgres, passwords, _common(settings, folder, realms, url))
            installation = Installation(
                settings=settings,
                folder=folder,
                url=url,
                listener=listener,
                postgres=postgres,
                superuser_url=superuser_url,
                issuer=issuer,
            )
            uvloop.run(serve(installation))
        finally:
            postgres.stop()


def _prepare(settings: Settings, postgres: PostgresServer, passwords: SecretFile, common: Mapping[str, str]) -> str:
    """Provision, migrate and apply; the services and the child read what they need from the environment."""

    async def set_up() -> Mapping[str, ServiceUrls]:
        urls = await provision(postgres.superuser_url, passwords.password)
        await migrate_bus(urls)
        return urls

    urls = uvloop.run(set_up())
    os.environ.update({**common, **environment(urls)})
    for service in SERVICES:
        migrate(service)
    if settings.environment == "development":
        uvloop.run(apply_demo(settings.demo))
    return next(iter(urls.values())).superuser


def _common(settings: Settings, folder: DataFolder, realms: Sequence[Realm], url: str) -> dict[str, str]:
    issuers = {**settings.issuers, **{issuer_url(url, realm): realm.mandant for realm in realms}}
    return {"DMS_DATA": str(folder.path), "DMS_PUBLIC_URL": url, "DMS_ISSUERS": json.dumps(issuers)}


def _issuer(settings: Settings, folder: DataFolder, realms: Sequence[Realm], url: str) -> ASGIApp | None:
    if not realms and settings.issuers:
        return None
    return create_issuer_app(
        realms,
        Signer(folder.issuer_key),
        public_url=url,
        seconds=settings.token_seconds,
        environment=settings.environment,
    )


def _public_url(settings: Settings, port: int) -> str:
    return settings.public_url if "public_url" in settings.model_fields_set else f"http://{HOST}:{port}"


@contextmanager
def _interrupted_by_sigterm() -> Iterator[None]:
    """Let SIGTERM end the start in the same way as Ctrl-C, so that nothing stays behind."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
