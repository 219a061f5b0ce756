"""Which text a message has for this recipient, and that text, rendered."""

from collections.abc import Mapping
from typing import Any

from comm_pipeline.domain.context import merge
from comm_pipeline.domain.conversations import Conversation
from comm_pipeline.domain.decision import Send
from comm_pipeline.domain.messages import RenderedText
from comm_pipeline.domain.templates import (
    CampaignTemplate,
    ConditionalTemplate,
    FollowUpTemplate,
    MessageTemplate,
    Stage,
)
from comm_pipeline.rendering.message import MessageParts, render_message
from comm_pipeline.rendering.sandbox import compile_condition

_Text = MessageTemplate | ConditionalTemplate | FollowUpTemplate


def compose(
    conversation: Conversation,
    template: CampaignTemplate,
    send: Send,
    variables: Mapping[str, Any],
) -> RenderedText:
    """Render the message that a decision wants said.

    ``variables`` are the campaign's, nested. Raises RenderingError if the recipient's data lack
    something that the text needs.
    """
    stage = template.stage(conversation.current_stage)
    message = stage.messages[send.message_index]
    context = message_context(conversation, variables)
    chosen = _choose(message, send.follow_up, context)
    subject = _subject(chosen, message, template, stage, send.follow_up)
    return render_message(MessageParts(subject, chosen.template, chosen.html), context)


def message_context(conversation: Conversation, variables: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the message may refer to: the campaign's data, under the conversation's own."""
    context = merge(variables, conversation.context)
    context.setdefault("response", {})
    return context


def _choose(message: MessageTemplate, follow_up: int, context: Mapping[str, Any]) -> _Text:
    if follow_up and message.follow_up_templates:
        return message.follow_up_templates[min(follow_up, len(message.follow_up_templates)) - 1]
    for conditional in message.conditional_templates:
        if compile_condition(conditional.condition)(context):
            return conditional
    return message


def _subject(
    chosen: _Text,
    message: MessageTemplate,
    template: CampaignTemplate,
    stage: Stage,
    follow_up: int,
) -> str:
    """Return the subject's source; a follow-up without its own answers the message before it."""
    if chosen.subject is not None and chosen is not message:
        return chosen.subject
    subject = message.subject or template.subject or _literal(stage.title)
    return f"Re: {subject}" if follow_up else subject


def _literal(text: str) -> str:
    """Return a source that renders to the text: a stage's title is not a template."""
    return text.replace("{", "(").replace("}", ")")
