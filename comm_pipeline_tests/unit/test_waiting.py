"""Waiting with a limit."""

import pytest

from comm_pipeline.embedded.waiting import first_true, wait_until
from comm_pipeline.errors import EnvironmentFailure


def test_the_first_true_value_is_returned() -> None:
    answers = iter([0, 0, 7, 8])
    assert wait_until(lambda: next(answers), 5, "seven", interval_seconds=0.001) == 7


def test_what_did_not_happen_is_named() -> None:
    with pytest.raises(EnvironmentFailure, match=r"Waited 0\.01 s in vain for a miracle\."):
        wait_until(lambda: False, 0.01, "a miracle", interval_seconds=0.001)


def test_the_condition_is_asked_once_even_without_time() -> None:
    assert wait_until(lambda: "yes", 0, "yes") == "yes"
    assert first_true(lambda: "", 0) == ""
