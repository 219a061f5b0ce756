"""When a circuit breaker opens, and for how long."""

from datetime import timedelta
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class BreakerRules(BaseModel):
    """The numbers that a breaker goes by; the same for all processes.

    It opens after ``failures_in_a_row``, or when of at least ``fewest_answers`` in
    ``share_window`` the share ``failure_share`` or more were failures. ``longest_call`` is more
    than any call to the provider takes: a probe must be offered within as long, and is waited for
    twice as long. ``look_again`` is when the others ask whether it came back.
    """

    model_config = ConfigDict(frozen=True)

    failures_in_a_row: int = Field(default=5, ge=1)
    failure_share: float = Field(default=0.5, gt=0, le=1)
    fewest_answers: int = Field(default=20, ge=1)
    share_window: timedelta = Field(default=timedelta(minutes=1), ge=timedelta(seconds=1))
    first_open: timedelta = Field(default=timedelta(seconds=30), gt=timedelta())
    longest_open: timedelta = Field(default=timedelta(minutes=15), gt=timedelta())
    longest_call: timedelta = Field(default=timedelta(minutes=1), gt=timedelta())
    look_again: timedelta = Field(default=timedelta(seconds=10), gt=timedelta())

    @model_validator(mode="after")
    def _times_agree(self) -> Self:
        if self.longest_open < max(self.first_open, self.probe_time):
            raise ValueError(
                "longest_open: must not be shorter than first_open, nor than twice longest_call"
            )
        return self

    @property
    def probe_time(self) -> timedelta:
        """How long a probe is waited for before it goes to somebody else."""
        return 2 * self.longest_call

    def open_time(self, times: int) -> timedelta:
        """Return how long the breaker is open when it opens for the ``times``-th time in a row."""
        doublings = min(times - 1, 20)  # enough for any time, and no overflow
        return min(self.first_open * float(2**doublings), self.longest_open)
