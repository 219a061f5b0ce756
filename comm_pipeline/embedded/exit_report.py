"""How an ended process is told to a person: its exit status in words and its last log lines."""

import signal
from pathlib import Path

import click

TAIL_BYTES = 16_384


def describe_exit_status(status: int | None) -> str:
    """Put a `Popen.returncode` into words; None is a process whose status nobody can know."""
    if status is None:
        return "an unknown exit status"
    if status >= 0:
        return f"exit status {status}"
    try:
        return f"signal {signal.Signals(-status).name}"
    except ValueError:
        return f"signal {-status}"


def last_lines(log_file: Path, count: int = 10) -> list[str]:
    """Return up to `count` last lines of a log, without colours; it may be large, or be missing."""
    try:
        with log_file.open("rb") as log:
            size = log.seek(0, 2)
            log.seek(max(0, size - TAIL_BYTES))
            text = log.read().decode(errors="replace")
    except FileNotFoundError:
        return []
    return click.unstyle(text).splitlines()[-count:]
