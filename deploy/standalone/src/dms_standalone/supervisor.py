"""The heavier half of `run`: from a running database to a served installation."""

import json
import os
from collections.abc import Mapping, Sequence

import uvloop
from starlette.types import ASGIApp

from dms_standalone.data_folder import DataFolder
from dms_standalone.issuer import create_issuer_app, issuer_url
from dms_standalone.issuer_tokens import Signer
from dms_standalone.launch import Started
from dms_standalone.options import Options
from dms_standalone.postgres import PostgresServer
from dms_standalone.provision import SERVICES, ServiceUrls, environment, migrate, migrate_bus, provision
from dms_standalone.realm import Realm, load_realm
from dms_standalone.secrets import SecretFile
from dms_standalone.server import Installation, serve
from dms_standalone.services import apply_demo, log_to


def run(started: Started) -> None:
    """Prepare and serve until SIGINT or SIGTERM."""
    options, folder = started.options, started.folder
    log_to(folder.logs / "api.jsonl", "api", options.log_level)
    url = options.url(started.listener.getsockname()[1])
    realms = [load_realm(file) for file in options.demo] if not options.is_production else []
    issuer = _issuer(options, folder, realms, url)
    superuser_url = _prepare(options, started.postgres, started.passwords, _common(options, folder, realms, url))
    installation = Installation(
        options=options,
        folder=folder,
        url=url,
        listener=started.listener,
        postgres=started.postgres,
        superuser_url=superuser_url,
        issuer=issuer,
        child=started.child,
    )
    uvloop.run(serve(installation))


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
