"""The whole system as a user starts it: ``comm-pipeline dev`` in a process of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.database import Database

from comm_pipeline.cli import dagster_client
from comm_pipeline.embedded.mailbox import read_mails
from comm_pipeline.embedded.mongod import running_mongod_uri
from comm_pipeline.embedded.ports import free_port
from comm_pipeline.embedded.waiting import wait_until

START_LIMIT_SECONDS = 120.0
COMMAND = Path(sys.executable).parent / "comm-pipeline"


class DevSystem:
    """A running ``comm-pipeline dev`` and what a user can see of it."""

    def __init__(self, process: subprocess.Popen[bytes], home: Path, port: int, log: Path) -> None:
        self.process = process
        self.home = home
        self.url = f"http://127.0.0.1:{port}"
        self.log = log

    @contextmanager
    def database(self) -> Iterator[Database[dict[str, Any]]]:
        """The database, as another client of it sees it."""
        with MongoClient[dict[str, Any]](running_mongod_uri(self.home), tz_aware=True) as client:
            yield client["communication_service"]

    def query(self, text: str, **variables: Any) -> dict[str, Any]:
        return dagster_client.query(self.url, text, **variables)

    def command(self, *arguments: str) -> str:
        """What a command prints in another terminal, which knows of this system only its home."""
        environment = os.environ | {"COMM_PIPELINE_HOME": str(self.home)}
        return subprocess.check_output([COMMAND, *arguments], env=environment, text=True)

    def recipients_of_mails(self) -> list[str]:
        """The address of each mail that has been delivered, in order."""
        return [str(caught.message["To"]) for caught in read_mails(self.home / "mail")]

    def wait(self, condition: Callable[[], Any], what: str, limit: float = 90) -> Any:
        """Wait for a condition; the system must not have ended by itself meanwhile."""

        def is_met() -> Any:
            assert self.process.poll() is None, self.log.read_text()
            return condition()

        return wait_until(is_met, limit, what)

    def pid_of(self, words: Sequence[str]) -> int:
        """The process of this system whose command line has all of these words."""
        (found,) = self.pids_of(words)
        return found

    def pids_of(self, words: Sequence[str]) -> list[int]:
        """The processes of this system whose command lines have all of these words."""
        return [pid for pid, line in processes_of(self.home) if all(word in line for word in words)]


@contextmanager
def dev_system(home: Path, **settings: str) -> Iterator[DevSystem]:
    """Start ``comm-pipeline dev`` and end it as a user does, by Ctrl-C."""
    home.mkdir(parents=True, exist_ok=True)
    port, log = free_port(), home / "dev.out"
    environment = os.environ | {
        "COMM_PIPELINE_HOME": str(home),
        "CAMPAIGN_POLLING_INTERVAL_SECONDS": "5",
        "LEASE_SECONDS": "10",
        **settings,
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            [COMMAND, "dev", "--port", str(port)],
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    system = DevSystem(process, home, port, log)
    try:
        system.wait(lambda: b"Ctrl-C ends" in log.read_bytes(), "dev", START_LIMIT_SECONDS)
        yield system
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.wait(60)


def processes_of(home: Path) -> list[tuple[int, str]]:
    """Every process that has to do with a home: by its command line or its environment."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) != os.getpid():
            line = _read(folder / "cmdline").replace("\0", " ")
            if str(home) in line or f"COMM_PIPELINE_HOME={home}\0" in _read(folder / "environ"):
                found.append((int(folder.name), line))
    return found


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode(errors="replace")
    except OSError:
        return ""
