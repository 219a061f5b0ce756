"""One builder for each kind of thing, so that a test says only what it is about."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from comm_pipeline.domain.conversations import (
    Conversation,
    DecisionRecord,
    Direction,
    HistoryEntry,
    StageVisit,
)
from comm_pipeline.domain.decision import CampaignFacts, Send
from comm_pipeline.domain.escalations import Escalation, escalation_of
from comm_pipeline.domain.gates import GateFacts
from comm_pipeline.domain.ids import (
    CampaignId,
    RecipientId,
    StageName,
    conversation_id,
    message_key,
    rfc_message_id,
)
from comm_pipeline.domain.messages import OutboundMessage, RenderedText
from comm_pipeline.domain.replies import Analysis, InboundMessage
from comm_pipeline.domain.statuses import ConversationStatus, Outcome
from comm_pipeline.domain.templates import (
    CampaignTemplate,
    MessageTemplate,
    ProgressionRules,
    Stage,
    Timing,
)

#: A Monday morning; the zero of every time in the tests.
START = datetime(2026, 3, 2, 9, tzinfo=UTC)
CAMPAIGN_ID = CampaignId("campaign_spring")
RECIPIENT_ID = RecipientId("user_1")
CONVERSATION_ID = conversation_id(CAMPAIGN_ID, RECIPIENT_ID)
#: The domain of Message-IDs.
DOMAIN = "mail.example.com"
#: Durations as written, and a campaign without an end.
FACTS = CampaignFacts(delay_factor=1.0)
#: What rules do not know, and the classifier is not sure of.
A_POSSIBLE_OPT_OUT = "Perhaps your pigeons could roost elsewhere from today."
TEXT = RenderedText(subject="A question", text="Hello Ada, how do you build reports today?")


def at(hours: float) -> datetime:
    """Return the instant that many hours after START."""
    return START + timedelta(hours=hours)


def a_message(template: str = "Hello {{ recipient.first_name }}", **timing: Any) -> MessageTemplate:
    """Return a message of a stage; keywords are fields of its timing."""
    return MessageTemplate(template=template, timing=Timing(**timing))


def a_stage(
    name: str = "awareness", messages: tuple[MessageTemplate, ...] | None = None, **rules: Any
) -> Stage:
    """Return a stage with one message; keywords are its progression rules."""
    spoken = (a_message(),) if messages is None else messages
    return Stage(
        name=StageName(name), title=name, messages=spoken, progression=ProgressionRules(**rules)
    )


def a_template(*stages: Stage, **overrides: Any) -> CampaignTemplate:
    """Return a template of the given stages, or of two stages that wait for an answer each."""
    stages = stages or overrides.pop("stages", (a_stage("awareness"), a_stage("decision")))
    fields = {
        "template_id": "template_1",
        "name": "Spring campaign",
        "type": "sales",
        "stages": stages,
        "initial_stage": stages[0].name,
    }
    return CampaignTemplate.model_validate(fields | overrides)


def a_template_document(**overrides: Any) -> dict[str, Any]:
    """Return a template as it is stored, in the mapping shape."""
    document: dict[str, Any] = {
        "_id": "template_1",
        "name": "Spring campaign",
        "type": "sales",
        "stages": {
            "awareness": {
                "name": "Awareness",
                "messages": [
                    {
                        "subject": "A question",
                        "template": "Hi {{ recipient.first_name }}, shall we talk?",
                        "timing": {
                            "delay_hours": 0,
                            "max_follow_ups": 2,
                            "follow_up_delay_hours": 48,
                        },
                    }
                ],
                "progression_rules": {"response_required": True, "max_stage_duration_hours": 168},
            },
            "decision": {
                "name": "Decision",
                "messages": [{"template": "Shall I send the proposal?"}],
                "progression_rules": {"response_required": True, "max_stage_duration_hours": 168},
            },
        },
        "default_initial_stage": "awareness",
        "completion_conditions": {"all_stages_completed": True},
    }
    return document | overrides


def a_recipient(number: int = 1, **overrides: Any) -> dict[str, Any]:
    """Return a recipient as a batch request gives it."""
    recipient: dict[str, Any] = {
        "id": f"user_{number}",
        "contact_info": {
            "email": f"user_{number}@example.com",
            "first_name": "Ada",
            "last_name": "Okafor",
            "company_name": "Northwind",
            "timezone": "Europe/Berlin",
        },
    }
    return recipient | overrides


def a_batch_request(*, recipient_count: int = 3, **overrides: Any) -> dict[str, Any]:
    """Return a batch request as the agent service writes it, with its template inside.

    ``template_id="..."`` takes the place of the template.
    """
    request: dict[str, Any] = {
        "_id": "request_1",
        "name": "Spring campaign",
        "servicetype": "communication",
        "status": "new",
        "created_by": "agent",
        "created_at": "2026-03-02T08:00:00Z",
        "recipients": [a_recipient(number) for number in range(1, recipient_count + 1)],
        "context_data": {"company.product_name": "CloudScale Analytics"},
    }
    if "template_id" not in overrides:
        request["template"] = a_template_document()
    return request | overrides


def a_visit(stage: str = "awareness", **overrides: Any) -> StageVisit:
    """Return a visit to a stage, entered at START, in which nothing has been said."""
    return StageVisit(name=StageName(stage), entered_at=START).model_copy(update=overrides)


def a_visit_after_message(stage: str = "awareness", **overrides: Any) -> StageVisit:
    """Return a visit whose first message left at START."""
    said = {"next_message": 1, "first_sent_at": START, "last_sent_at": START}
    return a_visit(stage, **(said | overrides))


def gate_facts(
    status: ConversationStatus = ConversationStatus.ACTIVE,
    outcome: Outcome | None = None,
    answered_at: datetime | None = None,
    stage: str = "awareness",
    **overrides: Any,
) -> GateFacts:
    """Return the facts of a conversation in its first stage, answered there or not."""
    visits = (a_visit(stage, last_response_at=answered_at),)
    return replace(GateFacts(status, outcome, visits), **overrides)


def a_conversation(visit: StageVisit | None = None, **overrides: Any) -> Conversation:
    """Return an active conversation, in ``visit`` if it is given."""
    visit = visit or a_visit()
    conversation = Conversation(
        id=CONVERSATION_ID,
        user_id=RECIPIENT_ID,
        campaign_id=CAMPAIGN_ID,
        campaign_type="sales",
        current_stage=visit.name,
        stages=(visit,),
        status=ConversationStatus.ACTIVE,
        created_at=START,
        last_active=START,
        address="user_1@example.com",
        next_action_at=START,
    )
    return conversation.model_copy(update=overrides)


def a_reply(text: str = "Yes, please tell me more", **overrides: Any) -> InboundMessage:
    """Return a reply to the conversation of ``a_conversation``."""
    reply = InboundMessage(
        id="reply_1",
        text=text,
        received_at=START,
        conversation_id=CONVERSATION_ID,
        from_address="user_1@example.com",
        message_id="<reply_1@example.com>",
    )
    return reply.model_copy(update=overrides)


def an_analysis(*named_responses: str, **overrides: Any) -> Analysis:
    """Return what a reply was understood to say: by default nothing in particular."""
    analysis = Analysis(analyser="test", named_responses=named_responses)
    return analysis.model_copy(update=overrides)


def a_send(message_index: int = 0, follow_up: int = 0) -> Send:
    """Return the decision to say a message."""
    rule = "follow_up" if follow_up else "message"
    return Send(rule, "for the test", message_index, follow_up)


def an_outbound_history_entry(stage: str = "awareness", **metadata: Any) -> HistoryEntry:
    """Return the history entry of the first message of a stage, written at START."""
    key = message_key(CONVERSATION_ID, StageName(stage), 0, 0)
    details = {
        "stage": stage,
        "message_index": 0,
        "follow_up": 0,
        "subject": TEXT.subject,
        "rfc_message_id": rfc_message_id(key, DOMAIN),
    }
    return HistoryEntry(
        message_id=key,
        direction=Direction.OUTBOUND,
        content=TEXT.text,
        timestamp=START,
        metadata=details | metadata,
    )


def an_escalation(
    conversation: Conversation | None = None, now: datetime = START, **record: Any
) -> Escalation:
    """Return the hand-off of a conversation that was decided at ``now``."""
    conversation = conversation or a_conversation()
    said = {"at": now, "kind": "escalate", "rule": "escalate_on", "reason": "anger"}
    decision = DecisionRecord.model_validate(said | {"action": "notify_manager"} | record)
    return escalation_of(conversation, conversation, conversation.message_history, decision)


def a_ledger_entry(number: int = 1, **overrides: Any) -> OutboundMessage:
    """Return a queued ledger entry, due at START, to the recipient of that number."""
    recipient = RecipientId(f"user_{number}")
    conversation = conversation_id(CAMPAIGN_ID, recipient)
    key = message_key(conversation, StageName("awareness"), 0, 0)
    entry = OutboundMessage(
        id=key,
        campaign_id=CAMPAIGN_ID,
        conversation_id=conversation,
        recipient_id=recipient,
        address=f"user_{number}@example.com",
        stage=StageName("awareness"),
        message_index=0,
        follow_up=0,
        subject=TEXT.subject,
        text=TEXT.text,
        message_id=rfc_message_id(key, DOMAIN),
        created_at=START,
        next_attempt_at=START,
    )
    return entry.model_copy(update=overrides)
