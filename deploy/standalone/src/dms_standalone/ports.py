"""Ports on the loopback interface."""

import random
import socket

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
