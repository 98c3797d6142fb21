"""The product's settings by which it uses the servers of this stack."""

import json
from collections.abc import Callable, Mapping, Sequence

Endpoint = Mapping[str, str]
# Those that reach the store with a key of their own; the checkpoints of the Protokoll have one for all services.
_WITH_KEYS = ("audit", "ingest", "records", "search")


def settings_for(endpoints: Mapping[str, Endpoint], *, mandanten: Sequence[str]) -> dict[str, str]:
    """
    Return settings (`DMS_…` → value) for these servers, each of them chosen where the product has a choice.

    Args:
        endpoints: name of a server → what a client needs, as `endpoints.json` has it.
        mandanten: the Mandanten, each of which is a realm of Keycloak of the same name.

    """
    settings: dict[str, str] = {}
    for name, endpoint in endpoints.items():
        settings |= _keycloak(endpoint, mandanten) if name == "keycloak" else _OF[name](endpoint)
    return settings


def _kafka(endpoint: Endpoint) -> dict[str, str]:
    return {"DMS_BUS": "kafka", "DMS_KAFKA_BOOTSTRAP_SERVERS": endpoint["bootstrap"]}


def _opensearch(endpoint: Endpoint) -> dict[str, str]:
    return {
        "DMS_INDEX": "opensearch",
        "DMS_OPENSEARCH_URL": endpoint["url"],
        "DMS_OPENSEARCH_PATTERNS": endpoint["hyphenation_patterns_path"],
    }


def _s3(endpoint: Endpoint) -> dict[str, str]:
    settings = {
        "DMS_STORE": "s3",
        "DMS_S3_ENDPOINT": endpoint["url"].removeprefix("http://"),
        "DMS_S3_SECURE": "false",
        "DMS_S3_BUCKET": endpoint["bucket"],
        "DMS_S3_REGION": endpoint["region"],
        "DMS_S3_COPIES": endpoint["copies"],
        "DMS_S3_ACCESS_KEY": endpoint["access_key"],
        "DMS_S3_SECRET_KEY": endpoint["secret_key"],
    }
    for service in _WITH_KEYS:
        if f"{service}_access_key" in endpoint:
            settings[f"DMS_{service.upper()}_S3_ACCESS_KEY"] = endpoint[f"{service}_access_key"]
            settings[f"DMS_{service.upper()}_S3_SECRET_KEY"] = endpoint[f"{service}_secret_key"]
    return settings


def _postgres(endpoint: Endpoint) -> dict[str, str]:
    return {"DMS_POSTGRES_URL": endpoint["url"]}


def _clamd(endpoint: Endpoint) -> dict[str, str]:
    return {"DMS_VIRUS_SCANNER": "clamd", "DMS_CLAMD_ADDRESS": endpoint["address"]}


def _keycloak(endpoint: Endpoint, mandanten: Sequence[str]) -> dict[str, str]:
    issuers = {f"{endpoint['url']}/realms/{mandant}": mandant for mandant in mandanten}
    return {
        # Without blanks: a shell shall take each setting as one word.
        "DMS_ISSUERS": json.dumps(issuers, separators=(",", ":")),
        "DMS_KEYCLOAK_URL": endpoint["url"],
        "DMS_KEYCLOAK_ADMIN": endpoint["admin"],
        "DMS_KEYCLOAK_PASSWORD": endpoint["admin_password"],
    }


_OF: Mapping[str, Callable[[Endpoint], dict[str, str]]] = {
    "kafka": _kafka,
    "opensearch": _opensearch,
    "s3": _s3,
    "postgres": _postgres,
    "clamd": _clamd,
}
