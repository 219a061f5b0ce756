"""A worker's pass over one conversation, by the pure functions alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from comm_pipeline.domain.answers_expecting import expect_answer
from comm_pipeline.domain.awaited_messages import first_waits
from comm_pipeline.domain.contact_calendar import ALWAYS_OPEN, ContactCalendar
from comm_pipeline.domain.conversations import Conversation, HistoryEntry
from comm_pipeline.domain.decision import (
    CampaignFacts,
    Decision,
    DeliveryFact,
    Send,
    Wait,
    decide,
)
from comm_pipeline.domain.ids import MessageKey
from comm_pipeline.domain.messages import RenderedText
from comm_pipeline.domain.replies import Analysis, InboundMessage, apply_reply, has_message
from comm_pipeline.domain.templates import CampaignTemplate
from comm_pipeline.domain.transition import with_message, without_message
from comm_pipeline_tests.builders import DOMAIN


@dataclass
class Pass:
    """What a pass made: the conversation after it, its decisions, and what it said."""

    conversation: Conversation
    decisions: list[Decision] = field(default_factory=list)
    said: list[HistoryEntry] = field(default_factory=list)


def run_pass(
    conversation: Conversation,
    template: CampaignTemplate,
    facts: CampaignFacts,
    now: datetime,
    delivery: DeliveryFact | None = None,
    calendar: ContactCalendar = ALWAYS_OPEN,
) -> Pass:
    """Decide and apply until there is nothing to do at ``now``.

    ``delivery`` is what is known of the message that was the latest before the pass. Raises
    AssertionError if the decisions go round in circles.
    """
    result = Pass(conversation)
    for _ in range(most_steps(template)):
        decision = decide(result.conversation, template, facts, now, delivery, calendar)
        result.decisions.append(decision)
        if isinstance(decision, Send):
            _say(result, decision, now)
            delivery = None
        else:
            result.conversation = without_message(result.conversation, decision, now)
        if isinstance(decision, Wait) or not result.conversation.is_active:
            return result
    raise AssertionError(f"no end in sight: {result.decisions[-5:]}")


def most_steps(template: CampaignTemplate) -> int:
    """Return a bound on the decisions of a pass: each message, follow-up and stage once."""
    messages = sum(
        1 + stage.max_follow_ups(message) for stage in template.stages for message in stage.messages
    )
    return messages + len(template.stages) + 2


def receive(
    conversation: Conversation,
    template: CampaignTemplate,
    reply: InboundMessage,
    analysis: Analysis,
    now: datetime,
    deliveries: Mapping[MessageKey, DeliveryFact] | None = None,
) -> Conversation:
    """Apply a reply unless the history has it already, and keep it there.

    Without ``deliveries`` everything that was said has left.
    """
    if has_message(conversation, str(reply.id)):
        return conversation
    stage = template.stage(conversation.current_stage)
    waits = deliveries is not None and first_waits(conversation, deliveries)
    changed, entry, _ = apply_reply(conversation, stage, reply, analysis, now, first_waits=waits)
    expecting, _ = expect_answer(changed, template, reply, analysis, now)
    return _remember(expecting, entry)


def _say(result: Pass, send: Send, now: datetime) -> None:
    text = RenderedText(subject="A subject", text=f"{send.message_index} {send.follow_up}")
    changed, entry = with_message(result.conversation, send, text, DOMAIN, now)
    result.conversation = _remember(changed, entry)
    result.said.append(entry)


def _remember(conversation: Conversation, entry: HistoryEntry) -> Conversation:
    history = (*conversation.message_history, entry)
    return conversation.model_copy(update={"message_history": history})
