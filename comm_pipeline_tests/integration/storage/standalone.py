"""A mongod without a replica set, for the tests alone."""

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from comm_pipeline.embedded.mongod_binary import find_mongod_binary
from comm_pipeline.embedded.mongod_launch import end_process
from comm_pipeline.embedded.ports import LOOPBACK, free_port
from comm_pipeline.embedded.waiting import first_true

ATTEMPTS = 3
PATIENCE_SECONDS = 60.0


@contextmanager
def standalone_mongod(directory: Path, *more: str, query: str = "") -> Iterator[str]:
    """Run a standalone mongod for the block and yield its address.

    ``more`` are arguments of its own; ``query`` are the options of the address.
    """
    for _ in range(ATTEMPTS):  # somebody else may take the port first
        port = free_port()
        process = _start(directory, port, more)
        try:
            uri = f"mongodb://{LOOPBACK}:{port}/{query}"
            if _answers(process, uri):
                yield uri
                return
        finally:
            end_process(process)
    raise AssertionError((directory / "log").read_text()[-2000:])


def _start(directory: Path, port: int, more: Sequence[str]) -> subprocess.Popen[bytes]:
    (directory / "data").mkdir(exist_ok=True)
    return subprocess.Popen(
        [
            *(str(find_mongod_binary()), "--bind_ip", LOOPBACK, "--port", str(port)),
            *("--dbpath", str(directory / "data"), "--logpath", str(directory / "log")),
            *("--nounixsocket", "--wiredTigerCacheSizeGB", "0.25"),
            *more,
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _answers(process: subprocess.Popen[bytes], uri: str) -> bool:
    def answers_or_ended() -> bool:
        return process.poll() is not None or _pings(uri)

    first_true(answers_or_ended, PATIENCE_SECONDS)
    return process.poll() is None and _pings(uri)


def _pings(uri: str) -> bool:
    with MongoClient[dict[str, object]](uri, serverSelectionTimeoutMS=200) as client:
        try:
            client.admin.command("ping")
        except PyMongoError:
            return False
    return True
