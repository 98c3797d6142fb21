"""Where everything is, as the settings of the services say."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet

from dms_verify.errors import CannotVerifyError
from dms_verify.objects import BucketObjects, FolderObjects, Objects

SERVICES = ("ingest", "records", "search", "workflow")


@dataclass(frozen=True)
class Sources:
    """Databases by service (PostgreSQL URLs), the objects, and the keys that are trusted."""

    databases: Mapping[str, str]
    objects: Objects
    keys: KeySet


def sources_of(settings: Mapping[str, str], key_files: Sequence[Path]) -> Sources:
    """Return what the environment names; raises CannotVerifyError where something is not there."""
    names = {service: f"DMS_{service.upper()}_SYSTEM_DATABASE_URL" for service in SERVICES}
    databases = {service: settings[name] for service, name in names.items() if settings.get(name)}
    if not databases:
        raise CannotVerifyError(f"Keine Datenbank ist genannt: {', '.join(names.values())} setzen.")
    data = Path(settings.get("DMS_DATA", "run"))
    if settings.get("DMS_STORE") == "s3":
        objects: Objects = BucketObjects(settings)
    else:
        objects = FolderObjects(Path(settings.get("DMS_STORE_PATH") or data / "objects"))
    files = key_files or [Path(settings.get("DMS_AUDIT_KEY") or data / "audit-key.pem")]
    return Sources(
        {service: url.replace("postgresql+asyncpg://", "postgresql://") for service, url in databases.items()},
        objects,
        KeySet([key for file in files for key in _keys_in(file)]),
    )


def _keys_in(file: Path) -> list[ECKey]:
    """Return the public keys of a PEM file or of a JWK set."""
    try:
        content = file.read_bytes()
        if not content.lstrip().startswith(b"{"):
            return [ECKey.import_key(ECKey.import_key(content).as_dict(private=False))]
        return [ECKey.import_key(key) for key in json.loads(content)["keys"] if key.get("kty") == "EC"]
    except (OSError, ValueError, KeyError, JoseError) as error:
        raise CannotVerifyError(f"{file} enthält keinen lesbaren Schlüssel ({type(error).__name__}).") from error
