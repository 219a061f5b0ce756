"""What MongoDB refuses or fails to do, in words that say what to do about it.

Only failures that somebody has to know of are told so; the others stay what they are.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from pymongo.errors import (
    AutoReconnect,
    NotPrimaryError,
    OperationFailure,
    PyMongoError,
    ServerSelectionTimeoutError,
)

from comm_pipeline.errors import EnvironmentFailure
from comm_pipeline.settings.secret import without_uri_secrets

_NO_PRIMARY: Final = (
    "MongoDB has no primary at the moment; nothing is lost, and the next run goes on by itself "
    "once it has one"
)
_NO_RIGHTS: Final = (
    "MongoDB does not let the user of MONGODB_URI do this; give it the role readWrite on the "
    "database, or correct MONGODB_URI"
)
_NO_LOGIN: Final = (
    "MongoDB refuses the user of MONGODB_URI; correct user, password and authSource there"
)
_NO_SPACE: Final = (
    "the disk of MongoDB is full; make space there: nothing is lost, and the next run goes on"
)
#: Said whenever nobody is there.
NO_ANSWER: Final = (
    "MongoDB does not answer; start it (`make dev` starts the embedded one) or correct MONGODB_URI"
)
_NO_CONNECTION: Final = (
    "the connection to MongoDB broke; nothing is lost, and the next run goes on by itself. If it "
    "breaks again and again, look at the network and at MongoDB's log"
)
#: What the driver adds to its words: its settings, and how it sees every server.
_ASIDES: Final = re.compile(r" \(configured timeouts: |, Timeout: |, full error: ")
#: A command that the server quotes, after its name and its collection: then comes what it holds.
_COMMAND: Final = re.compile(r"( to execute command \{ [^,{}]*).*", re.DOTALL)
#: Answers of the server, by their codes:
#: https://www.mongodb.com/docs/manual/reference/error-codes/
_BY_CODE: Final[Mapping[int, str]] = {
    13: _NO_RIGHTS,  # Unauthorized
    18: _NO_LOGIN,  # AuthenticationFailed
    8000: _NO_LOGIN,  # the same of Atlas
    91: _NO_PRIMARY,  # ShutdownInProgress
    189: _NO_PRIMARY,  # PrimarySteppedDown
    10107: _NO_PRIMARY,  # NotWritablePrimary
    11600: _NO_PRIMARY,  # InterruptedAtShutdown
    11602: _NO_PRIMARY,  # InterruptedDueToReplStateChange
    14031: _NO_SPACE,  # OutOfDiskSpace
}


def remedy_for(error: PyMongoError) -> str | None:
    """Return what is wrong and what to do, None if MongoDB is as it should be."""
    if isinstance(error, OperationFailure) and error.code is not None and error.code in _BY_CODE:
        return _BY_CODE[error.code]
    if isinstance(error, NotPrimaryError):
        return _NO_PRIMARY
    if isinstance(error, ServerSelectionTimeoutError):
        return NO_ANSWER
    if isinstance(error, AutoReconnect):
        return _NO_CONNECTION
    return None


def words_of(error: BaseException | None, uri: str) -> str:
    """Return what the driver says, without what is secret in ``uri`` and without its asides."""
    words = _COMMAND.sub(r"\1, ... }", _ASIDES.split(str(error), maxsplit=1)[0])
    return without_uri_secrets(words, uri)


@contextmanager
def failures_explained(uri: str) -> Iterator[None]:
    """Raise EnvironmentFailure that says what to do for what MongoDB fails to do in the block.

    What is secret in ``uri`` is not in it.
    """
    try:
        yield
    except (PyMongoError, ExceptionGroup) as error:
        cause = _first_of(error)
        remedy = remedy_for(cause) if cause is not None else None
        if remedy is None:
            raise
        raise EnvironmentFailure(f"{remedy}: {words_of(cause, uri)}") from error


def _first_of(error: Exception) -> PyMongoError | None:
    """Return the first failure of MongoDB in what a group of tasks raised together."""
    if isinstance(error, ExceptionGroup):
        found = (_first_of(inner) for inner in error.exceptions)
        return next((one for one in found if one is not None), None)
    return error if isinstance(error, PyMongoError) else None
