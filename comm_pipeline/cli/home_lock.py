"""Whether a system runs in a home: the lock that it holds there."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from comm_pipeline.embedded.waiting import first_true
from comm_pipeline.errors import EnvironmentFailure

#: Locked in the home by the system that runs there.
LOCK_FILE: Final = "dev.lock"
#: Whoever looks whether a system runs shares the lock for that moment.
_PATIENCE_SECONDS: Final = 1.0


@contextmanager
def only_one(home: Path) -> Iterator[None]:
    """Make the home, and keep two systems from sharing it for the block.

    Raises EnvironmentFailure if one runs there, or the home cannot be used.
    """
    with usable(home):
        home.mkdir(parents=True, exist_ok=True)
        lock = (home / LOCK_FILE).open("ab")
    with lock:
        with usable(home):
            is_ours = first_true(lambda: _has_locked(lock), _PATIENCE_SECONDS)
        if not is_ours:
            raise EnvironmentFailure(
                f"a system is already running in {home}; end it (Ctrl-C in its terminal), or set "
                "COMM_PIPELINE_HOME to another folder"
            )
        yield


@contextmanager
def usable(home: Path) -> Iterator[None]:
    """Say what to do if the block cannot write, or lock, in the home: as EnvironmentFailure."""
    try:
        yield
    except OSError as error:
        raise EnvironmentFailure(
            f"{home} cannot be used ({error.strerror}): make it writable for this user, or set "
            "COMM_PIPELINE_HOME to another folder, on a disk of this machine"
        ) from error


def is_running_in(home: Path) -> bool:
    """Return whether a system holds the home. One whose lock may not be asked counts as none."""
    try:
        with (home / LOCK_FILE).open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _has_locked(lock: IO[bytes]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
