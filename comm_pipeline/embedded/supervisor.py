"""Supervision of a set of processes: when the supervisor ends, however it ends, all of them end.

A normal end, Ctrl-C and SIGTERM are handled here, in order and with time for each; kill -9 of the
supervisor by the watchdog, which notices that its pipe has closed.
"""

import signal
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import uuid4

from comm_pipeline.embedded.child import ChildProcess, spawn
from comm_pipeline.embedded.family import Family, Mark
from comm_pipeline.embedded.stop_signals import exit_on_signals, interrupt_not_ignored
from comm_pipeline.embedded.watchdog_link import WatchdogLink
from comm_pipeline.errors import EnvironmentFailure

STOP_LIMIT_SECONDS = 15.0


class Supervisor:
    """Starts processes, tells when one has died, and ends all in reverse order of their start.

    Each process may take `stop_limit_seconds` to end before it is killed, also by the watchdog. A
    second Ctrl-C or SIGTERM while they are being ended kills the rest at once.
    """

    def __init__(self, stop_limit_seconds: float = STOP_LIMIT_SECONDS) -> None:
        self._stop_limit_seconds = stop_limit_seconds
        # All descendants inherit it, so they are found even where they have left group and parents.
        self._variable = f"COMM_PIPELINE_SUPERVISED_BY_{uuid4().hex}"
        self._started = 0
        self._members: list[ChildProcess] = []
        self._watchdog: WatchdogLink | None = None
        self._signals = ExitStack()

    def __enter__(self) -> Self:
        self._signals.enter_context(exit_on_signals())
        try:
            self._watchdog = WatchdogLink(self._variable, self._stop_limit_seconds)
        except BaseException:
            self._signals.close()
            raise
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            self.stop()
        finally:
            self._signals.close()

    @property
    def members(self) -> tuple[ChildProcess, ...]:
        """What is supervised, in order of start."""
        return tuple(self._members)

    def start(
        self,
        name: str,
        command: Sequence[str],
        env: Mapping[str, str],
        log_file: Path,
        stop_signal: signal.Signals = signal.SIGTERM,
    ) -> ChildProcess:
        """Start a process in a session of its own; standard output and error go to `log_file`.

        `env` adds to this process's environment. `stop_signal` is what asks it to end.
        Raises EnvironmentFailure if it cannot be started.
        """
        watchdog = self._require_watchdog()
        self._started += 1
        mark = Mark(self._variable, str(self._started))
        with interrupt_not_ignored():
            process = spawn(command, {**env, self._variable: str(self._started)}, log_file)
        family = Family([process.pid], mark)
        child = ChildProcess(name, process.pid, family, stop_signal, log_file, process)
        self._members.append(child)
        watchdog.add(child.pid)
        return child

    def adopt(self, name: str, pid: int) -> ChildProcess:
        """Supervise a process that was started elsewhere, as if it had been started now.

        It takes the place of one that was adopted under the same name (its next attempt to start).
        """
        watchdog = self._require_watchdog()
        child = ChildProcess(name, pid, Family([pid]))
        self._members = [member for member in self._members if not member.is_adopted_as(name)]
        self._members.append(child)
        watchdog.add(pid)
        return child

    def check(self) -> None:
        """Raise EnvironmentFailure for the first process that has ended by itself."""
        for child in self._members:
            if not child.is_running:
                raise child.death_report()
        if not self._require_watchdog().is_running:
            raise EnvironmentFailure("The watchdog has been killed; start again.")

    def stop(self) -> None:
        """End all, last started first. May be called again.

        Raises EnvironmentFailure naming what could not be ended even by SIGKILL.
        """
        survivors: set[int] = set()
        try:
            while self._members:
                survivors |= self._end(self._members[-1])
                self._members.pop()
            # One whose start was interrupted before it was noted, and what it left behind.
            strays = Family(mark=Mark(self._variable))
            survivors |= strays.end(signal.SIGTERM, self._stop_limit_seconds)
        except BaseException:  # somebody is in a hurry
            self._kill_all()
            raise
        finally:
            self._dismiss_watchdog()
        if survivors:
            raise EnvironmentFailure(f"Processes that cannot be ended: {sorted(survivors)}.")

    def _end(self, child: ChildProcess) -> set[int]:
        survivors = child.stop(self._stop_limit_seconds)
        if self._watchdog is not None and not survivors:
            self._watchdog.remove(child.pid)
        return survivors

    def _kill_all(self) -> None:
        while self._members:
            child = self._members.pop()
            child.stop_signal = signal.SIGKILL
            child.stop(self._stop_limit_seconds)
        Family(mark=Mark(self._variable)).end(signal.SIGKILL, self._stop_limit_seconds)

    def _dismiss_watchdog(self) -> None:
        if self._watchdog is not None:
            self._watchdog.dismiss()
            self._watchdog = None

    def _require_watchdog(self) -> WatchdogLink:
        if self._watchdog is None:
            raise EnvironmentFailure("The supervisor is not running: use it as a context manager.")
        return self._watchdog
