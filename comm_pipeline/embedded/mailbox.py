"""A folder of caught mails: one .eml file each, named in the order of arrival."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path
from typing import NamedTuple


class CaughtMail(NamedTuple):
    """One mail and the file that holds it; X-Envelope-From and -To say how it was addressed."""

    path: Path
    message: EmailMessage


class Mailbox:
    """Stores mails so that a reader sees whole ones only.

    ``clock`` gives nanoseconds since 1970. Several processes may write into one folder.
    """

    def __init__(self, directory: Path, clock: Callable[[], int] = time.time_ns) -> None:
        """Make the folder if it is not there."""
        self._directory = directory
        self._clock = clock
        self._last_ns = 0
        directory.mkdir(parents=True, exist_ok=True)

    def store(self, sender: str, recipients: Sequence[str], content: bytes) -> Path:
        """Write one mail and return its file; raises OSError."""
        path = self._directory / f"{self._next_name()}.eml"
        # A dot first: neither read_mails nor a person's *.eml finds it.
        unfinished = self._directory / f".{path.name}.tmp"
        try:
            unfinished.write_bytes(_envelope_headers(sender, recipients) + content)
            unfinished.replace(path)
        except OSError:
            unfinished.unlink(missing_ok=True)
            raise
        return path

    def _next_name(self) -> str:
        # A clock that is set back does not change the order of arrival.
        self._last_ns = max(self._clock(), self._last_ns + 1)
        return f"{self._last_ns:020d}-{os.getpid()}"


def read_mails(directory: Path) -> Iterator[CaughtMail]:
    """Read the mails of a folder in the order of arrival; none if there is no such folder."""
    parser = BytesParser(policy=default)
    for path in sorted(directory.glob("*.eml")):
        with path.open("rb") as file:
            yield CaughtMail(path, parser.parse(file))


def _envelope_headers(sender: str, recipients: Sequence[str]) -> bytes:
    lines = [f"X-Envelope-From: {sender}"]
    lines += [f"X-Envelope-To: {recipient}" for recipient in recipients]
    return "".join(f"{line}\r\n" for line in lines).encode("utf-8", "surrogateescape")
