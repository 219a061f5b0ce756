"""What a stage does with a recipient who never answers, found by deciding it step by step.

The rules are those of ``domain.decision``; nothing of them is repeated here. Durations are as
written: the stage delay factor changes all of them alike.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from comm_pipeline.domain.conversations import Conversation, StageVisit
from comm_pipeline.domain.decision import (
    Advance,
    CampaignFacts,
    Complete,
    Decision,
    Escalate,
    Send,
    Wait,
    decide,
)
from comm_pipeline.domain.ids import CampaignId, RecipientId, StageName, conversation_id
from comm_pipeline.domain.messages import RenderedText
from comm_pipeline.domain.statuses import ConversationStatus
from comm_pipeline.domain.templates import CampaignTemplate, Stage
from comm_pipeline.domain.transition import with_message, without_message

#: Any instant will do: only what lies between instants is read.
_START: Final = datetime(2000, 1, 3, tzinfo=UTC)
_FACTS: Final = CampaignFacts(delay_factor=1.0)
_CAMPAIGN: Final = CampaignId("silent")
_TEXT: Final = RenderedText(subject="-", text="-")
#: Steps after which a stage is given up; each message and each wait is one.
_MOST_STEPS: Final = 250


class Ending(StrEnum):
    """How a stage ends for a recipient who never answers."""

    ADVANCES = "advances"
    FAILS = "fails"
    CALLS_A_PERSON = "calls a person"
    NEVER = "never"
    NOT_KNOWN = "not known"


@dataclass(frozen=True, slots=True)
class SilentMessage:
    """A message said into silence; ``hours`` after entering the stage."""

    hours: float
    message_index: int
    follow_up: int


@dataclass(frozen=True, slots=True)
class SilentVisit:
    """A stage without an answer; ``hours`` is how long it lasts, ``rule`` what ends it."""

    messages: tuple[SilentMessage, ...]
    ending: Ending
    hours: float
    rule: str


def silent_visit(template: CampaignTemplate, stage: Stage) -> SilentVisit:
    """Return what a stage of the template does with a recipient who never answers.

    The ending is NOT_KNOWN, ``hours`` being those so far, where there are too many steps.
    """
    messages: list[SilentMessage] = []
    decision: Decision | None = None
    now = _START
    for now, decision in _decisions(_with_follower(template, stage), stage):
        if isinstance(decision, Send):
            messages.append(SilentMessage(_hours(now), decision.message_index, decision.follow_up))
    rule = "" if decision is None else decision.rule
    return SilentVisit(tuple(messages), _ending(decision), _hours(now), rule)


def _with_follower(template: CampaignTemplate, stage: Stage) -> CampaignTemplate:
    """Return a template of the stage and one to go on to, so that leaving it shows."""
    follower = Stage(name=StageName(f"{stage.name}, left"), title="")
    return CampaignTemplate(
        template_id=template.template_id,
        name=template.name,
        type=template.type,
        stages=(stage.model_copy(update={"skip_in_order": False}), follower),
        initial_stage=stage.name,
        responses=template.responses,
        follow_up_strategies=template.follow_up_strategies,
    )


def _decisions(template: CampaignTemplate, stage: Stage) -> Iterator[tuple[datetime, Decision]]:
    """Yield each decision with its time, up to the first that ends the stage."""
    conversation, now = _new_conversation(stage), _START
    for _ in range(_MOST_STEPS):
        decision = decide(conversation, template, _FACTS, now)
        yield now, decision
        if isinstance(decision, Send):
            conversation, _entry = with_message(conversation, decision, _TEXT, "localhost", now)
        elif isinstance(decision, Wait) and decision.until is not None:
            conversation = without_message(conversation, decision, now)
            now = max(decision.until, now + timedelta.resolution)
        else:
            return


def _new_conversation(stage: Stage) -> Conversation:
    recipient = RecipientId("nobody")
    return Conversation(
        id=conversation_id(_CAMPAIGN, recipient),
        user_id=recipient,
        campaign_id=_CAMPAIGN,
        campaign_type="",
        current_stage=stage.name,
        stages=(StageVisit(name=stage.name, entered_at=_START),),
        status=ConversationStatus.ACTIVE,
        created_at=_START,
        last_active=_START,
    )


def _ending(decision: Decision | None) -> Ending:
    match decision:
        case Advance():
            return Ending.ADVANCES
        case Complete():
            return Ending.FAILS
        case Escalate():
            return Ending.CALLS_A_PERSON
        case Wait(until=None):
            return Ending.NEVER
        case _:
            return Ending.NOT_KNOWN


def _hours(now: datetime) -> float:
    return (now - _START) / timedelta(hours=1)
