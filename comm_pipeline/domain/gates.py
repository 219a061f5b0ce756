"""What is checked when a message is about to leave, whatever was true when it was planned."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Self

from comm_pipeline.domain.analysis import POSSIBLE_OPT_OUT
from comm_pipeline.domain.contact_calendar import ALWAYS_OPEN, ContactCalendar
from comm_pipeline.domain.contact_hours import Contact
from comm_pipeline.domain.conversations import Conversation, StageVisit, Standstill
from comm_pipeline.domain.frequency import CapReached
from comm_pipeline.domain.ids import StageName
from comm_pipeline.domain.messages import MessageKind, OutboundMessage
from comm_pipeline.domain.progression import is_satisfied
from comm_pipeline.domain.statuses import (
    CampaignStatus,
    ConversationStatus,
    DeliveryStatus,
    Outcome,
)
from comm_pipeline.domain.templates import Stage
from comm_pipeline.domain.timing import earliest

#: The rule by which a message of a stage waits for a person.
HELD = "escalation"
#: How often it is looked at meanwhile; who gives a conversation back has it looked at at once.
_HELD_LOOK = timedelta(hours=6)
_NOTHING_KNOWN = Contact()
_ENDED = frozenset({ConversationStatus.COMPLETED, ConversationStatus.FAILED})
#: Endings after which nothing more is said. A success lets its last message leave.
_SILENT_OUTCOMES = frozenset(
    {Outcome.BOUNCED, Outcome.EXPIRED, Outcome.HANDED_OFF, Outcome.ERROR, Outcome.OPTED_OUT}
)


@dataclass(frozen=True, slots=True)
class GateFacts:
    """What is true of a conversation at the moment of sending; its last visit is current."""

    status: ConversationStatus
    outcome: Outcome | None
    visits: tuple[StageVisit, ...]
    contact: Contact = _NOTHING_KNOWN
    standstill: Standstill | None = None

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        """Read the facts from a conversation document.

        Raises LookupError, TypeError or ValueError if it cannot be read.
        """
        outcome, standstill = document.get("outcome"), document.get("standstill")
        visits = tuple(StageVisit.model_validate(visit) for visit in document["stages"])
        if not visits:
            raise ValueError("stages: is empty")
        return cls(
            status=ConversationStatus(document["status"]),
            outcome=None if outcome is None else Outcome(outcome),
            visits=visits,
            contact=Contact.model_validate(document.get("contact") or {}),
            standstill=None if standstill is None else Standstill.model_validate(standstill),
        )

    @classmethod
    def after(cls, conversation: Conversation) -> Self:
        """Return the facts as a conversation that was just committed leaves them."""
        return cls(
            status=conversation.status,
            outcome=conversation.outcome,
            visits=conversation.stages,
            contact=conversation.contact,
            standstill=conversation.standstill,
        )

    @property
    def stage(self) -> StageName:
        """The stage under way, or the last one."""
        return self.visits[-1].name

    def visit_of(self, stage: StageName) -> StageVisit | None:
        """Return the visit of a stage, if it has been entered; none is entered twice."""
        return next((visit for visit in self.visits if visit.name == stage), None)


class SendingFacts(NamedTuple):
    """All that the gates ask, as it is at the moment of sending.

    ``conversation`` is None if it is gone; ``suppression`` is why the address is on the suppression
    list; ``cap`` is the frequency cap that is reached; ``doubt`` is why its person may have said
    stop; ``stage`` is the message's own, if the template still has it.
    """

    campaign_status: CampaignStatus
    campaign_ends_at: datetime | None
    conversation: GateFacts | None
    suppression: str | None = None
    calendar: ContactCalendar = ALWAYS_OPEN
    cap: CapReached | None = None
    doubt: str | None = None
    stage: Stage | None = None


@dataclass(frozen=True, slots=True)
class Withheld:
    """A message that must not leave: the status it gets, the rule, and why.

    With the status DEFERRED it waits ``until`` (None: until something is done about it); with the
    others it never leaves.
    """

    status: DeliveryStatus
    rule: str
    reason: str
    until: datetime | None = None


def gate(message: OutboundMessage, facts: SendingFacts, now: datetime) -> Withheld | None:
    """Return the first reason why a message must not leave at ``now``, or None if it may."""
    return next(gates(message, facts, now), None)


def gates(message: OutboundMessage, facts: SendingFacts, now: datetime) -> Iterator[Withheld]:
    """Yield every reason why a message must not leave at ``now``, the strongest first."""
    yield from _suppression_gate(facts)
    yield from _campaign_gate(facts, now)
    yield from _conversation_gate(message, facts, now)
    yield from _doubt_gate(message, facts, now)
    yield from _standstill_gate(facts, now)
    yield from _hours_gate(facts, now)
    if facts.cap is not None:
        yield _waits("frequency_cap", facts.cap.reason, facts.cap.clears_at, facts)


def _suppression_gate(facts: SendingFacts) -> Iterator[Withheld]:
    opted_out = facts.conversation is not None and facts.conversation.outcome is Outcome.OPTED_OUT
    if facts.suppression is not None or opted_out:
        reason = facts.suppression or "the recipient opted out"
        yield Withheld(DeliveryStatus.SUPPRESSED, "suppression", reason)


def _campaign_gate(facts: SendingFacts, now: datetime) -> Iterator[Withheld]:
    status = facts.campaign_status
    if status is CampaignStatus.PAUSED:
        yield Withheld(DeliveryStatus.DEFERRED, "campaign_status", "the campaign is paused")
    elif status is not CampaignStatus.ACTIVE:
        yield _cancelled("campaign_status", f"the campaign is {status}")
    if facts.campaign_ends_at is not None and now >= facts.campaign_ends_at:
        yield _cancelled("campaign_end", "the campaign has reached its end")


def _conversation_gate(
    message: OutboundMessage, sending: SendingFacts, now: datetime
) -> Iterator[Withheld]:
    facts = sending.conversation
    if facts is None:
        yield _cancelled("conversation", "the conversation does not exist any more")
        return
    if message.kind is MessageKind.PERSON:
        yield from _person_gate(facts)
        return
    is_held = facts.status is ConversationStatus.ESCALATED
    if is_held and message.kind is MessageKind.MESSAGE:
        # It is said when the person gives the conversation back, if it is still right then.
        yield _waits(HELD, "a person has the conversation", now + _HELD_LOOK, sending)
    elif is_held or facts.outcome in _SILENT_OUTCOMES:
        state = facts.outcome or facts.status
        yield _cancelled("conversation", f"the conversation has ended: {state}")
    yield from _reply_gate(message, facts, sending.stage)


def _reply_gate(
    message: OutboundMessage, facts: GateFacts, stage: Stage | None
) -> Iterator[Withheld]:
    """Stop what an answer has made needless: a follow-up, the rest of a stage that has it all."""
    visit = facts.visit_of(message.stage)
    if message.kind is not MessageKind.MESSAGE or visit is None or visit.last_response_at is None:
        return
    if visit.last_response_at < message.created_at:
        return
    is_over = message.stage != facts.stage or facts.status in _ENDED
    if message.follow_up or is_over or (stage is not None and is_satisfied(visit, stage)):
        yield _cancelled("reply", "the recipient has answered meanwhile")


def _person_gate(facts: GateFacts) -> Iterator[Withheld]:
    """Stop a person only where nobody writes: not where the pipeline itself holds still."""
    if facts.outcome in _SILENT_OUTCOMES and facts.outcome is not Outcome.HANDED_OFF:
        yield _cancelled("conversation", f"the conversation has ended: {facts.outcome}")


def _doubt_gate(message: OutboundMessage, facts: SendingFacts, now: datetime) -> Iterator[Withheld]:
    """Hold what the pipeline says; a person who writes knows better."""
    if facts.doubt is not None and message.kind is not MessageKind.PERSON:
        yield _waits(POSSIBLE_OPT_OUT, facts.doubt, now + _HELD_LOOK, facts)


def _standstill_gate(facts: SendingFacts, now: datetime) -> Iterator[Withheld]:
    found = None if facts.conversation is None else facts.conversation.standstill
    if found is not None and now < found.until:
        yield _waits(found.rule, found.reason, found.until, facts)


def _hours_gate(facts: SendingFacts, now: datetime) -> Iterator[Withheld]:
    calendar = facts.calendar
    if calendar is ALWAYS_OPEN or calendar.is_open(now):
        return
    local = now.astimezone(calendar.zone)
    reason = f"it is {local:%A %H:%M} in {calendar.zone.key}, outside the contact hours"
    opens_at = calendar.next_open(now)
    if opens_at is None:
        yield _cancelled("contact_hours", f"{reason}, which never open")
    else:
        yield _waits("contact_hours", reason, opens_at, facts)


def _waits(rule: str, reason: str, until: datetime, facts: SendingFacts) -> Withheld:
    """Return a wait that ends with the campaign at the latest, so that the message is settled."""
    at = earliest((until, facts.campaign_ends_at))
    return Withheld(DeliveryStatus.DEFERRED, rule, reason, at)


def _cancelled(rule: str, reason: str) -> Withheld:
    return Withheld(DeliveryStatus.CANCELLED, rule, reason)
