"""Being asked to stop: what has begun is finished, and nothing more is begun.

A process that is ended in order (SIGTERM) then leaves no message of which nobody knows whether it
was sent. A process that is killed does; see ``delivery``.
"""

import asyncio
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass
class StopRequest:
    """Whether somebody has asked this process to stop."""

    is_made: bool = False

    def make(self) -> None:
        """Ask for it."""
        self.is_made = True


@contextmanager
def stop_on_sigterm(stop: StopRequest) -> Iterator[None]:
    """Turn SIGTERM into a request to stop, for the block, inside a running event loop.

    Raises KeyboardInterrupt at the end of the block if it was asked for, so that what surrounds the
    block ends too. Outside the main thread, which alone hears signals, it does nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop, before = asyncio.get_running_loop(), signal.getsignal(signal.SIGTERM)
    loop.add_signal_handler(signal.SIGTERM, stop.make)
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGTERM)
        signal.signal(signal.SIGTERM, before)
    if stop.is_made:
        raise KeyboardInterrupt
