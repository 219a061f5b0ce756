"""The circuit breaker of a provider: when it fails, it is left alone for a while, then tried once.

::

    closed     messages are offered
      │ too many failures in a row, or too large a share of failures lately
      ▼
    open       nothing is offered for 30 s; after each failed probe twice as long, up to 15 min
      │ the time is over and somebody asks
      ▼
    half_open  exactly one message, the probe, is offered; success closes, failure opens again

Who gets the probe gets a token. Only answers that show it change a breaker that is not closed: a
message offered before it opened says nothing of now. A probe has a deadline, after which it is
given to somebody else, because its process may have died: half of the time to begin the offer, half
for the longest call that there is.

What a provider's answer means here is for the caller to say: ``BAD`` is one that every message
would get now (no connection, time over, 421, no login, throttled), ``GOOD`` one that shows that the
provider works (accepted, no such mailbox), ``NEUTRAL`` what says nothing about it.

Instants come from machines whose clocks differ: a time to wait that is longer than any that is
given comes from a clock that was wrong, and is over.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final

from pydantic import BaseModel, ConfigDict

from comm_pipeline.domain.answer_counts import AnswerCount, added_counts, with_answers
from comm_pipeline.domain.circuit_breaker_rules import BreakerRules
from comm_pipeline.domain.document import Instant


class ProviderAnswer(StrEnum):
    """What an answer says about the provider, whatever it says about the message."""

    GOOD = "good"
    BAD = "bad"
    NEUTRAL = "neutral"


class BreakerState(StrEnum):
    """Whether messages are offered to a provider."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


#: What may follow what; a half-open breaker stays so when its probe goes to somebody else.
BREAKER_TRANSITIONS: Final[Mapping[BreakerState, frozenset[BreakerState]]] = {
    BreakerState.CLOSED: frozenset({BreakerState.OPEN}),
    BreakerState.OPEN: frozenset({BreakerState.HALF_OPEN}),
    BreakerState.HALF_OPEN: frozenset(
        {BreakerState.CLOSED, BreakerState.OPEN, BreakerState.HALF_OPEN}
    ),
}


class Breaker(BaseModel):
    """What is known of one provider.

    ``until`` is the end of an open time or the deadline of a probe; ``openings`` how often it
    opened since it was closed last.
    """

    model_config = ConfigDict(frozen=True)

    state: BreakerState = BreakerState.CLOSED
    failures_in_a_row: int = 0
    counts: tuple[AnswerCount, ...] = ()
    openings: int = 0
    until: Instant | None = None
    probe: str | None = None
    reason: str | None = None

    @property
    def has_failures(self) -> bool:
        """Whether anything speaks against the provider."""
        return self.state is not BreakerState.CLOSED or any(one.bad for one in self.counts)


def wait_until(breaker: Breaker, now: datetime, rules: BreakerRules) -> datetime | None:
    """Return until when nothing may be offered; None if something may, be it a probe."""
    until = breaker.until
    if breaker.state is BreakerState.CLOSED or until is None:
        return None
    if not now < until <= now + rules.longest_open:
        return None
    return min(until, now + rules.look_again) if breaker.state is BreakerState.HALF_OPEN else until


def begin_probe(breaker: Breaker, token: str, now: datetime, rules: BreakerRules) -> Breaker:
    """Give the probe of a breaker whose time is over to the holder of ``token``."""
    return breaker.model_copy(
        update={"state": BreakerState.HALF_OPEN, "until": now + rules.probe_time, "probe": token}
    )


def answered(
    breaker: Breaker, answers: Sequence[ProviderAnswer], now: datetime, rules: BreakerRules
) -> Breaker:
    """Return the breaker after answers to messages that were no probe, oldest first."""
    if breaker.state is not BreakerState.CLOSED:
        return breaker
    for answer in answers:
        breaker = _counted(breaker, answer, now, rules)
        reason = _reason_to_open(breaker, rules)
        if reason:
            return _opened(breaker, reason, now, rules)
    return breaker


def probe_answered(
    breaker: Breaker, token: str, answer: ProviderAnswer, now: datetime, rules: BreakerRules
) -> Breaker:
    """Return the breaker after the probe's answer.

    One that says nothing, or an offer that was not made, gives the probe to whoever asks next. The
    answer of a probe that has been replaced changes nothing.
    """
    if breaker.state is not BreakerState.HALF_OPEN or breaker.probe != token:
        return breaker
    if answer is ProviderAnswer.GOOD:
        return Breaker()
    if answer is ProviderAnswer.BAD:
        return _opened(breaker, "the probe failed", now, rules)
    return breaker.model_copy(update={"until": None, "probe": None})


def with_good_counts(breaker: Breaker, good: Sequence[AnswerCount]) -> Breaker:
    """Return the breaker after good answers that were counted elsewhere."""
    if not good or breaker.state is not BreakerState.CLOSED:
        return breaker
    counts = added_counts(breaker.counts, good)
    return breaker.model_copy(update={"failures_in_a_row": 0, "counts": counts})


def _counted(
    breaker: Breaker, answer: ProviderAnswer, now: datetime, rules: BreakerRules
) -> Breaker:
    if answer is ProviderAnswer.NEUTRAL:
        return breaker
    is_bad = answer is ProviderAnswer.BAD
    counts = with_answers(breaker.counts, now, rules.share_window, good=not is_bad, bad=is_bad)
    row = breaker.failures_in_a_row + 1 if is_bad else 0
    return breaker.model_copy(update={"failures_in_a_row": row, "counts": counts})


def _reason_to_open(breaker: Breaker, rules: BreakerRules) -> str | None:
    if breaker.failures_in_a_row >= rules.failures_in_a_row:
        return f"{breaker.failures_in_a_row} failures in a row"
    bad = sum(one.bad for one in breaker.counts)
    answers = bad + sum(one.good for one in breaker.counts)
    if answers >= rules.fewest_answers and bad >= rules.failure_share * answers:
        return f"{bad} of the last {answers} answers were failures"
    return None


def _opened(breaker: Breaker, reason: str, now: datetime, rules: BreakerRules) -> Breaker:
    openings = breaker.openings + 1
    return Breaker(
        state=BreakerState.OPEN,
        openings=openings,
        until=now + rules.open_time(openings),
        reason=reason,
    )
