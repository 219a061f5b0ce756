"""The settings that every provider which is called over HTTP has, under its own prefix."""

from typing import Final

from comm_pipeline.settings.variable import Variable

TIMEOUT_SECONDS: Final = 30.0
CONNECT_TIMEOUT_SECONDS: Final = 10.0
MAX_IN_FLIGHT: Final = 32


def timeout(prefix: str) -> Variable:
    """Describe how long an answer is waited for."""
    return Variable(
        (f"{prefix}_TIMEOUT_SECONDS",), "How long to wait for its answer.", unit="seconds"
    )


def connect_timeout(prefix: str) -> Variable:
    """Describe how long a connection is waited for."""
    return Variable(
        (f"{prefix}_CONNECT_TIMEOUT_SECONDS",),
        "How long to wait for name, connection and TLS together.",
        unit="seconds",
    )


def max_in_flight(prefix: str) -> Variable:
    """Describe how many messages are offered at once."""
    return Variable((f"{prefix}_MAX_IN_FLIGHT",), "Calls at once, per run at most.")


def ca_file(prefix: str) -> Variable:
    """Describe the certificates that are trusted."""
    return Variable(
        (f"{prefix}_CA_FILE",),
        "Certificates to trust, in PEM.",
        default="none: those of the system",
    )


def allow_http(prefix: str) -> Variable:
    """Describe whether TLS may be missing."""
    return Variable(
        (f"{prefix}_ALLOW_HTTP",), "Whether another machine may be called without encryption."
    )
