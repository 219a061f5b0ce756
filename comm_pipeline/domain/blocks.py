"""Why a conversation says nothing at an instant: every rule that stands in the way.

The same rules as in ``decision``, ``progression`` and ``gates``, asked one by one and not only
until the first. Nothing here decides; it is what people are told.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from comm_pipeline.domain.contact_calendar import ALWAYS_OPEN, ContactCalendar
from comm_pipeline.domain.conversations import Conversation
from comm_pipeline.domain.decision import (
    NOT_LEFT,
    CampaignFacts,
    DeliveryFact,
    PlannedMessage,
    as_it_left,
    next_message,
)
from comm_pipeline.domain.engagement import engaged_stage
from comm_pipeline.domain.frequency import CapReached
from comm_pipeline.domain.progression import Verdict, evaluate_progression
from comm_pipeline.domain.standstills import current_standstill
from comm_pipeline.domain.statuses import CampaignStatus
from comm_pipeline.domain.templates import CampaignTemplate, Stage


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
    """What is known from outside of a conversation; ``suppression`` and ``cap`` as for gates."""

    campaign_status: CampaignStatus
    campaign: CampaignFacts
    starts_at: datetime | None = None
    delivery: DeliveryFact | None = None
    suppression: str | None = None
    cap: CapReached | None = None
    calendar: ContactCalendar = ALWAYS_OPEN


def blocks(
    conversation: Conversation, template: CampaignTemplate, situation: Situation, now: datetime
) -> list[Block]:
    """Return all that keeps a conversation from speaking at ``now``, the strongest first."""
    conversation = as_it_left(conversation, situation.delivery)
    found = [*_whole_campaign(situation, now), *_person(conversation, situation, now)]
    if not conversation.is_active or conversation.current_stage not in template.stage_names:
        return found
    stage = engaged_stage(conversation, template)
    return [*found, *_stage(conversation, stage, situation, now)]


def _whole_campaign(situation: Situation, now: datetime) -> Iterator[Block]:
    status, ends_at = situation.campaign_status, situation.campaign.ends_at
    if status is not CampaignStatus.ACTIVE:
        is_ahead = status is CampaignStatus.SCHEDULED
        yield Block(
            "campaign_status",
            f"the campaign is {status}",
            situation.starts_at if is_ahead else None,
        )
    if ends_at is not None and now >= ends_at:
        yield Block("campaign_end", f"the campaign ended at {ends_at:%Y-%m-%d %H:%M} UTC")


def _person(conversation: Conversation, situation: Situation, now: datetime) -> Iterator[Block]:
    if situation.suppression is not None:
        yield Block("suppression", f"the address is suppressed: {situation.suppression}")
    if not conversation.is_active:
        ended = conversation.outcome or conversation.status
        reason = f": {conversation.reason}" if conversation.reason else ""
        yield Block("not_active", f"the conversation is {conversation.status} ({ended}){reason}")
        return
    standstill = current_standstill(conversation, now)
    if standstill is not None:
        yield Block(standstill.rule, standstill.reason, standstill.until)


def _stage(
    conversation: Conversation, stage: Stage, situation: Situation, now: datetime
) -> Iterator[Block]:
    delivery, factor = situation.delivery, situation.campaign.delay_factor
    if delivery is not None and delivery.status in NOT_LEFT:
        yield Block("message_on_its_way", f"the latest message is {delivery.status}", delivery.at)
    progression = evaluate_progression(conversation.visit, stage, factor, now)
    if progression.verdict is not Verdict.STAY:
        return
    planned = next_message(conversation, stage, factor)
    if planned is None:
        yield Block(progression.rule, progression.reason, progression.until)
    else:
        yield from _timing(planned, situation, now)


def _timing(planned: PlannedMessage, situation: Situation, now: datetime) -> Iterator[Block]:
    what, calendar = planned.send.reason, situation.calendar
    if planned.at > now:
        yield Block(planned.send.rule, f"{what} is planned for later", planned.at)
    due_at = max(planned.at, now)
    opens_at = due_at if calendar is ALWAYS_OPEN else calendar.best_moment(due_at)
    if opens_at is None:
        yield Block("contact_hours", "the recipient's contact hours never open")
    elif opens_at > due_at:
        local = due_at.astimezone(calendar.zone)
        reason = f"{local:%A %H:%M} in {calendar.zone.key} is not a time to write to them"
        yield Block("contact_hours", reason, opens_at)
    cap, ends_at = situation.cap, situation.campaign.ends_at
    if cap is not None and cap.clears_at > due_at:
        yield Block("frequency_cap", cap.reason, cap.clears_at)
    if ends_at is not None and opens_at is not None and opens_at >= ends_at > now:
        yield Block("campaign_end", f"{what} would come after the campaign's end")
