"""A real mongod of our own: a one-member replica set on loopback, its data below a home directory.

Whoever starts it owns it; every other process finds it by `running_mongod_uri`.
"""

import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from comm_pipeline.embedded.mongod_launch import end_process, launch
from comm_pipeline.embedded.mongod_state import (
    MongodFiles,
    MongodState,
    last_mongod_state,
    running_mongod_state,
    running_mongod_uri,
    write_mongod_state,
)
from comm_pipeline.embedded.replica_set import replica_set_uri
from comm_pipeline.embedded.start_lock import only_one_starter

__all__ = ["RunningMongod", "running_mongod_uri", "start_mongod"]

START_LIMIT_SECONDS = 120.0


def _utc_now() -> datetime:
    return datetime.now(UTC)


class RunningMongod:
    """A mongod that is ready for use. As a context manager it is stopped at the end, if owned."""

    def __init__(
        self, home: Path, state: MongodState, process: subprocess.Popen[bytes] | None
    ) -> None:
        self._files = MongodFiles(home)
        self._state = state
        self._process = process

    @property
    def uri(self) -> str:
        """The address for any MongoDB client."""
        return self._state.uri

    @property
    def pid(self) -> int:
        """Its process."""
        return self._state.pid

    @property
    def port(self) -> int:
        """Where it listens, on loopback."""
        return self._state.port

    @property
    def owned(self) -> bool:
        """Whether this handle started it, and so may stop it."""
        return self._process is not None

    def stop(self) -> None:
        """End it: SIGTERM, which writes everything down, and SIGKILL if that takes over 30 s.

        Nothing happens to a mongod that somebody else started. May be called again.
        """
        if self._process is None or self._process.returncode is not None:
            return
        end_process(self._process)
        if last_mongod_state(self._files) == self._state:  # else it is about a successor
            self._files.state.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()


def start_mongod(
    home: Path,
    *,
    limit_seconds: float = START_LIMIT_SECONDS,
    on_started: Callable[[int], object] | None = None,
    clock: Callable[[], datetime] = _utc_now,
) -> RunningMongod:
    """Start the mongod of this home directory and wait until it takes writes, or find it running.

    `on_started` is told the pid as soon as there is one, before it is ready (for a supervisor's
    `adopt`); it is not called for one that was found. `limit_seconds` must suffice for recovery
    after a crash.
    Raises EnvironmentFailure that says what to do.
    """
    files = MongodFiles(home)
    with only_one_starter(files, limit_seconds):
        found = running_mongod_state(home)
        if found is not None:
            return RunningMongod(home, found, process=None)
        process, port = launch(files, limit_seconds, on_started or (lambda _pid: None))
        state = MongodState(
            uri=replica_set_uri(port), pid=process.pid, port=port, started_at=clock()
        )
        try:
            write_mongod_state(files, state)
        except BaseException:
            end_process(process)
            raise
        return RunningMongod(home, state, process)
