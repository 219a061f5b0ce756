"""The supervisor's end of the watchdog: starts it and gives it orders through a pipe."""

import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import comm_pipeline
from comm_pipeline.errors import EnvironmentFailure

EXIT_LIMIT_SECONDS = 5.0


class WatchdogLink:
    """A running watchdog. It acts when this process ends without having called `dismiss`."""

    def __init__(self, variable: str, limit_seconds: float) -> None:
        # The pipe must not be inherited by anybody else, or its end would go unnoticed: Popen's are
        # not. The directory makes the package importable where it is not installed.
        self._process = subprocess.Popen(  # noqa: S603 - our own module; no shell
            [sys.executable, "-m", "comm_pipeline.embedded.watchdog", variable, f"{limit_seconds}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(comm_pipeline.__file__).parents[1],
            start_new_session=True,
        )
        self._await_ready()

    @property
    def is_running(self) -> bool:
        """Whether it is there to act."""
        return self._process.poll() is None

    def add(self, pid: int) -> None:
        """Have this process ended too. Raises EnvironmentFailure if the watchdog is gone."""
        self._order(f"add {pid}")

    def remove(self, pid: int) -> None:
        """Take an order to `add` back. Does nothing if the watchdog is gone."""
        with suppress(EnvironmentFailure):
            self._order(f"remove {pid}")

    def dismiss(self) -> None:
        """Let it exit without ending anybody."""
        with suppress(EnvironmentFailure):
            self._order("done")
        self._close()

    def _order(self, line: str) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()
        except (BrokenPipeError, ValueError) as error:
            raise EnvironmentFailure(
                "The watchdog that ends all processes after a crash has itself ended. "
                "Start again; if it was not killed on purpose, look for a lack of memory."
            ) from error

    def _await_ready(self) -> None:
        assert self._process.stdout is not None
        if self._process.stdout.readline().strip() != "ready":
            self._close()
            raise EnvironmentFailure(
                "The watchdog did not start; its reason stands above on standard error. Tried: "
                f"{sys.executable} -m comm_pipeline.embedded.watchdog"
            )

    def _close(self) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            with suppress(BrokenPipeError):
                pipe.close()
        try:
            self._process.wait(EXIT_LIMIT_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
