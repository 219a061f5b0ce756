"""Signals that end this process, made into exceptions so that `with` blocks are left in order."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def exit_on_signals() -> Iterator[None]:
    """Make SIGTERM and SIGHUP raise SystemExit(128 + number) inside, as Ctrl-C interrupts.

    Signals that somebody handles or ignores already (nohup) stay as they are; outside the main
    thread, where Python allows no handlers, nothing happens.
    """
    numbers = [
        number
        for number in (signal.SIGTERM, signal.SIGHUP)
        if _is_main_thread() and signal.getsignal(number) is signal.SIG_DFL
    ]
    for number in numbers:
        signal.signal(number, _raise_exit)
    try:
        yield
    finally:
        for number in numbers:
            signal.signal(number, signal.SIG_DFL)


@contextmanager
def interrupt_not_ignored() -> Iterator[None]:
    """Keep processes that are started inside from inheriting an ignored SIGINT.

    A shell starts background jobs so, and servers that save the handler they found (Dagster's) then
    ignore SIGTERM as well.
    """
    is_ignored = _is_main_thread() and signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    if is_ignored:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        if is_ignored:
            signal.signal(signal.SIGINT, signal.SIG_IGN)


def _is_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()


def _raise_exit(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - signal's signature
    raise SystemExit(128 + number)
