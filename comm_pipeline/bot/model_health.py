"""How the service of a language model is: one that fails is left alone for a while.

The breaker is the one of ``domain.circuit_breaker``, kept for as long as the process works.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from comm_pipeline.domain.circuit_breaker import (
    Breaker,
    BreakerState,
    ProviderAnswer,
    answered,
    begin_probe,
    probe_answered,
    wait_until,
)
from comm_pipeline.domain.circuit_breaker_rules import BreakerRules

_LONGEST_OPEN: Final = timedelta(minutes=15)


class ModelHealth:
    """Says when the model may be asked. ``timeout_seconds`` is the longest that a call takes."""

    def __init__(self, timeout_seconds: float, clock: Callable[[], datetime]) -> None:
        longest = timedelta(seconds=timeout_seconds)
        self._rules = BreakerRules(
            longest_call=longest, longest_open=max(_LONGEST_OPEN, 2 * longest)
        )
        self._clock = clock
        self._breaker = Breaker()
        self._probes = 0

    def begin(self) -> str | datetime:
        """Return a token for a call that may be made, or until when none may.

        The token is empty unless the call is the one that finds out whether the service is back.
        """
        now = self._clock()
        until = wait_until(self._breaker, now, self._rules)
        if until is not None:
            return until
        if self._breaker.state is BreakerState.CLOSED:
            return ""
        self._probes += 1
        self._breaker = begin_probe(self._breaker, str(self._probes), now, self._rules)
        return str(self._probes)

    def end(self, token: str, answer: ProviderAnswer) -> None:
        """Note what a call that was begun says of the service."""
        now = self._clock()
        if token:
            self._breaker = probe_answered(self._breaker, token, answer, now, self._rules)
        else:
            self._breaker = answered(self._breaker, [answer], now, self._rules)
