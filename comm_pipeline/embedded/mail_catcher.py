"""A real SMTP server on loopback that delivers nothing and keeps every mail as a file.

In a test it is a context manager; beside ``comm-pipeline dev`` it is a process of its own:
``python -m comm_pipeline.embedded.mail_catcher --directory .comm_pipeline/mail``.
"""

import asyncio
import os
import signal
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

import click
from pydantic import BaseModel, ConfigDict, ValidationError

from comm_pipeline.embedded.mail_server import serve
from comm_pipeline.embedded.mailbox import CaughtMail, read_mails
from comm_pipeline.embedded.ports import LOOPBACK
from comm_pipeline.errors import EnvironmentFailure

__all__ = ["CaughtMail", "MailCatcher", "MailCatcherState", "read_mails", "read_state"]

_READY_SECONDS = 10.0


class MailCatcher:
    """The server in a thread of its own, running inside ``with``; ``port`` 0 takes a free one."""

    def __init__(self, directory: Path, host: str = LOOPBACK, port: int = 0) -> None:
        self.directory = directory
        self.host = host
        self.port = port
        self._thread = threading.Thread(target=self._run, name="mail catcher", daemon=True)
        self._settled = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._failure: BaseException | None = None

    def __enter__(self) -> Self:
        """Return once it listens, its ``port`` known; raises EnvironmentFailure if it cannot."""
        self._thread.start()
        if not self._settled.wait(_READY_SECONDS):
            raise EnvironmentFailure(f"The mail catcher was not ready within {_READY_SECONDS} s.")
        if self._failure is not None:
            self._thread.join()
            raise self._failure
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close every connection and the port."""
        if self._loop is not None and self._stop is not None:
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def mails(self) -> list[CaughtMail]:
        """Return what has been caught so far, in the order of arrival."""
        return list(read_mails(self.directory))

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:
            self._failure = error
        finally:
            self._settled.set()

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        await serve(self.directory, self.host, self.port, self._ready, self._stop)

    def _ready(self, port: int) -> None:
        self.port = port
        self._settled.set()


class MailCatcherState(BaseModel):
    """What the state file says about a mail catcher that listens."""

    model_config = ConfigDict(frozen=True)

    host: str
    port: int
    pid: int
    directory: Path


def read_state(state_file: Path) -> MailCatcherState | None:
    """Return what a running mail catcher has written; None if there is no such (or an old) file.

    The file is removed when the process ends in order, so after kill -9 it may be stale.
    """
    try:
        return MailCatcherState.model_validate_json(state_file.read_bytes())
    except (FileNotFoundError, ValidationError):
        return None


@click.command()
@click.option("--directory", type=click.Path(path_type=Path), required=True, help="For the mails.")
@click.option("--host", default=LOOPBACK, show_default=True)
@click.option("--port", default=0, show_default="a free one")
@click.option(
    "--state-file",
    type=click.Path(path_type=Path),
    help="Written when ready.  [default: mail_catcher.json beside the directory]",
)
def main(directory: Path, host: str, port: int, state_file: Path | None) -> None:
    """Catch mails until SIGTERM or Ctrl-C."""
    directory = directory.resolve()
    state_file = state_file or directory.parent / "mail_catcher.json"
    state_file.unlink(missing_ok=True)
    try:
        asyncio.run(_serve(directory, host, port, state_file))
    except EnvironmentFailure as error:
        raise click.ClickException(str(error)) from error
    finally:
        state_file.unlink(missing_ok=True)


async def _serve(directory: Path, host: str, port: int, state_file: Path) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)

    def ready(actual_port: int) -> None:
        state = MailCatcherState(host=host, port=actual_port, pid=os.getpid(), directory=directory)
        _write(state_file, state)
        click.echo(f"Mail catcher on {host}:{actual_port}, mails in {directory}")

    await serve(directory, host, port, ready, stop)


def _write(state_file: Path, state: MailCatcherState) -> None:
    unfinished = state_file.with_suffix(".tmp")
    unfinished.write_text(state.model_dump_json())
    unfinished.replace(state_file)


if __name__ == "__main__":
    main()
