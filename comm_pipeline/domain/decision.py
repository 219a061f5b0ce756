"""The one function that decides what a conversation does next.

``decide`` looks at a conversation, its template and what is known from outside, and returns a value
with its rule and reason. It performs nothing: ``domain.transition`` makes the next state of it, and
the worker service the rest. The order of the rules is the order of the functions in ``decide``.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from comm_pipeline.domain.conversations import Conversation, StageVisit, has_answered_since
from comm_pipeline.domain.ids import StageName
from comm_pipeline.domain.progression import (
    Progression,
    Verdict,
    current_message,
    evaluate_progression,
    is_satisfied,
)
from comm_pipeline.domain.statuses import DeliveryStatus, Outcome
from comm_pipeline.domain.templates import CampaignTemplate, Stage
from comm_pipeline.domain.timing import earliest, hours


@dataclass(frozen=True, slots=True)
class Send:
    """Say message ``message_index`` of the stage; ``follow_up`` 0 is the message itself."""

    rule: str
    reason: str
    message_index: int
    follow_up: int


@dataclass(frozen=True, slots=True)
class Advance:
    """Go on to ``next_stage``."""

    rule: str
    reason: str
    next_stage: StageName


@dataclass(frozen=True, slots=True)
class Escalate:
    """Hand over to a person; ``action`` is what the template asks for."""

    rule: str
    reason: str
    action: str


@dataclass(frozen=True, slots=True)
class Complete:
    """End, with an outcome."""

    rule: str
    reason: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Wait:
    """Do nothing before ``until``; None: nothing before something comes from outside."""

    rule: str
    reason: str
    until: datetime | None


Decision = Send | Advance | Escalate | Complete | Wait


@dataclass(frozen=True, slots=True)
class CampaignFacts:
    """What holds for every conversation of the campaign; ``delay_factor`` multiplies durations."""

    delay_factor: float
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DeliveryFact:
    """What became of the stage's latest message; ``at`` is when, or when it is tried again."""

    status: DeliveryStatus
    at: datetime | None


#: A message in one of these has not left yet, and nothing may be said after it.
_NOT_LEFT = frozenset({DeliveryStatus.QUEUED, DeliveryStatus.SENDING, DeliveryStatus.DEFERRED})
#: A message that left this soon after its commit left in time; the clock needs no correction.
_ON_TIME = timedelta(minutes=1)
#: How long to let a message that is due now make its way before looking again.
_LOOK_AGAIN = timedelta(seconds=30)


def decide(
    conversation: Conversation,
    template: CampaignTemplate,
    campaign: CampaignFacts,
    now: datetime,
    last_delivery: DeliveryFact | None = None,
) -> Decision:
    """Return what the conversation does at ``now``.

    ``last_delivery`` is the ledger's word on the stage's latest message; None if it is not known to
    wait. The time of its commit counts as the time it left, unless it left much later.
    """
    stage = template.stage(conversation.current_stage)
    conversation = as_it_left(conversation, last_delivery)
    return (
        _is_over(conversation)
        or _campaign_ends(campaign, now)
        or _completes(conversation, template)
        or _message_is_on_its_way(conversation, stage, campaign, last_delivery, now)
        or _follow_the_stage(conversation, template, stage, campaign, now)
    )


def as_it_left(conversation: Conversation, delivery: DeliveryFact | None) -> Conversation:
    """Return the conversation with its latest message at the time at which it really left.

    The clock of a stage counts from its first message, so that one moves with its own.
    """
    visit = conversation.visit
    sent_at = visit.last_sent_at
    if delivery is None or delivery.status in _NOT_LEFT or delivery.at is None or sent_at is None:
        return conversation
    if delivery.at - sent_at <= _ON_TIME:
        return conversation
    if visit.first_sent_at == sent_at:
        return conversation.with_visit(first_sent_at=delivery.at, last_sent_at=delivery.at)
    return conversation.with_visit(last_sent_at=delivery.at)


def _is_over(conversation: Conversation) -> Decision | None:
    if conversation.is_active:
        return None
    return Wait("not_active", f"the conversation is {conversation.status}", None)


def _campaign_ends(campaign: CampaignFacts, now: datetime) -> Decision | None:
    if campaign.ends_at is None or now < campaign.ends_at:
        return None
    return Complete("campaign_end", "the campaign has reached its end", Outcome.EXPIRED)


def _completes(conversation: Conversation, template: CampaignTemplate) -> Decision | None:
    wanted = template.completion.specific_response_received
    if wanted is None or wanted not in conversation.named_responses:
        return None
    return Complete(
        "specific_response_received", f"the response {wanted} was received", Outcome.SUCCESS
    )


def _message_is_on_its_way(
    conversation: Conversation,
    stage: Stage,
    campaign: CampaignFacts,
    delivery: DeliveryFact | None,
    now: datetime,
) -> Decision | None:
    """Say nothing after a message that has not left; a sufficient answer needs no waiting."""
    if delivery is None or delivery.status not in _NOT_LEFT:
        return None
    if is_satisfied(conversation.visit, stage):
        return None
    until = max(delivery.at or now, now) + _LOOK_AGAIN
    return Wait(
        "message_on_its_way",
        f"the latest message is {delivery.status}",
        earliest((until, campaign.ends_at)),
    )


def _follow_the_stage(
    conversation: Conversation,
    template: CampaignTemplate,
    stage: Stage,
    campaign: CampaignFacts,
    now: datetime,
) -> Decision:
    factor = campaign.delay_factor
    progression = evaluate_progression(conversation.visit, stage, factor, now)
    if progression.verdict is not Verdict.STAY:
        return _leave_stage(progression, conversation.visit, template, stage)
    planned = _next_message(conversation, stage, factor)
    if planned is not None and planned.at <= now:
        return planned.send
    planned_at = planned.at if planned else None
    until = earliest((progression.until, planned_at, campaign.ends_at))
    if planned is not None and planned.at == until:
        return Wait(planned.send.rule, f"next: {planned.send.reason}", until)
    return Wait(progression.rule, progression.reason, until)


def _leave_stage(
    progression: Progression, visit: StageVisit, template: CampaignTemplate, stage: Stage
) -> Decision:
    rule, reason = progression.rule, progression.reason
    if progression.verdict is Verdict.ESCALATE:
        return Escalate(rule, reason, stage.progression.escalation_action or "notify_manager")
    if progression.verdict is Verdict.FAIL:
        return Complete(rule, reason, Outcome.NO_RESPONSE)
    following = template.stage_after(stage.name)
    if following is not None:
        return Advance(rule, reason, following.name)
    return Complete("all_stages_completed", reason, _outcome_of_the_last(visit, template, stage))


def _outcome_of_the_last(visit: StageVisit, template: CampaignTemplate, stage: Stage) -> Outcome:
    """Return how a conversation ends that leaves its last stage."""
    is_answered = is_satisfied(visit, stage) or not stage.progression.response_required
    succeeds = is_answered and template.completion.all_stages_completed
    return Outcome.SUCCESS if succeeds else Outcome.NO_RESPONSE


@dataclass(frozen=True, slots=True)
class _Planned:
    at: datetime
    send: Send


def _next_message(conversation: Conversation, stage: Stage, factor: float) -> _Planned | None:
    """Return the next thing that the stage says if nothing happens before, or None.

    Follow-ups come before the next message; an answer since the last message cancels them.
    """
    visit = conversation.visit
    message = current_message(visit, stage)
    is_answered = has_answered_since(visit, visit.last_sent_at)
    if message is not None and not is_answered and not is_satisfied(visit, stage):
        number = visit.follow_ups_sent + 1
        if number <= (limit := stage.max_follow_ups(message)):
            assert visit.last_sent_at is not None
            at = visit.last_sent_at + hours(message.timing.follow_up_delay_hours, factor)
            reason = f"follow-up {number} of {limit}"
            return _Planned(at, Send("follow_up", reason, visit.next_message - 1, number))
    return _next_first(conversation, stage, factor)


def _next_first(conversation: Conversation, stage: Stage, factor: float) -> _Planned | None:
    visit = conversation.visit
    if visit.next_message >= len(stage.messages) or is_satisfied(visit, stage):
        return None
    message = stage.messages[visit.next_message]
    base = visit.last_response_at if visit.next_message else None
    base = max(filter(None, (base, visit.last_sent_at, visit.entered_at)))
    at = base + hours(message.timing.delay_hours, factor)
    reason = f"message {visit.next_message + 1} of {len(stage.messages)}"
    return _Planned(at, Send("message", reason, visit.next_message, 0))
