"""Virtual time."""

from datetime import timedelta

import pytest

from comm_pipeline.simulation.virtual_clock import VirtualClock
from comm_pipeline_tests.simulation_builders import START


def test_it_stands_still_until_it_jumps() -> None:
    clock = VirtualClock(START)
    assert (clock(), clock()) == (START, START)
    clock.jump_to(START + timedelta(days=90))
    assert clock() == START + timedelta(days=90)


def test_it_never_goes_back() -> None:
    clock = VirtualClock(START)
    with pytest.raises(ValueError, match="never goes back"):
        clock.jump_to(START - timedelta(milliseconds=1))
    assert clock() == START


def test_it_keeps_what_mongodb_keeps() -> None:
    clock = VirtualClock(START)
    clock.jump_to(START + timedelta(microseconds=1_999))
    assert clock() == START + timedelta(milliseconds=1)
