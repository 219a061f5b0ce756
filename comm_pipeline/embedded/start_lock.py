"""Only one process at a time starts the mongod of a home directory; the others then find it."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from comm_pipeline.embedded.mongod_state import MongodFiles
from comm_pipeline.embedded.waiting import wait_until
from comm_pipeline.errors import EnvironmentFailure


@contextmanager
def only_one_starter(files: MongodFiles, limit_seconds: float) -> Iterator[None]:
    """Make the directories and hold the lock inside; the kernel frees it if the holder dies.

    Raises EnvironmentFailure if the directories cannot be made or the lock is held for too long.
    """
    try:
        files.data.mkdir(parents=True, exist_ok=True)
        lock = files.lock.open("ab")
    except OSError as error:
        raise EnvironmentFailure(
            f"Cannot write to {files.root} ({error.strerror}). Make the directory writable for "
            "this user, make space on its disk, or choose another directory."
        ) from error
    with lock:
        wait_until(
            lambda: _has_locked(lock), limit_seconds, f"another process that starts {files.root}"
        )
        yield  # closing the file frees the lock


def _has_locked(lock: IO[bytes]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
