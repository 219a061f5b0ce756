"""The files of the embedded mongod below a home directory.

Among them the note by which other processes find it.
"""

import os
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from comm_pipeline.embedded.processes import command_line


class MongodFiles:
    """The places of everything that belongs to the embedded mongod of one home directory."""

    def __init__(self, home: Path) -> None:
        self.root = home.resolve() / "mongodb"
        self.data = self.root / "data"
        self.log = self.root / "mongod.log"
        self.old_log = self.root / "mongod.log.1"
        self.output = self.root / "mongod.out"
        self.state = self.root / "mongod.json"
        self.lock = self.root / "start.lock"


class MongodState(BaseModel):
    """What `mongod.json` says about a mongod that was ready for use."""

    model_config = ConfigDict(frozen=True)

    uri: str
    pid: int
    port: int
    started_at: AwareDatetime


def running_mongod_uri(home: Path) -> str | None:
    """Return the address of the embedded mongod of this home directory; None if none is running."""
    state = running_mongod_state(home)
    return None if state is None else state.uri


def running_mongod_state(home: Path) -> MongodState | None:
    """Return the note about the running mongod; None if there is none or its process has ended."""
    files = MongodFiles(home)
    state = last_mongod_state(files)
    return state if state is not None and _is_that_mongod(state.pid, files) else None


def last_mongod_state(files: MongodFiles) -> MongodState | None:
    """Return the last note, whether or not that mongod still runs."""
    try:
        return MongodState.model_validate_json(files.state.read_bytes())
    except (FileNotFoundError, ValidationError):
        return None  # written by another version of this package: as good as none


def write_mongod_state(files: MongodFiles, state: MongodState) -> None:
    """Write the note so that a reader sees the old one or the new one and never a part."""
    draft = files.state.with_name(f"{files.state.name}.{os.getpid()}")
    draft.write_text(state.model_dump_json(indent=2) + "\n")
    draft.replace(files.state)


def holder_pid(files: MongodFiles) -> int | None:
    """Return the pid of the mongod that holds the data directory, as its lock file tells."""
    try:
        return int((files.data / "mongod.lock").read_text())
    except (OSError, ValueError):
        return None


def _is_that_mongod(pid: int, files: MongodFiles) -> bool:
    """Pids are given out again, so the arguments must name our data directory."""
    arguments = command_line(pid)
    return arguments is not None and f"--dbpath {files.data} " in arguments
