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
from dms_standalone.options import Options
from dms_standalone.os_user import unprivileged_user
from dms_standalone.ports import bound_socket
from dms_standalone.postgres import PostgresServer, refuse_unreachable, wheel_binaries
from dms_standalone.provision import SERVICES, ServiceUrls, environment, migrate, migrate_bus, provision
from dms_standalone.realm import Realm, load_realm
from dms_standalone.secrets import SecretFile
from dms_standalone.server import Installation, serve
from dms_standalone.services import apply_demo, log_to


def run(options: Options) -> None:
    """Serve until SIGINT or SIGTERM; whatever was started is ended, in any case."""
    folder, user = DataFolder(options.data), unprivileged_user()
    folder.create(user)
    refuse_unreachable(user, wheel_binaries(), folder.postgres)
    with folder.locked(), bound_socket(options.port) as listener, _interrupted_by_sigterm():
        log_to(folder.logs / "api.jsonl", "api", options.log_level)
        url = options.url(listener.getsockname()[1])
        realms = [load_realm(file) for file in options.demo] if not options.is_production else []
        issuer = _issuer(options, folder, realms, url)
        passwords = SecretFile(folder.secrets)
        postgres = PostgresServer(folder.postgres, passwords.password("postgres"))
        try:
            postgres.start()
            superuser_url = _prepare(options, postgres, passwords, _common(options, folder, realms, url))
            installation = Installation(
                options=options,
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


def _prepare(options: Options, postgres: PostgresServer, passwords: SecretFile, common: Mapping[str, str]) -> str:
    """Provision, migrate and apply; the services and the child read what they need from the environment."""

    async def set_up() -> Mapping[str, ServiceUrls]:
        urls = await provision(postgres.superuser_url, passwords.password)
        await migrate_bus(urls)
        return urls

    urls = uvloop.run(set_up())
    os.environ.update({**common, **environment(urls)})
    for service in SERVICES:
        migrate(service)
    if not options.is_production:
        uvloop.run(apply_demo(options.demo))
    return next(iter(urls.values())).superuser


def _common(options: Options, folder: DataFolder, realms: Sequence[Realm], url: str) -> dict[str, str]:
    issuers = {**options.issuers, **{issuer_url(url, realm): realm.mandant for realm in realms}}
    return {"DMS_DATA": str(folder.path), "DMS_PUBLIC_URL": url, "DMS_ISSUERS": json.dumps(issuers)}


def _issuer(options: Options, folder: DataFolder, realms: Sequence[Realm], url: str) -> ASGIApp | None:
    if not realms and options.issuers:
        return None
    return create_issuer_app(
        realms,
        Signer(folder.issuer_key),
        public_url=url,
        seconds=options.token_seconds,
        environment=options.environment,
    )


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
