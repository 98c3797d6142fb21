"""Where the clients of this installation get their tokens."""

from collections.abc import Mapping

import httpx

from dms_standalone.errors import OperatorError

_SECONDS = 5.0


def token_url(issuers: Mapping[str, str], origin: str) -> str | None:
    """
    Return the token endpoint of the first issuer, as its discovery document names it; None when it does not answer.

    Without an issuer (URL → Mandant) it is the development issuer's, below the origin.
    """
    if not issuers:
        return f"{origin}/oidc/token"
    issuer = next(iter(issuers))
    try:
        answer = httpx.get(f"{issuer}/.well-known/openid-configuration", timeout=_SECONDS, trust_env=False)
        return str(answer.raise_for_status().json()["token_endpoint"])
    except (httpx.HTTPError, ValueError, KeyError):
        return None


def demo_token(issuers: Mapping[str, str], origin: str, **form: str) -> str:
    """Return a token for a client or a person of the demonstration; raises OperatorError when there is none."""
    url = token_url(issuers, origin)
    if url is None:
        raise OperatorError(f"{next(iter(issuers))} of DMS_ISSUERS does not answer: start it (`make stack-up`).")
    answer = httpx.post(url, data=form, timeout=30.0, trust_env=False)
    if answer.status_code != 200:
        raise OperatorError(
            f"{url} gives the client `{form['client_id']}` no token ({answer.status_code}): the realm needs the people"
            " and clients of the demonstration (`python -m dms_keycloak apply --demo …`)."
        )
    return str(answer.json()["access_token"])
