"""What every test of a fault needs: little patience, and logs as in earnest."""

from collections.abc import Iterator

import pytest

from comm_pipeline.settings import Settings, configure_logging
from comm_pipeline.storage import connection
from comm_pipeline_tests.plain_logs import log_plainly


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "SERVER_SELECTION_MS", 500)


@pytest.fixture(autouse=True)
def _logging() -> Iterator[None]:
    """Structlog's own tracebacks, with all locals, take seconds each."""
    configure_logging(Settings(log_level="CRITICAL"))
    yield
    log_plainly()


@pytest.fixture(autouse=True)
def _sockets(abandoned_sockets: None) -> None:
    """See to the sockets of connections that fail."""
