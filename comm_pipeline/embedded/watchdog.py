"""The process that ends the others when their supervisor dies without doing it.

Run as `python -m comm_pipeline.embedded.watchdog VARIABLE SECONDS`: VARIABLE is the environment
variable that marks the supervisor's children, SECONDS what they get to end by themselves. It says
`ready` on standard output and then reads:

    add PID       end this process and its descendants too
    remove PID    its end has been seen to
    done          everything has been seen to: exit

When standard input ends without `done`, the supervisor is dead, for whatever reason.
"""

import signal
import sys
from contextlib import suppress
from typing import TextIO

from comm_pipeline.embedded.family import Family, Mark


def main(variable: str, limit_seconds: float) -> None:
    """Follow the orders on standard input; end the family if they stop coming."""
    # Only the supervisor's death or its word ends a watchdog; it then never outlives its work.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    family = Family(mark=Mark(variable))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    if not has_been_dismissed(sys.stdin, family):
        end_orphans(family, limit_seconds)


def has_been_dismissed(orders: TextIO, family: Family) -> bool:
    """Follow orders until `done` (True) or until there can be no more (False)."""
    for line in orders:
        match line.split():
            case ["add", pid]:
                family.add(int(pid))
            case ["remove", pid]:
                family.discard(int(pid))
            case ["done"]:
                return True
            case _:  # half a line: the supervisor died while it wrote
                return False
    return False


def end_orphans(family: Family, limit_seconds: float) -> None:
    """End the whole family, and say so to whoever still reads the terminal."""
    count = len(family.members())
    survivors = family.end(signal.SIGTERM, limit_seconds)
    with suppress(OSError):
        sys.stderr.write(
            f"comm_pipeline: the supervisor died; ended {count} of its processes"
            + (f"; could not end {sorted(survivors)}" if survivors else "")
            + ".\n"
        )
        sys.stderr.flush()


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
