"""Why a recipient got what they got, what comes next and when, and what stands in the way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from comm_pipeline.domain.awaited_messages import as_all_left, awaited_delivery, awaited_keys
from comm_pipeline.domain.blocks import Block, Situation, blocks
from comm_pipeline.domain.campaigns import Campaign
from comm_pipeline.domain.conversations import Conversation, Direction
from comm_pipeline.domain.decision import (
    Advance,
    Answer,
    CampaignFacts,
    Complete,
    Decision,
    DeliveryFact,
    Escalate,
    Send,
    Silence,
    Wait,
    as_it_left,
    as_it_will_leave,
    decide,
)
from comm_pipeline.domain.frequency import CapReached
from comm_pipeline.domain.ids import CampaignId, MessageKey, RecipientId, conversation_id
from comm_pipeline.domain.replies import InboundStatus
from comm_pipeline.domain.statuses import CampaignStatus
from comm_pipeline.domain.templates import CampaignTemplate
from comm_pipeline.errors import NotFoundError
from comm_pipeline.services.config_manager import ConfigManager
from comm_pipeline.services.contact_frequency import ContactFrequency
from comm_pipeline.services.conversation_setup import conversation_to_come
from comm_pipeline.storage.repositories import Repositories

#: Waits in a row that are followed to find the next thing that happens.
_MOST_WAITS = 50
#: Campaigns in these do what is due; the others wait for somebody, or have ended.
_GOES_ON = frozenset({CampaignStatus.PENDING, CampaignStatus.INITIALIZING, CampaignStatus.ACTIVE})
#: Automatic mail that is shown of one conversation.
_MOST_NOTED = 200
#: What comes first of what has the same time; whatever is not here comes last.
_ORDER = {"reply": 0, "mail": 0, "receive": 1, "send": 2, "message": 3}


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened: a decision, a message with what became of it, or a reply."""

    at: datetime
    kind: str
    rule: str
    text: str


@dataclass(frozen=True, slots=True)
class NextStep:
    """What happens next if nothing comes from outside; ``at`` None: nothing by itself."""

    at: datetime | None
    what: str
    rule: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """All that is known of one conversation, for people.

    ``blocks`` are the rules that keep it from speaking at ``at``, the first that counts first;
    ``clears_at`` is the earliest time at which all of them have ended, if they do by themselves.
    """

    campaign_id: CampaignId
    recipient_id: RecipientId
    at: datetime
    campaign_status: str
    status: str
    outcome: str | None
    reason: str | None
    stage: str
    address: str | None
    time_zone: str
    happened: tuple[Event, ...]
    next: NextStep
    blocks: tuple[Block, ...]
    clears_at: datetime | None
    notes: tuple[str, ...]


class Explainer:
    """Tells about conversations; writes nothing."""

    def __init__(
        self, repositories: Repositories, config_manager: ConfigManager, delay_factor: float
    ) -> None:
        self._repositories = repositories
        self._config_manager = config_manager
        self._frequency = ContactFrequency(repositories)
        self._delay_factor = delay_factor

    async def explain(self, campaign_id: str, recipient_id: str, at: datetime) -> Explanation:
        """Explain a conversation as it is now, for the instant ``at``.

        Before the campaign's conversations are made, it is explained as it would begin. Raises
        NotFoundError if there is no such campaign or recipient in it.
        """
        campaign = await self._repositories.campaigns.get(CampaignId(campaign_id))
        template = self._config_manager.template_of(campaign)
        conversation = await self._conversation(campaign, template, RecipientId(recipient_id), at)
        deliveries = await self._repositories.ledger.delivery_facts(awaited_keys(conversation))
        conversation = as_all_left(conversation, deliveries)
        delivery = awaited_delivery(conversation, deliveries)
        situation = await self._situation(campaign, conversation, template, delivery, at)
        stops = blocks(conversation, template, situation, at)
        following = next_step(conversation, template, situation, at)
        return Explanation(
            campaign_id=campaign.id,
            recipient_id=conversation.user_id,
            at=at,
            campaign_status=campaign.status.value,
            status=conversation.status.value,
            outcome=conversation.outcome.value if conversation.outcome else None,
            reason=conversation.reason,
            stage=conversation.current_stage,
            address=conversation.address,
            time_zone=conversation.contact.time_zone or situation.calendar.zone.key,
            happened=await self._happened(conversation),
            next=following,
            blocks=tuple(stops),
            clears_at=_clears_at(stops),
            notes=await self._notes(campaign, following, at),
        )

    async def _conversation(
        self,
        campaign: Campaign,
        template: CampaignTemplate,
        recipient_id: RecipientId,
        at: datetime,
    ) -> Conversation:
        key = conversation_id(campaign.id, recipient_id)
        try:
            document = await self._repositories.conversations.get_conversation_state(key)
        except NotFoundError:
            if campaign.conversation_states_initialized:
                raise
            begins_at = max(at, campaign.scheduled_at or at)
            to_come = await conversation_to_come(
                self._repositories, campaign, template, recipient_id, begins_at
            )
            if to_come is None:
                raise NotFoundError(
                    f"there is no recipient {recipient_id!r} in the request of {campaign.id}"
                ) from None
            # Nothing has happened yet, also where the recipient cannot be used.
            return to_come.model_copy(update={"decisions": ()})
        return Conversation.model_validate(document)

    async def _situation(
        self,
        campaign: Campaign,
        conversation: Conversation,
        template: CampaignTemplate,
        delivery: DeliveryFact | None,
        at: datetime,
    ) -> Situation:
        address = conversation.address
        found = await self._repositories.suppressions.find([address] if address else [])
        suppressed = found.get(address) if address else None
        calendars = self._config_manager.calendars_of(campaign)
        return Situation(
            campaign_status=campaign.status,
            campaign=CampaignFacts(self._delay_factor, campaign.ends_at),
            starts_at=campaign.scheduled_at,
            delivery=delivery,
            suppression=suppressed.told_if_final if suppressed else None,
            doubt=suppressed.told_if_doubtful if suppressed else None,
            cap=await self._cap(template, address, at),
            calendar=calendars.of(conversation.contact, campaign.learned_hours),
        )

    async def _cap(
        self, template: CampaignTemplate, address: str | None, at: datetime
    ) -> CapReached | None:
        if address is None:
            return None
        return (await self._frequency.reached(template.frequency_caps, [address], at)).get(address)

    async def _happened(self, conversation: Conversation) -> tuple[Event, ...]:
        sent = [
            MessageKey(entry.message_id)
            for entry in conversation.message_history
            if entry.direction is Direction.OUTBOUND
        ]
        ledger = await self._repositories.ledger.outcomes(sent)
        noted = await self._repositories.inbound.find_of_conversation(
            conversation.id, InboundStatus.NOTED, _MOST_NOTED
        )
        events = [
            *_decisions(conversation),
            *_messages(conversation, ledger),
            *(_noted(document) for document in noted),
        ]
        return tuple(sorted(events, key=lambda one: (one.at, _ORDER.get(one.kind, len(_ORDER)))))

    async def _notes(
        self, campaign: Campaign, following: NextStep, at: datetime
    ) -> tuple[str, ...]:
        """Return what else delays a step whose time has come."""
        if (
            following.at is None
            or following.at > at
            or campaign.status is not CampaignStatus.ACTIVE
        ):
            return ()
        holder = await self._repositories.leases.holder(campaign.id)
        if holder is not None:
            return (f"{holder['owner']} works on the campaign at this moment",)
        due = campaign.next_due_at
        when = f"at {due:%Y-%m-%d %H:%M:%S} UTC" if due else "when somebody wakes the campaign"
        why = f"; the last pass failed: {campaign.error}" if campaign.error else ""
        return (f"it is done by the next pass over the campaign, {when}{why}",)


def next_step(
    conversation: Conversation, template: CampaignTemplate, situation: Situation, at: datetime
) -> NextStep:
    """Return the first thing but waiting that happens from ``at`` on, if nothing comes in."""
    status = situation.campaign_status
    if status is CampaignStatus.SCHEDULED:
        return NextStep(situation.starts_at, "the campaign starts", "campaign_status")
    if status not in _GOES_ON:
        return NextStep(None, f"the campaign is {status}", "campaign_status")
    state, now = as_it_left(conversation, situation.delivery), at
    delivery = situation.delivery
    for _ in range(_MOST_WAITS):
        decision = decide(state, template, situation.campaign, now, delivery, situation.calendar)
        if not isinstance(decision, Wait):
            return NextStep(now, _describe(decision), decision.rule)
        if decision.until is None:
            return NextStep(None, decision.reason, decision.rule)
        if decision.rule == "message_on_its_way":
            # By then it has left, or the ledger says why not.
            state, delivery = as_it_will_leave(state, delivery, now), None
        now = max(now, decision.until)
    return NextStep(now, "looks again", "wait")


def _describe(decision: Decision) -> str:
    match decision:
        case Send(reason=reason):
            text = f"sends {reason}"
        case Answer(reason=reason, needs_approval=needs_approval):
            text = f"asks for approval: {reason}" if needs_approval else reason
        case Silence(reason=reason):
            text = f"does not answer: {reason}"
        case Advance(next_stage=stage, reason=reason):
            text = f"goes on to the stage {stage}: {reason}"
        case Escalate(action=action, reason=reason):
            text = f"calls a person ({action}): {reason}"
        case Complete(outcome=outcome, reason=reason):
            text = f"ends as {outcome}: {reason}"
        case Wait(reason=reason):
            text = reason
    return text


def _decisions(conversation: Conversation) -> list[Event]:
    return [
        Event(one.at, one.kind, one.rule, _told(one.reason, one.until))
        for one in conversation.decisions
    ]


def _told(reason: str, until: datetime | None) -> str:
    return f"{reason}, until {until:%Y-%m-%d %H:%M} UTC" if until else reason


def _messages(
    conversation: Conversation, ledger: Mapping[MessageKey, Mapping[str, Any]]
) -> list[Event]:
    events = []
    for entry in conversation.message_history:
        if entry.direction is Direction.INBOUND:
            events.append(Event(entry.timestamp, "reply", "", _first_line(entry.content)))
            continue
        fate = ledger.get(MessageKey(entry.message_id), {})
        status = fate.get("status", "not in the ledger yet")
        why = f" ({fate['reason']})" if fate.get("reason") else ""
        waits = fate.get("next_attempt_at")
        later = f", next attempt {waits:%Y-%m-%d %H:%M} UTC" if waits else ""
        subject, channel = entry.metadata.get("subject", ""), entry.metadata.get("channel")
        way = f" by {channel}" if channel else ""
        told = f"{subject}: {status}{way}{why}{later}"
        events.append(Event(entry.timestamp, "message", status, told))
    return events


def _noted(document: Mapping[str, Any]) -> Event:
    """Return what came in and was no answer: a bounce, an automatic reply."""
    report = document.get("report")
    words = report.get("diagnostic") if isinstance(report, Mapping) else None
    text = str(words or document.get("text") or document.get("subject") or "")
    return Event(document["received_at"], "mail", str(document.get("taken_as")), _first_line(text))


def _first_line(text: str) -> str:
    line = text.strip().splitlines()[0] if text.strip() else ""
    return line if len(line) <= 100 else f"{line[:100]}…"


def _clears_at(stops: Sequence[Block]) -> datetime | None:
    times = [stop.clears_at for stop in stops]
    return max((at for at in times if at is not None), default=None) if all(times) else None
