"""What MongoDB fails to do, and what the operator is told."""

import pytest
from pymongo.errors import (
    AutoReconnect,
    DuplicateKeyError,
    NotPrimaryError,
    OperationFailure,
    PyMongoError,
    ServerSelectionTimeoutError,
)

from comm_pipeline.errors import EnvironmentFailure
from comm_pipeline.storage.failures import failures_explained, remedy_for

URI = "mongodb://ada:secret@localhost"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OperationFailure("not authorized on x", 13), "give it the role readWrite"),
        (OperationFailure("Authentication failed.", 18), "correct user, password and authSource"),
        (OperationFailure("no space", 14031), "make space there"),
        (OperationFailure("stepped down", 189), "the next run goes on by itself"),
        (NotPrimaryError("not primary"), "the next run goes on by itself"),
        (AutoReconnect("connection closed"), "look at the network and at MongoDB's log"),
        (ServerSelectionTimeoutError("nobody"), "does not answer; start it"),
    ],
)
def test_what_to_do_is_said(error: PyMongoError, words: str) -> None:
    assert words in (remedy_for(error) or "")


def test_no_command_is_told_with_what_it_holds() -> None:
    words = (
        'not authorized on x to execute command { insert: "c", documents: [{ text: "secret" }] }'
    )
    with pytest.raises(EnvironmentFailure) as caught, failures_explained(URI):
        raise OperationFailure(words, 13)
    assert str(caught.value).endswith('on x to execute command { insert: "c", ... }')


def test_what_is_no_fault_of_mongodb_stays_what_it_is() -> None:
    with pytest.raises(DuplicateKeyError), failures_explained(URI):
        raise DuplicateKeyError("twice", 11000)
    with pytest.raises(ExceptionGroup), failures_explained(URI):
        raise ExceptionGroup("tasks", [ValueError("ours")])


def test_the_cause_is_found_in_what_tasks_raised_together() -> None:
    inner = ExceptionGroup("inner", [AutoReconnect("connection closed")])
    with (
        pytest.raises(EnvironmentFailure, match="MongoDB broke"),
        failures_explained(URI),
    ):
        raise ExceptionGroup("tasks", [inner])
