"""Bearer tokens at the edge: who calls, and whether any of the caller's roles holds the right of an operation."""

from collections.abc import Awaitable, Callable
from functools import cache
from typing import Annotated, Any

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from dms_kit.core.access import holds
from dms_kit.core.actor import Actor
from dms_kit.core.errors import ForbiddenError, UnauthenticatedError
from dms_kit.roles import ROLES

BEARER = HTTPBearer(
    scheme_name="bearer",
    bearerFormat="JWT",
    auto_error=False,
    description="Zugriffstoken (OIDC) für `registratur-api`.",
)


async def authenticated(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Security(BEARER)]
) -> Actor:
    """Return the actor of a valid token, whatever its roles; use it as `Caller` or `Depends(authenticated)`."""
    if credentials is None:
        raise UnauthenticatedError
    actor: Actor = await request.app.state.verifier.verify(credentials.credentials)
    return actor


Caller = Annotated[Actor, Depends(authenticated)]


def requires(right: str) -> Any:
    """Return a dependency that gives the actor: 401 without a valid token, 403 when no role of it holds the right."""
    return Security(_holder_of(right), scopes=[right])


@cache
def _holder_of(right: str) -> Callable[[Actor], Awaitable[Actor]]:
    async def holder(actor: Caller) -> Actor:
        if not holds(actor, right, ROLES):
            raise ForbiddenError
        return actor

    return holder
