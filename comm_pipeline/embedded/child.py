"""One supervised process."""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from comm_pipeline.embedded.exit_report import describe_exit_status, last_lines
from comm_pipeline.embedded.family import Family
from comm_pipeline.errors import EnvironmentFailure


@dataclass
class ChildProcess:
    """A process under supervision. Adopted ones have no `process` and no `log_file` here."""

    name: str
    pid: int
    family: Family
    stop_signal: signal.Signals = signal.SIGTERM
    log_file: Path | None = None
    process: subprocess.Popen[bytes] | None = None

    @property
    def is_running(self) -> bool:
        """Whether the process itself lives; its descendants do not count."""
        if self.process is not None:
            return self.process.poll() is None
        return self.pid in self.family.members()

    def is_adopted_as(self, name: str) -> bool:
        """Whether this is a process of somebody else, supervised under this name."""
        return self.process is None and self.name == name

    @property
    def exit_status(self) -> int | None:
        """The status as `Popen.returncode` gives it; None while running and for adopted ones."""
        return None if self.process is None else self.process.poll()

    def stop(self, limit_seconds: float) -> set[int]:
        """End it and its descendants; return the pids that could not be ended."""
        survivors = self.family.end(self.stop_signal, limit_seconds)
        if self.process is not None and self.pid not in survivors:
            self.process.wait()
        return survivors

    def death_report(self) -> EnvironmentFailure:
        """Put its unexpected end into words, with the last lines that it logged."""
        status = describe_exit_status(self.exit_status)
        if self.log_file is None:
            return EnvironmentFailure(f"{self.name} (pid {self.pid}) has ended unexpectedly.")
        said = "\n".join(f"  {line}" for line in last_lines(self.log_file)) or "  (nothing)"
        return EnvironmentFailure(
            f"{self.name} (pid {self.pid}) has ended unexpectedly with {status}. "
            f"Its last words in {self.log_file}:\n{said}"
        )


def spawn(
    command: Sequence[str], env: Mapping[str, str], log_file: Path
) -> subprocess.Popen[bytes]:
    """Start a command in a session of its own, its output appended to the log.

    Raises EnvironmentFailure if there is no such command or the log cannot be written.
    """
    try:
        log_file.parent.mkdir(parents=True, exist_ok=True)
        with log_file.open("ab") as log:
            return subprocess.Popen(  # noqa: S603 - our own commands; no shell
                command,
                env=os.environ | env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
    except OSError as error:
        raise EnvironmentFailure(f"Cannot start {command[0]} (log {log_file}): {error}.") from error
