"""Ports on the loopback interface."""

import random
import socket

from dms_standalone.errors import OperatorError

# Below the range from which the kernel takes ports for outgoing connections, so that none of those is in the way.
_LOWEST, _HIGHEST = 20_000, 32_000
_ATTEMPTS = 200


def is_free(port: int) -> bool:
    """Say whether nobody listens on that port of the loopback interface."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """Return a port that is free now; whoever binds it must be ready to lose a race."""
    for _ in range(_ATTEMPTS):
        port = random.randint(_LOWEST, _HIGHEST)  # noqa: S311 - chance, not secrecy
        if is_free(port):
            return port
    raise OSError("no free port on the loopback interface")


def bound_socket(port: int) -> socket.socket:
    """Return a socket bound to the loopback interface (0: any free port); raises OperatorError when it is taken."""
    bound = socket.socket()
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind(("127.0.0.1", port or free_port()))
    except OSError as error:
        bound.close()
        raise OperatorError(
            f"Port {port} is not free ({error.strerror}): stop what listens there, or choose another with DMS_PORT."
        ) from error
    return bound
