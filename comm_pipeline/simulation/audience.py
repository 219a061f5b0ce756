"""The simulated audience: who answers which message, when, and in which words.

Each person's reaction to each message is drawn from a source of its own, seeded by seed, person and
message. So the same seed gives the same reactions whatever the order of work, and another answer
rate changes who answers, not when and what the others write.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Protocol
from zoneinfo import ZoneInfo

from comm_pipeline.domain.templates import CampaignTemplate, Stage
from comm_pipeline.simulation.habits import Delay, Habits, StageHabits
from comm_pipeline.simulation.reply_texts import ReplyWriter
from comm_pipeline.simulation.waking_time import WakingTime

#: A mail program answers for somebody who is away after this many seconds, at most.
_AUTOMATIC_SECONDS = 120


@dataclass(frozen=True, slots=True)
class ReceivedMessage:
    """A message as it reached a simulated person; ``follow_up`` 0 is the message itself."""

    recipient_id: str
    stage: str
    message_index: int
    follow_up: int
    message_id: str
    address: str
    subject: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Reaction:
    """A reply that will be written at ``at``.

    ``is_automatic``: by a mail program, so it does not take the place of the person's own answer.
    After one with ``is_last`` the person writes no more.
    """

    at: datetime
    text: str
    is_automatic: bool = False
    is_last: bool = False


class Audience(Protocol):
    """Everybody who is written to."""

    def has_mailbox(self, recipient_id: str) -> bool:
        """Return whether messages to a person arrive; otherwise they bounce."""
        ...

    def react(self, message: ReceivedMessage, zone: ZoneInfo | None) -> Sequence[Reaction]:
        """Return the replies to a message, of somebody who lives in ``zone`` (None: unknown)."""
        ...


class HabitualAudience:
    """An audience that follows habits."""

    def __init__(self, template: CampaignTemplate, habits: Habits, seed: str) -> None:
        self._seed = seed
        self._stages: dict[str, tuple[Stage, StageHabits]] = {
            stage.name: (stage, habits.of_stage(stage.name)) for stage in template.stages
        }
        self._writer = ReplyWriter(template, habits)
        self._waking = WakingTime.of(habits.waking_hours)
        self._zone = ZoneInfo(habits.time_zone)
        self._bounce_rate = habits.bounce_rate

    def has_mailbox(self, recipient_id: str) -> bool:
        """Return whether messages to a person arrive; otherwise they bounce."""
        return self._random(recipient_id, "mailbox").random() >= self._bounce_rate

    def react(self, message: ReceivedMessage, zone: ZoneInfo | None) -> Sequence[Reaction]:
        """Return what a person, and their mail program, reply to a message."""
        stage, habits = self._stages[message.stage]
        event = f"{message.stage}:{message.message_index}:{message.follow_up}"
        rng = self._random(message.recipient_id, event)
        # All are drawn whatever they decide, so that one rate does not reshuffle the rest.
        away, kind, delay, seconds = rng.random(), rng.random(), rng.gauss(0, 1), rng.random()
        at = self._waking.after(message.at, _delay(habits.delay_hours, delay), zone or self._zone)
        reactions = []
        if away < habits.out_of_office_rate:
            soon = message.at + timedelta(seconds=1 + int(seconds * _AUTOMATIC_SECONDS))
            reactions.append(Reaction(soon, self._writer.out_of_office(rng), is_automatic=True))
        answer_rate = habits.answer_rate * habits.follow_up_factor**message.follow_up
        if kind < habits.opt_out_rate:
            reactions.append(Reaction(at, self._writer.opt_out(rng), is_last=True))
        elif kind < habits.opt_out_rate + answer_rate:
            reactions.append(Reaction(at, self._writer.answer(stage, habits, rng)))
        return reactions

    def _random(self, recipient_id: str, event: str) -> Random:
        return Random(f"{self._seed}:{recipient_id}:{event}")  # noqa: S311 - drawn, not secret


def _delay(delay: Delay, drawn: float) -> timedelta:
    """Return a log-normal delay, from a number of the standard normal distribution."""
    return timedelta(hours=min(delay.median * math.exp(delay.sigma * drawn), delay.maximum))
