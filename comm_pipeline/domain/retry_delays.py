"""How long a deferred message waits for its next attempt: longer each time, and not all at once."""

import hashlib
from datetime import timedelta
from typing import Final

#: However often a message was deferred, it is tried again after about this long: a mail server that
#: was down for a night gets it the next morning.
LONGEST_DELAY: Final = timedelta(hours=6)
#: The share of a delay by which it may be longer.
MOST_JITTER: Final = 0.2
_STEPS: Final = 2**32


def retry_delay(first: timedelta, attempts: int, key: str) -> timedelta:
    """Return the delay after ``attempts`` attempts: doubled each time, and up to a fifth longer.

    How much longer follows from the message's key: messages that were deferred together come back
    spread over that time, and the same message always at the same.
    """
    delay = min(first * float(2 ** min(attempts - 1, 16)), LONGEST_DELAY)
    digest = hashlib.sha256(f"{key}:{attempts}".encode("utf-8", "replace")).digest()
    share = int.from_bytes(digest[:4], "big") / _STEPS
    return delay * (1 + MOST_JITTER * share)
