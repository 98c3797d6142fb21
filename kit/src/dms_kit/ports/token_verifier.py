"""The verifier of bearer tokens."""

from typing import Protocol

from dms_kit.core.actor import Actor


class TokenVerifier(Protocol):
    """Turns an access token into an actor, or refuses it."""

    async def verify(self, token: str) -> Actor:
        """
        Check signature, algorithm, issuer, audience, lifetime and kind of the token; map it to an Actor.

        Raises `UnauthenticatedError` for every fault of the token, `UnavailableError` when the issuer's keys were
        never fetched and cannot be fetched now.
        """
        ...

    async def ping(self) -> None:
        """Raise `UnavailableError` when the keys of an issuer cannot be fetched."""
        ...
