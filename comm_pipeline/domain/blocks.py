"""Why a conversation says nothing at an instant: every rule that stands in the way.

The same rules as in ``decision``, ``progression`` and ``gates``, asked one by one and not only
until the first, which is the one that ``decide`` names. Nothing here decides; it is what people are
told.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from comm_pipeline.domain.analysis import POSSIBLE_OPT_OUT
from comm_pipeline.domain.contact_calendar import ALWAYS_OPEN, ContactCalendar
from comm_pipeline.domain.conversations import Conversation
from comm_pipeline.domain.decision import (
    NOT_LEFT,
    CampaignFacts,
    Decision,
    DeliveryFact,
    PlannedMessage,
    Send,
    Wait,
    as_it_left,
    as_it_will_leave,
    decide,
    leaving_time,
    next_message,
)
from comm_pipeline.domain.engagement import engaged_stage
from comm_pipeline.domain.frequency import CapReached
from comm_pipeline.domain.progression import (
    Progression,
    Verdict,
    evaluate_progression,
    is_satisfied,
)
from comm_pipeline.domain.stage_order import stage_under_way
from comm_pipeline.domain.standstills import current_standstill
from comm_pipeline.domain.statuses import CampaignStatus
from comm_pipeline.domain.templates import CampaignTemplate, Stage

_NEVER_OPEN: Final = "the recipient's contact hours never open"

#: Rules by which an answer waits.
_OF_ANSWERS = frozenset({"answer", "approval", "contact_hours", "message_on_its_way"})


@dataclass(frozen=True, slots=True)
class Block:
    """A rule that keeps a conversation from speaking.

    ``clears_at`` is when it ends by itself; None: never, or not before something comes from
    outside (an answer, a person).
    """

    rule: str
    reason: str
    clears_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known from outside of a conversation; some of it as for gates."""

    campaign_status: CampaignStatus
    campaign: CampaignFacts
    starts_at: datetime | None = None
    delivery: DeliveryFact | None = None
    suppression: str | None = None
    cap: CapReached | None = None
    calendar: ContactCalendar = ALWAYS_OPEN
    doubt: str | None = None


def blocks(
    conversation: Conversation, template: CampaignTemplate, situation: Situation, now: datetime
) -> list[Block]:
    """Return all that keeps a conversation from speaking at ``now``, the strongest first."""
    found = list(_whole_conversation(conversation, situation, now))
    # What comes next is asked for when what is in its way by then has ended.
    free_at = max([now, *(block.clears_at for block in found if block.clears_at is not None)])
    if _awaits_answer(conversation):
        return [*found, *_answer(conversation, template, situation, free_at)]
    decision = _decided(conversation, template, situation, now)
    if not conversation.is_active or not _would_speak(decision):
        return found
    conversation = as_it_left(conversation, situation.delivery)
    waiting = list(_on_its_way(conversation, stage_under_way(conversation, template), situation))
    found += waiting
    if conversation.current_stage not in template.stage_names:
        return found
    free_at = max([free_at, *(block.clears_at for block in waiting if block.clears_at is not None)])
    stage = engaged_stage(conversation, template)
    if waiting:
        conversation = as_it_will_leave(conversation, situation.delivery, now)
    return [*found, *_stage(conversation, stage, situation, now, free_at)]


def _decided(
    conversation: Conversation, template: CampaignTemplate, situation: Situation, at: datetime
) -> Decision:
    campaign, delivery, calendar = situation.campaign, situation.delivery, situation.calendar
    return decide(conversation, template, campaign, at, delivery, calendar)


def _awaits_answer(conversation: Conversation) -> bool:
    answering = conversation.answering
    return conversation.is_active and answering is not None and answering.pending is not None


def _answer(
    conversation: Conversation,
    template: CampaignTemplate,
    situation: Situation,
    free_at: datetime,
) -> Iterator[Block]:
    """Yield what keeps the answer to a reply back; nothing else is said before it.

    ``free_at`` is when nothing before it is in its way.
    """
    decision = _decided(conversation, template, situation, free_at)
    if isinstance(decision, Wait) and decision.rule in _OF_ANSWERS:
        yield Block(decision.rule, decision.reason, decision.until)
    if situation.cap is not None:
        yield Block("frequency_cap", situation.cap.reason, situation.cap.clears_at)


def _would_speak(decision: Decision) -> bool:
    """Return whether something is said sooner or later; what is done at once has no obstacle."""
    return isinstance(decision, Wait | Send) or decision.rule == "contact_hours"


def _whole_conversation(
    conversation: Conversation, situation: Situation, now: datetime
) -> Iterator[Block]:
    """Yield what keeps it silent whatever its stage says, in the order in which that is asked."""
    status, ends_at = situation.campaign_status, situation.campaign.ends_at
    if status is not CampaignStatus.ACTIVE:
        is_ahead = status is CampaignStatus.SCHEDULED
        yield Block(
            "campaign_status",
            f"the campaign is {status}",
            situation.starts_at if is_ahead else None,
        )
    if not conversation.is_active:
        outcome = f" ({conversation.outcome})" if conversation.outcome else ""
        reason = f": {conversation.reason}" if conversation.reason else ""
        yield Block("not_active", f"the conversation is {conversation.status}{outcome}{reason}")
    if ends_at is not None and now >= ends_at:
        yield Block("campaign_end", f"the campaign ended at {ends_at:%Y-%m-%d %H:%M} UTC")
    if situation.suppression is not None:
        yield Block("suppression", f"the address is suppressed: {situation.suppression}")
    if situation.doubt is not None:
        yield Block(POSSIBLE_OPT_OUT, situation.doubt)
    standstill = current_standstill(conversation, now) if conversation.is_active else None
    if standstill is not None:
        yield Block(standstill.rule, standstill.reason, standstill.until)


def _on_its_way(conversation: Conversation, stage: Stage, situation: Situation) -> Iterator[Block]:
    delivery = situation.delivery
    if delivery is None or delivery.status not in NOT_LEFT:
        return
    if not is_satisfied(conversation.visit, stage):
        yield Block("message_on_its_way", f"the latest message is {delivery.status}", delivery.at)


def _stage(
    conversation: Conversation,
    stage: Stage,
    situation: Situation,
    now: datetime,
    free_at: datetime,
) -> Iterator[Block]:
    factor = situation.campaign.delay_factor
    progression = evaluate_progression(conversation.visit, stage, factor, now)
    if progression.verdict is not Verdict.STAY:
        return
    planned = next_message(conversation, stage, factor)
    if planned is None:
        yield Block(progression.rule, progression.reason, progression.until)
    else:
        yield from _timing(planned, progression, situation, now, free_at)


def _timing(
    planned: PlannedMessage,
    progression: Progression,
    situation: Situation,
    now: datetime,
    free_at: datetime,
) -> Iterator[Block]:
    """Yield what keeps a planned message; ``free_at`` is when nothing before it is in its way."""
    what, calendar, cap = planned.send.reason, situation.calendar, situation.cap
    due_at = max(planned.at, free_at)
    leaves_at = leaving_time(planned.at, calendar, free_at)
    if leaves_at is None:
        yield Block("contact_hours", _NEVER_OPEN)
        return
    yield from _overtaken(what, leaves_at, progression, situation, now)
    if planned.at > now:
        yield Block(planned.send.rule, f"{what} is planned for later", planned.at)
    yield from _closed_hours(leaves_at, due_at, calendar, cap)
    if cap is not None and cap.clears_at > due_at:
        yield Block("frequency_cap", cap.reason, cap.clears_at)


def _closed_hours(
    leaves_at: datetime, due_at: datetime, calendar: ContactCalendar, cap: CapReached | None
) -> Iterator[Block]:
    """Yield that the hours are over at ``due_at``, or will be when the cap lets a message go."""
    closed_at = due_at if leaves_at > due_at else None
    opens_at: datetime | None = leaves_at
    if cap is not None:
        # It would leave in open hours: only a cap that holds it longer can meet closed ones.
        free_at = max(leaves_at, due_at, cap.clears_at)
        again = calendar.next_open(free_at)
        if again != free_at:
            opens_at, closed_at = again, closed_at or free_at
    if closed_at is not None:
        local = closed_at.astimezone(calendar.zone)
        reason = f"{local:%A %H:%M} in {calendar.zone.key} is not a time to write to them"
        yield Block("contact_hours", reason if opens_at else _NEVER_OPEN, opens_at)


def _overtaken(
    what: str,
    leaves_at: datetime,
    progression: Progression,
    situation: Situation,
    now: datetime,
) -> Iterator[Block]:
    """Yield why a message is never said that would leave after the end of campaign or stage."""
    ends_at = situation.campaign.ends_at
    if ends_at is not None and now < ends_at < leaves_at:
        yield Block("campaign_end", f"{what} would come after the campaign's end")
    elif progression.until is not None and now < progression.until < leaves_at:
        reason = f"{progression.reason}; the stage ends before {what} could leave"
        yield Block(progression.rule, reason)
