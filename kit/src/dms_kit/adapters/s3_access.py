"""
Who may do what in the bucket: a service writes and deletes below its own prefix, and reads all.

Reading all is what copies on the server's side and the reading of texts need. The Mandanten stand in it by name: a
wildcard in their place would match across slashes and so open the prefixes of others.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from dms_kit.adapters.s3_store import PROBES
from dms_kit.core.object_keys import checked_word

_LISTING = ("s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads", "s3:ListBucketVersions")
_READING = ("s3:GetObject", "s3:GetObjectVersion")
_WRITING = ("s3:AbortMultipartUpload", "s3:DeleteObject", "s3:DeleteObjectVersion", "s3:PutObject")


@dataclass(frozen=True)
class S3Key:
    """An access key and its secret."""

    access_key: str
    secret_key: str = field(repr=False)


def policy(bucket: str, service: str, mandanten: Iterable[str]) -> dict[str, object]:
    """Return the policy (AWS policy language) of the credentials of one service; MinIO and others take it."""
    everything = f"arn:aws:s3:::{bucket}"
    own = [f"{everything}/{prefix}*" for prefix in _prefixes(service, mandanten)]
    return {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": list(_LISTING), "Resource": [everything]},
            {"Effect": "Allow", "Action": list(_READING), "Resource": [f"{everything}/*"]},
            {"Effect": "Allow", "Action": list(_WRITING), "Resource": own},
        ],
    }


def seaweedfs_identities(
    bucket: str, mandanten: Iterable[str], *, administrator: S3Key, services: Mapping[str, S3Key]
) -> dict[str, object]:
    """Return what SeaweedFS reads with `-s3.config`: the administrator and one identity a service."""
    named = sorted(mandanten)
    identities = [_identity("administrator", administrator, ["Admin"])]
    for service, key in sorted(services.items()):
        own = [f"Write:{bucket}/{prefix}*" for prefix in _prefixes(service, named)]
        identities.append(_identity(service, key, [f"List:{bucket}", f"Read:{bucket}", *own]))
    return {"identities": identities}


def _prefixes(service: str, mandanten: Iterable[str]) -> list[str]:
    checked_word(service)
    return [f"{PROBES}/{service}/", *(f"{checked_word(mandant)}/{service}/" for mandant in sorted(mandanten))]


def _identity(name: str, key: S3Key, actions: list[str]) -> dict[str, object]:
    credentials = {"accessKey": key.access_key, "secretKey": key.secret_key}
    return {"name": name, "credentials": [credentials], "actions": actions}
