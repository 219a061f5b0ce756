"""A started process together with everything that came of it, and its end."""

import os
import signal
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

from comm_pipeline.embedded.processes import Process, process_table, processes_with_variable
from comm_pipeline.embedded.waiting import first_true

KILL_LIMIT_SECONDS = 5.0


@dataclass(frozen=True)
class Mark:
    """An environment variable that all members of a family inherit; any value if it is None."""

    name: str
    value: str | None = None


class Family:
    """Roots, their groups, their descendants, and whatever carries the mark.

    Members are remembered once they have been seen, so that a grandchild with a session of its own
    is still known after its parents have gone.
    """

    def __init__(self, roots: Iterable[int] = (), mark: Mark | None = None) -> None:
        self._mark = mark
        self._seen: set[Process] = set()
        for pid in roots:
            self.add(pid)

    def add(self, pid: int) -> None:
        """Make a live process another root; nothing happens if it is gone already."""
        process = process_table().get(pid)
        if process is not None:
            self._seen.add(process)

    def discard(self, pid: int) -> None:
        """Forget a process that is no longer to be ended."""
        self._seen = {process for process in self._seen if process.pid != pid}

    def members(self) -> set[int]:
        """Return the pids of all live members."""
        table = process_table()
        known = {p.pid for p in self._seen if _is_same(p, table.get(p.pid))}
        known |= self._marked() & table.keys()
        while relatives := _relatives(known, table):
            known |= relatives
        known.discard(os.getpid())
        self._seen |= {table[pid] for pid in known if pid in table}
        return known

    def end(self, first: signal.Signals, limit_seconds: float) -> set[int]:
        """Signal every member, wait, then SIGKILL. Return what is alive even so (normally nothing).

        Takes at most `limit_seconds` and 5 s more. Members that appear meanwhile are signalled too.
        """
        signalled: set[int] = set()

        def all_gone() -> bool:
            members = self.members()
            _send(first, members - signalled)
            signalled.update(members)
            return not members

        if not first_true(all_gone, limit_seconds):
            first_true(self.kill, KILL_LIMIT_SECONDS)
        return self.members()

    def kill(self) -> bool:
        """SIGKILL every member without waiting; return whether none was left to kill."""
        members = self.members()
        _send(signal.SIGKILL, members)
        return not members

    def _marked(self) -> set[int]:
        if self._mark is None:
            return set()
        return processes_with_variable(self._mark.name, self._mark.value)


def _is_same(remembered: Process, now: Process | None) -> bool:
    return now is not None and now.started == remembered.started


def _relatives(known: set[int], table: dict[int, Process]) -> set[int]:
    related = {p.pid for p in table.values() if p.parent in known or p.group in known}
    return related - known


def _send(number: signal.Signals, pids: Iterable[int]) -> None:
    for pid in pids:
        # Gone meanwhile, or not ours to signal: the caller sees by `members` who stays.
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)
