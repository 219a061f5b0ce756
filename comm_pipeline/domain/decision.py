"""The one function that decides what a conversation does next.

``decide`` looks at a conversation, its template and what is known from outside, and returns a value
with its rule and reason. It performs nothing: ``domain.transition`` makes the next state of it, and
the worker service the rest. The order of the rules is the order of the functions in ``decide``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from comm_pipeline.domain.answers_plan import AnswerGuide, Kind, ends_conversation, plan_answer
from comm_pipeline.domain.answers_rules import answer_delay
from comm_pipeline.domain.answers_state import Answering, PendingAnswer
from comm_pipeline.domain.contact_calendar import ALWAYS_OPEN, ContactCalendar
from comm_pipeline.domain.conversations import (
    Conversation,
    StageVisit,
    has_answered_since,
    latest_answer_key,
    message_key_in,
)
from comm_pipeline.domain.engagement import engaged_stage
from comm_pipeline.domain.ids import MessageKey, StageName, answer_key
from comm_pipeline.domain.progression import (
    Progression,
    Verdict,
    current_message,
    evaluate_progression,
    is_satisfied,
    is_still_there,
)
from comm_pipeline.domain.stage_order import stage_after, stage_after_removed, stage_under_way
from comm_pipeline.domain.standstills import current_standstill
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
class Answer:
    """Answer the reply that waits, with the texts of the guide that ``parts`` name, in order.

    ``needs_approval``: a person has to approve it first. ``ends``: the conversation ends with it.
    """

    rule: str
    reason: str
    parts: tuple[str, ...]
    needs_approval: bool = False
    ends: bool = False


@dataclass(frozen=True, slots=True)
class Silence:
    """Leave the reply that waits without an answer, and go on."""

    rule: str
    reason: str


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


Decision = Send | Answer | Silence | Advance | Escalate | Complete | Wait


@dataclass(frozen=True, slots=True)
class CampaignFacts:
    """What holds for every conversation of the campaign; ``delay_factor`` multiplies durations."""

    delay_factor: float
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DeliveryFact:
    """What became of the stage's latest message; ``at`` is when, or when it is tried again.

    ``key`` says which message it is; None: the latest, be it an answer or a message of the stage.
    """

    status: DeliveryStatus
    at: datetime | None
    key: MessageKey | None = None


#: A message in one of these has not left yet, and nothing may be said after it.
NOT_LEFT = frozenset({DeliveryStatus.QUEUED, DeliveryStatus.SENDING, DeliveryStatus.DEFERRED})
#: A message in one of these moves no clock: what was withheld because of an answer is no question.
_DID_NOT_LEAVE = NOT_LEFT | {DeliveryStatus.CANCELLED, DeliveryStatus.SUPPRESSED}
#: A message that left this soon after its commit left in time; the clock needs no correction.
_ON_TIME = timedelta(minutes=1)
_NEVER_OPEN = "the recipient's contact hours never open"
#: How long to let a message that is due now make its way before looking again.
_LOOK_AGAIN = timedelta(seconds=30)
#: How long after a message the next one is decided, if that is due as well: not in the same pass.
NEXT_PASS = timedelta(seconds=1)


def decide(
    conversation: Conversation,
    template: CampaignTemplate,
    campaign: CampaignFacts,
    now: datetime,
    last_delivery: DeliveryFact | None = None,
    calendar: ContactCalendar = ALWAYS_OPEN,
) -> Decision:
    """Return what the conversation does at ``now``.

    ``last_delivery`` is the ledger's word on the message that must leave before another one (see
    ``awaited_messages``); None if it is not known to wait. The time of its commit counts as the
    time it left, unless it left much later.
    ``calendar`` says when this recipient may be written to.
    """
    conversation = as_it_left(conversation, last_delivery)
    ended = (
        _is_over(conversation)
        or _campaign_ends(campaign, now)
        or _completes(conversation, template)
        or _stands_still(conversation, campaign, now)
    )
    if ended is not None:
        return ended
    if conversation.answering is not None and conversation.answering.pending is not None:
        if (waits := _message_leaves_now(campaign, last_delivery, now)) is not None:
            return waits
        return _answer(conversation, conversation.answering, template, campaign, calendar, now)
    stage = stage_under_way(conversation, template)
    waits = _message_is_on_its_way(conversation, stage, campaign, last_delivery, now)
    leaves = waits or _leave_removed_stage(conversation, template)
    if leaves is not None:
        return leaves
    stage = engaged_stage(conversation, template)
    return _follow_the_stage(conversation, template, stage, campaign, calendar, now)


def after_message(decision: Decision, now: datetime) -> Decision:
    """Return what follows a message that was decided at ``now`` and has not left yet.

    Another message waits: two that leave beside each other may arrive in any order, and a provider
    or a cap may hold the first one alone. A call for a person waits, too: it would hold the message
    back. By the next pass the ledger knows what became of it.
    """
    if not isinstance(decision, Send | Answer | Escalate):
        return decision
    reason = f"the message before it leaves first; next: {decision.reason}"
    return Wait("message_on_its_way", reason, now + NEXT_PASS)


def as_it_left(conversation: Conversation, delivery: DeliveryFact | None) -> Conversation:
    """Return the conversation with its latest message at the time at which it really left.

    The clock of a stage counts from its first message, so that one moves with its own.
    """
    if delivery is None or delivery.at is None or delivery.status in _DID_NOT_LEAVE:
        return conversation
    visit, answer = conversation.visit, latest_answer_key(conversation)
    if answer is not None and delivery.key in (None, answer):
        is_late = _is_late(delivery.at, visit.attended_at)
        return conversation.with_visit(attended_at=delivery.at) if is_late else conversation
    if not _is_late(delivery.at, visit.last_sent_at):
        return conversation
    if delivery.key not in (None, message_key_in(visit, conversation)):
        return conversation
    if visit.first_sent_at == visit.last_sent_at:
        return conversation.with_visit(first_sent_at=delivery.at, last_sent_at=delivery.at)
    return conversation.with_visit(last_sent_at=delivery.at)


def _is_late(left_at: datetime, said_at: datetime | None) -> bool:
    return said_at is not None and left_at - said_at > _ON_TIME


def as_it_will_leave(
    conversation: Conversation, delivery: DeliveryFact | None, now: datetime
) -> Conversation:
    """Return the conversation as it will be when a message that waits has left, at its next offer.

    One that has left: ``as_it_left``.
    """
    if delivery is not None and delivery.status in NOT_LEFT:
        delivery = replace(delivery, status=DeliveryStatus.SENT, at=max(delivery.at or now, now))
    return as_it_left(conversation, delivery)


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


def _answer(
    conversation: Conversation,
    answering: Answering,
    template: CampaignTemplate,
    campaign: CampaignFacts,
    calendar: ContactCalendar,
    now: datetime,
) -> Decision:
    """Answer the reply that waits, when its time has come, or say why not; see ``answers_plan``."""
    pending = answering.pending
    assert pending is not None
    guide = template.answer_guide(pending.stage)
    if guide is None:
        return Silence("no_answers", "the template says nothing of answers any more")
    if pending.is_answered:
        return Complete("end_on", "the answer ends the conversation", Outcome.NO_RESPONSE)
    if pending.proposal is not None and not pending.proposal.is_approved:
        return Wait("approval", "the answer waits for a person's approval", campaign.ends_at)
    planned = _planned_answer(conversation, answering, pending, guide, template, now)
    if not isinstance(planned, Answer) or planned.needs_approval:
        return planned
    key = answer_key(conversation.id, pending.stage, pending.reply_id)
    due_at = pending.at + answer_delay(key, guide.rules, campaign.delay_factor)
    return _answer_or_wait(planned, due_at, campaign, calendar, now)


def _answer_or_wait(
    planned: Answer,
    due_at: datetime,
    campaign: CampaignFacts,
    calendar: ContactCalendar,
    now: datetime,
) -> Decision:
    opens_at = calendar.next_open(max(due_at, now))
    if opens_at is None:
        return Complete("contact_hours", f"an answer is due: {_NEVER_OPEN}", Outcome.ERROR)
    if opens_at <= now:
        return planned
    rule = "answer" if opens_at == due_at else "contact_hours"
    until = earliest((opens_at, campaign.ends_at))
    return Wait(rule, f"next: {planned.reason}", until)


def _planned_answer(
    conversation: Conversation,
    answering: Answering,
    pending: PendingAnswer,
    guide: AnswerGuide,
    template: CampaignTemplate,
    now: datetime,
) -> Decision:
    ends = ends_conversation(pending, guide.rules)
    if pending.proposal is not None:
        return Answer("approval", "a person approved it", pending.proposal.parts, ends=ends)
    known = conversation.context.get("response")
    values = known if isinstance(known, Mapping) else {}
    plan = plan_answer(answering, pending, guide, values, now)
    match plan.kind:
        case Kind.ANSWER:
            needs_approval = guide.rules.approval
            return Answer(plan.rule, plan.reason, plan.parts, needs_approval, ends)
        case Kind.SILENCE:
            return Silence(plan.rule, plan.reason)
        case Kind.END:
            return Complete(plan.rule, plan.reason, Outcome.NO_RESPONSE)
        case Kind.ESCALATE:
            return Escalate(plan.rule, plan.reason, escalation_action(conversation, template))


def escalation_action(conversation: Conversation, template: CampaignTemplate) -> str:
    """Return what the template asks for when a person is called in the stage under way."""
    stage = stage_under_way(conversation, template)
    return stage.progression.escalation_action or "notify_manager"


def _stands_still(
    conversation: Conversation, campaign: CampaignFacts, now: datetime
) -> Decision | None:
    """Say nothing while somebody is away, or a message of ours has just not arrived."""
    found = current_standstill(conversation, now)
    if found is None:
        return None
    return Wait(found.rule, found.reason, earliest((found.until, campaign.ends_at)))


def _leave_removed_stage(conversation: Conversation, template: CampaignTemplate) -> Decision | None:
    """Go on from a stage that a newer version of the template no longer has."""
    name = conversation.current_stage
    if name in template.stage_names:
        return None
    reason = f"the stage {name} is not in the template any more"
    following = stage_after_removed(conversation, template)
    if following is not None:
        return Advance("stage_removed", reason, following.name)
    return Complete("stage_removed", reason, Outcome.NO_RESPONSE)


def _message_is_on_its_way(
    conversation: Conversation,
    stage: Stage,
    campaign: CampaignFacts,
    delivery: DeliveryFact | None,
    now: datetime,
) -> Decision | None:
    """Say nothing after a message that has not left; a sufficient answer needs no waiting."""
    if delivery is None or delivery.status not in NOT_LEFT:
        return None
    if is_satisfied(conversation.visit, stage):
        return None
    return _waits_behind(delivery, campaign, now)


def _message_leaves_now(
    campaign: CampaignFacts, delivery: DeliveryFact | None, now: datetime
) -> Decision | None:
    """Let a message that is due leave before an answer, which overtakes one that waits longer."""
    if delivery is None or delivery.status not in NOT_LEFT:
        return None
    if delivery.at is not None and delivery.at > now:
        return None
    return _waits_behind(delivery, campaign, now)


def _waits_behind(delivery: DeliveryFact, campaign: CampaignFacts, now: datetime) -> Wait:
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
    calendar: ContactCalendar,
    now: datetime,
) -> Decision:
    factor = campaign.delay_factor
    progression = evaluate_progression(conversation.visit, stage, factor, now)
    if progression.verdict is not Verdict.STAY:
        return _leave_stage(progression, conversation, template, stage)
    planned = next_message(conversation, stage, factor)
    if planned is None:
        until = earliest((progression.until, campaign.ends_at))
        return Wait(progression.rule, progression.reason, until)
    return _speak_or_wait(planned, progression, campaign, calendar, now)


def _speak_or_wait(
    planned: "PlannedMessage",
    progression: Progression,
    campaign: CampaignFacts,
    calendar: ContactCalendar,
    now: datetime,
) -> Decision:
    leaves_at = leaving_time(planned.at, calendar, now)
    if leaves_at is None:
        return Complete("contact_hours", f"{planned.send.reason}: {_NEVER_OPEN}", Outcome.ERROR)
    if leaves_at <= now:
        return planned.send
    until = earliest((progression.until, leaves_at, campaign.ends_at))
    if leaves_at != until:
        return Wait(*_why_not_before(leaves_at, progression, campaign), until)
    rule = "contact_hours" if planned.at <= now else planned.send.rule
    return Wait(rule, f"next: {planned.send.reason}", until)


def _why_not_before(
    leaves_at: datetime, progression: Progression, campaign: CampaignFacts
) -> tuple[str, str]:
    """Return rule and reason of a wait that ends before the next message could leave."""
    if campaign.ends_at is not None and campaign.ends_at < leaves_at:
        return "campaign_end", f"the next message would leave at {leaves_at:%Y-%m-%d %H:%M} UTC"
    return progression.rule, progression.reason


def leaving_time(planned_at: datetime, calendar: ContactCalendar, now: datetime) -> datetime | None:
    """Return when a message leaves that is planned for an instant, in its recipient's hours.

    ``now`` if that time has come. None if no opening follows: see ``ContactCalendar.next_open``.
    """
    if calendar is ALWAYS_OPEN:
        return planned_at
    best = calendar.best_moment(planned_at)
    if best is None or best > now or calendar.is_open(now):
        return best
    return calendar.best_moment(now)


def _leave_stage(
    progression: Progression, conversation: Conversation, template: CampaignTemplate, stage: Stage
) -> Decision:
    rule, reason, visit = progression.rule, progression.reason, conversation.visit
    if progression.verdict is Verdict.ESCALATE:
        return Escalate(rule, reason, stage.progression.escalation_action or "notify_manager")
    if progression.verdict is Verdict.FAIL:
        return Complete(rule, reason, Outcome.NO_RESPONSE)
    following = stage_after(conversation, template)
    if following is not None:
        return Advance(rule, reason, following.name)
    return Complete("all_stages_completed", reason, _outcome_of_the_last(visit, template, stage))


def _outcome_of_the_last(visit: StageVisit, template: CampaignTemplate, stage: Stage) -> Outcome:
    """Return how a conversation ends that leaves its last stage."""
    is_answered = is_satisfied(visit, stage) or not stage.progression.response_required
    succeeds = is_answered and template.completion.all_stages_completed
    return Outcome.SUCCESS if succeeds else Outcome.NO_RESPONSE


class PlannedMessage(NamedTuple):
    """What a stage says next, and when, if every hour were good."""

    at: datetime
    send: Send


def next_message(conversation: Conversation, stage: Stage, factor: float) -> PlannedMessage | None:
    """Return the next thing that the stage says if nothing happens before, or None.

    Follow-ups come before the next message; an answer since the last message cancels them.
    """
    visit = conversation.visit
    message = current_message(visit, stage)
    may_ask_again = is_still_there(visit, stage) and not is_satisfied(visit, stage)
    if message and may_ask_again and not has_answered_since(visit, visit.last_sent_at):
        number = visit.follow_ups_sent + 1
        if number <= (limit := stage.max_follow_ups(message)):
            assert visit.last_sent_at is not None
            at = visit.last_sent_at + hours(message.timing.follow_up_delay_hours, factor)
            reason = f"follow-up {number} of {limit}"
            return PlannedMessage(at, Send("follow_up", reason, visit.next_message - 1, number))
    return _next_first(conversation, stage, factor)


def _next_first(conversation: Conversation, stage: Stage, factor: float) -> PlannedMessage | None:
    visit = conversation.visit
    if visit.next_message >= len(stage.messages) or is_satisfied(visit, stage):
        return None
    message = stage.messages[visit.next_message]
    base = visit.last_response_at if visit.next_message else None
    base = max(filter(None, (base, visit.last_sent_at, visit.attended_at, visit.entered_at)))
    at = base + hours(message.timing.delay_hours, factor)
    reason = f"message {visit.next_message + 1} of {len(stage.messages)}"
    return PlannedMessage(at, Send("message", reason, visit.next_message, 0))
