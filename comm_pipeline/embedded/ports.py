"""Free ports on loopback."""

import errno
import socket

from comm_pipeline.errors import EnvironmentFailure

LOOPBACK = "127.0.0.1"


def free_port() -> int:
    """Return a TCP port on which nobody listens on loopback at this moment.

    Another process may take it before the caller does, so a server that is given it must be able to
    try again with another one.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
    return port


def is_free(port: int) -> bool:
    """Return whether a server could listen on this loopback port at this moment."""
    return _hindrance(port) is None


def require_free(port: int, remedy: str) -> None:
    """Raise EnvironmentFailure with the remedy if no server could listen on this loopback port."""
    error = _hindrance(port)
    if error is not None:
        is_taken = error.errno == errno.EADDRINUSE
        reason = "is taken" if is_taken else f"cannot be used ({error.strerror})"
        raise EnvironmentFailure(f"port {port} {reason}; {remedy}")


def _hindrance(port: int) -> OSError | None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As servers do it: connections of the previous owner in TIME_WAIT do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            return error
    return None
