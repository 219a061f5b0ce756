"""Simulated recipients: what one of them does with one mail.

Nothing here is random: each choice is a hash of the seed, the address, the stage and the name of
the choice. The same mail is answered in the same way in every run.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from comm_pipeline.simulation.behaviour import Answer, Behaviour, StageBehaviour


class ReplyKind(StrEnum):
    """What a simulated recipient means to say."""

    ANSWER = "answer"
    OFF_TOPIC = "off_topic"
    OPT_OUT = "opt_out"


@dataclass(frozen=True, slots=True)
class ReceivedMail:
    """A mail as its recipient knows it; ``follow_up`` 0 is the message itself."""

    address: str
    template_id: str
    stage: str
    message_index: int
    follow_up: int


@dataclass(frozen=True, slots=True)
class SimulatedReply:
    """A reply that comes ``after`` the mail, in the template's own time (no delay factor).

    After one with ``is_last`` the recipient writes no more.
    """

    text: str
    after: timedelta
    kind: ReplyKind = ReplyKind.ANSWER
    is_last: bool = False


def reply_to(mail: ReceivedMail, behaviour: Behaviour, seed: str) -> SimulatedReply | None:
    """Return what the recipient answers to this mail, or None.

    Of all the mails of a stage a recipient answers one at most: the first message, or its first
    follow-up.
    """
    stage = behaviour.of_stage(mail.template_id, mail.stage)
    if stage is None:
        return None
    person = _Person(f"{seed}\n{mail.address}\n{mail.template_id}\n{mail.stage}")
    answered_step = 1 if person.draw("step") < stage.at_follow_up else 0
    if (mail.message_index, mail.follow_up) != (0, answered_step):
        return None
    said = _said(person, stage, behaviour)
    if said is None:
        return None
    kind, answer = said
    shortest, longest = stage.delay_hours
    after = timedelta(hours=shortest + person.draw("delay") * (longest - shortest))
    return SimulatedReply(answer.text, after, kind, answer.is_last)


@dataclass(frozen=True, slots=True)
class _Person:
    """The source of one recipient's choices in one stage."""

    seed: str

    def draw(self, choice: str) -> float:
        """Return a number from 0 to below 1 that stays the same for this choice."""
        digest = hashlib.sha256(f"{self.seed}\n{choice}".encode()).digest()
        return (int.from_bytes(digest[:8]) >> 11) / 2**53


def _said(
    person: _Person, stage: StageBehaviour, behaviour: Behaviour
) -> tuple[ReplyKind, Answer] | None:
    drawn = person.draw("kind") - stage.silent
    if drawn < 0:
        return None
    if drawn < stage.opt_out:
        text = _one_of(behaviour.opt_out_texts, person.draw("text"))
        return ReplyKind.OPT_OUT, Answer(text=text, is_last=True)
    if drawn < stage.opt_out + stage.off_topic or not stage.answers:
        text = _one_of(behaviour.off_topic_texts, person.draw("text"))
        return ReplyKind.OFF_TOPIC, Answer(text=text)
    return ReplyKind.ANSWER, _weighted(stage.answers, person.draw("text"))


def _one_of(texts: Sequence[str], drawn: float) -> str:
    return texts[int(drawn * len(texts))]


def _weighted(answers: Sequence[Answer], drawn: float) -> Answer:
    left = drawn * sum(answer.weight for answer in answers)
    for answer in answers:
        left -= answer.weight
        if left < 0:
            return answer
    return answers[-1]  # rounding may leave nothing over
