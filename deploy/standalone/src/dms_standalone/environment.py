"""The settings by which the services reach this installation; `env` prints them for their own commands."""

import json
from collections.abc import Mapping

from dms_standalone import provision
from dms_standalone.data_folder import DataFolder
from dms_standalone.errors import OperatorError
from dms_standalone.issuer import issuer_url
from dms_standalone.options import Options
from dms_standalone.postgres import running_superuser_url
from dms_standalone.provision import ServiceUrls, service_urls
from dms_standalone.realm import Realm, load_realm
from dms_standalone.secrets import SecretFile


def development_realms(options: Options) -> list[Realm]:
    """Return those of whom the development issuer tells; none where other issuers are named."""
    if options.is_production or options.issuers:
        return []
    return [load_realm(file) for file in options.demo]


def services_environment(options: Options, *, url: str, urls: Mapping[str, ServiceUrls]) -> dict[str, str]:
    """Return them as environment variables; `url` is the origin, `urls` are the databases."""
    issuers = options.issuers or {issuer_url(url, realm): realm.mandant for realm in development_realms(options)}
    return {
        "DMS_DATA": str(options.data.absolute()),
        "DMS_PUBLIC_URL": url,
        # Without blanks: a shell shall take each setting as one word.
        "DMS_ISSUERS": json.dumps(issuers, separators=(",", ":")),
        **provision.environment(urls),
    }


def run(options: Options) -> None:
    """Print them as lines NAME=value, for `env $(…) python -m dms_records dead-letters list` and the like."""
    folder = DataFolder(options.data)
    if not folder.secrets.exists():
        raise OperatorError(f"There is no installation in {folder.path} yet: start one with `make run`.")
    passwords = SecretFile(folder.secrets)
    superuser = options.postgres_url or running_superuser_url(folder.postgres, passwords.password("postgres"))
    urls = service_urls(superuser, passwords.password)
    for setting in services_environment(options, url=options.url(options.port), urls=urls).items():
        print("=".join(setting))
