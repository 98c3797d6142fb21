"""The heavier half of `run`: from a running database to a served installation."""

import os
from collections.abc import Mapping

import asyncpg
import uvloop
from starlette.types import ASGIApp

from dms_standalone.child import Child
from dms_standalone.data_folder import DataFolder
from dms_standalone.environment import development_realms, services_environment
from dms_standalone.errors import OperatorError
from dms_standalone.issuer import create_issuer_app
from dms_standalone.issuer_tokens import Signer
from dms_standalone.launch import Started
from dms_standalone.options import Options
from dms_standalone.provision import SERVICES, ServiceUrls, migrate, migrate_bus, provision
from dms_standalone.secrets import SecretFile
from dms_standalone.server import Installation, serve
from dms_standalone.services import apply_demo, log_to


def run(started: Started) -> None:
    """Prepare and serve until SIGINT or SIGTERM."""
    options, folder = started.options, started.folder
    log_to(folder.logs / "api.jsonl", "api", options.log_level)
    url = options.url(started.listener.getsockname()[1])
    issuer = _issuer(options, folder, url)
    superuser_url = options.postgres_url or (started.postgres.superuser_url if started.postgres else "")
    superuser_url = _prepare(options, superuser_url, started.passwords, url)
    installation = Installation(
        options=options,
        folder=folder,
        url=url,
        listener=started.listener,
        postgres=started.postgres,
        superuser_url=superuser_url,
        issuer=issuer,
        children=[started.workers] if started.workers else _workers_apart(folder),
    )
    uvloop.run(serve(installation))


def _workers_apart(folder: DataFolder) -> list[Child]:
    return [
        Child(f"{service}-{verb}", (f"dms_{service}", verb), folder.logs / f"{service}-{verb}.jsonl")
        for service in SERVICES
        for verb in ("relay", "consumers")
    ]


def _prepare(options: Options, superuser_url: str, passwords: SecretFile, url: str) -> str:
    """Provision, migrate and apply; the services and the children read what they need from the environment."""

    async def set_up() -> Mapping[str, ServiceUrls]:
        urls = await provision(superuser_url, passwords.password)
        if options.bus == "postgres":
            await migrate_bus(urls)
        return urls

    try:
        urls = uvloop.run(set_up())
    except (OSError, asyncpg.InvalidAuthorizationSpecificationError) as error:
        raise OperatorError(
            f"No PostgreSQL lets us in at {superuser_url.rsplit('@', 1)[-1]} ({error}): start it (`make stack-up`) and"
            " check DMS_POSTGRES_URL."
        ) from error
    os.environ.update(services_environment(options, url=url, urls=urls))
    for service in SERVICES:
        migrate(service)
    if not options.is_production:
        uvloop.run(apply_demo(options.demo))
    return next(iter(urls.values())).superuser


def _issuer(options: Options, folder: DataFolder, url: str) -> ASGIApp | None:
    if options.issuers:
        return None
    return create_issuer_app(
        development_realms(options),
        Signer(folder.issuer_key),
        public_url=url,
        seconds=options.token_seconds,
        environment=options.environment,
    )
