"""The processes of this machine, and who came of whom.

Read from `/proc` where it exists, from `ps` elsewhere. A process is named by its pid and the time
of its start together, because pids are given out again. Zombies count as gone.
"""

import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")


@dataclass(frozen=True)
class Process:
    """One live process. `started` is comparable only with values from the same machine."""

    pid: int
    started: str
    parent: int
    group: int


def process_table() -> dict[int, Process]:
    """Return every live process by its pid."""
    found = _from_proc() if (PROC / "self" / "stat").exists() else _from_ps()
    return {process.pid: process for process in found}


def command_line(pid: int) -> str | None:
    """Return the arguments of a live process, joined by spaces; None if it is gone."""
    if pid not in process_table():
        return None
    if PROC.joinpath("self", "cmdline").exists():
        return _read(pid, "cmdline").replace(b"\0", b" ").decode(errors="replace")
    return _ps("-p", str(pid), "-o", "command=")


def processes_with_variable(name: str, value: str | None = None) -> set[int]:
    """Return the pids that were started with this environment variable (and value, if given).

    Variables are inherited, so this also finds what left its group, its session and its parents.
    Only `/proc` shows them: elsewhere the answer is empty.
    """
    wanted = f"\0{name}=".encode() if value is None else f"\0{name}={value}\0".encode()
    pids = (int(entry.name) for entry in PROC.glob("[0-9]*"))
    return {pid for pid in pids if wanted in b"\0" + _read(pid, "environ")}


def _from_proc() -> Iterable[Process]:
    for entry in PROC.glob("[0-9]*"):
        pid = int(entry.name)
        # The name in parentheses may itself hold spaces and parentheses; what follows does not.
        fields = _read(pid, "stat").decode(errors="replace").rpartition(")")[2].split()
        if fields and not _is_gone(state=fields[0], threads=int(fields[17])):
            yield Process(pid, started=fields[19], parent=int(fields[1]), group=int(fields[2]))


def _is_gone(state: str, threads: int) -> bool:
    # A process whose first thread has ended looks like a zombie while others still hold its files.
    return state in "ZX" and threads <= 1


def _read(pid: int, file: str) -> bytes:
    try:
        return (PROC / str(pid) / file).read_bytes()
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return b""  # it ended meanwhile, or is somebody else's


def _from_ps() -> Iterable[Process]:
    for line in _ps("-A", "-o", "pid=,ppid=,pgid=,stat=,lstart=").splitlines():
        pid, parent, group, state, *started = line.split()
        if not state.startswith("Z"):
            yield Process(int(pid), " ".join(started), int(parent), int(group))


def _ps(*arguments: str) -> str:
    done = subprocess.run(["ps", *arguments], capture_output=True, text=True, check=False)  # noqa: S603, S607 - ps, wherever this system keeps it
    return done.stdout
