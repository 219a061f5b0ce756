"""From a binary and a directory to a mongod process that is primary; ended again if that fails."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from comm_pipeline.embedded.mongod_binary import find_mongod_binary
from comm_pipeline.embedded.mongod_errors import (
    PORT_TAKEN_STATUS,
    MongodFailure,
    explain_mongod_failure,
)
from comm_pipeline.embedded.mongod_state import MongodFiles, holder_pid, last_mongod_state
from comm_pipeline.embedded.ports import LOOPBACK, free_port, is_free
from comm_pipeline.embedded.replica_set import REPLICA_SET, become_primary
from comm_pipeline.embedded.waiting import wait_until
from comm_pipeline.errors import EnvironmentFailure

PORT_ATTEMPTS = 5
STOP_LIMIT_SECONDS = 30.0
#: Half of the memory by default, which is too much beside Dagster on a small machine.
CACHE_GIGABYTES = "1"
OLD_LOG_BYTES = 16_000_000
#: With less left on the disk, mongod ends without a word.
FULL_BYTES = 1_000_000
#: What every version writes to its log when it listens; asking the port might find another program.
LISTENING = "aiting for connections"

Process = subprocess.Popen[bytes]


def launch(
    files: MongodFiles, limit_seconds: float, on_started: Callable[[int], object]
) -> tuple[Process, int]:
    """Return a mongod that takes writes, and its port.

    Raises EnvironmentFailure that says what to do; no process is left then.
    """
    binary = find_mongod_binary()
    _set_old_log_aside(files)
    for attempt in range(1, PORT_ATTEMPTS + 1):
        port = _choose_port(files, attempt)
        log_start = files.log.stat().st_size if files.log.exists() else 0
        process = _spawn(binary, files, port)
        try:
            on_started(process.pid)
            _await_readiness(process, port, files, log_start, limit_seconds)
        except BaseException:
            end_process(process)
            if process.returncode == PORT_TAKEN_STATUS and attempt < PORT_ATTEMPTS:
                continue
            raise
        return process, port
    raise AssertionError("unreachable: the last attempt returns or raises")


def end_process(process: Process) -> None:
    """End and reap a process of ours: SIGTERM, after 30 s SIGKILL."""
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(STOP_LIMIT_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _choose_port(files: MongodFiles, attempt: int) -> int:
    """After a crash take the same port, so that the clients that were left find it again."""
    last = last_mongod_state(files)
    if attempt == 1 and last is not None and is_free(last.port):
        return last.port
    return free_port()


def _spawn(binary: Path, files: MongodFiles, port: int) -> Process:
    command = [
        *(str(binary), "--replSet", REPLICA_SET),
        *("--bind_ip", LOOPBACK, "--port", str(port), "--nounixsocket"),
        *("--dbpath", str(files.data), "--logpath", str(files.log), "--logappend"),
        *("--wiredTigerCacheSizeGB", CACHE_GIGABYTES),
    ]
    try:
        with files.output.open("wb") as output:
            return subprocess.Popen(  # noqa: S603 - our own command; no shell
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # the terminal's Ctrl-C is for its owner, who stops it
            )
    except OSError as error:
        raise EnvironmentFailure(
            f"Cannot run {binary} ({error.strerror}): it is not made for this system, or not for "
            "this user to execute. Put a mongod made for this system on PATH, or set MONGODB_URI."
        ) from error


def _await_readiness(
    process: Process, port: int, files: MongodFiles, log_start: int, limit_seconds: float
) -> None:
    def has_ended() -> bool:
        return process.poll() is not None

    def listens_or_ended() -> bool:
        return has_ended() or LISTENING in _log_since(files, log_start)

    try:
        wait_until(listens_or_ended, limit_seconds, "mongod to listen")
        become_primary(port, limit_seconds, has_ended)
    except EnvironmentFailure as error:
        raise explain_mongod_failure(_failure(process, files, log_start)) from error


def _failure(process: Process, files: MongodFiles, log_start: int) -> MongodFailure:
    return MongodFailure(
        exit_status=process.poll(),
        stderr=files.output.read_text(errors="replace"),
        log_text=_log_since(files, log_start),
        data_dir=files.data,
        log_file=files.log,
        holder_pid=holder_pid(files),
        is_disk_full=shutil.disk_usage(files.data).free < FULL_BYTES,
    )


def _log_since(files: MongodFiles, start: int) -> str:
    try:
        with files.log.open("rb") as log:
            log.seek(start)
            return log.read().decode(errors="replace")
    except FileNotFoundError:
        return ""


def _set_old_log_aside(files: MongodFiles) -> None:
    if files.log.exists() and files.log.stat().st_size > OLD_LOG_BYTES:
        files.log.replace(files.old_log)
