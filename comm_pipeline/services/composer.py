"""Which text a message has for this recipient, and that text, rendered.

The first of these that there is: the text for the follow-up (of the variant, else of the message);
the first conditional text whose condition holds; the recipient's variant; the message itself. Of
what was chosen, the words for the channel go before its own.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, Final

from comm_pipeline.domain.campaign_rules import DEFAULT_CHANNELS
from comm_pipeline.domain.channel_choice import (
    AddressKind,
    Route,
    choose_route,
    kind_of,
    why_no_route,
)
from comm_pipeline.domain.context import merge, with_fallbacks
from comm_pipeline.domain.conversations import Conversation
from comm_pipeline.domain.decision import Send
from comm_pipeline.domain.messages import RenderedText
from comm_pipeline.domain.template_content import MessageTemplate, Variant
from comm_pipeline.domain.template_wording import ConditionalTemplate, FollowUpTemplate
from comm_pipeline.domain.templates import CampaignTemplate, Stage
from comm_pipeline.domain.variants import choose_variant
from comm_pipeline.errors import NoChannelError
from comm_pipeline.rendering.message import MessageParts, render_message
from comm_pipeline.rendering.sandbox import compile_condition

_DEFAULT_CHANNEL: Final = DEFAULT_CHANNELS[0]

#: What a message says where nothing more special is to be said.
Said = MessageTemplate | Variant
#: What the words of a recipient are taken from.
Chosen = Said | ConditionalTemplate | FollowUpTemplate


def compose_for_its_way(
    conversation: Conversation,
    template: CampaignTemplate,
    send: Send,
    variables: Mapping[str, Any],
) -> RenderedText:
    """Render a message in the words of the channel that it takes, and name that.

    Raises NoChannelError if its recipient cannot be reached, else as ``compose``.
    """
    return compose_for(conversation, template, send, variables, _route(conversation, template))


def on_its_way(
    text: RenderedText, conversation: Conversation, template: CampaignTemplate
) -> RenderedText:
    """Return words that are no message of the template with the way that they take.

    Raises NoChannelError if their recipient cannot be reached.
    """
    return _by(text, _route(conversation, template))


def _route(conversation: Conversation, template: CampaignTemplate) -> Route:
    channels = template.channel_order
    route = choose_route(conversation, channels)
    if route is None:
        raise NoChannelError(why_no_route(conversation, channels))
    return route


def _by(text: RenderedText, route: Route) -> RenderedText:
    html = None if kind_of(route.channel) is AddressKind.PHONE else text.html
    return text._replace(route=route, html=html)


def compose_for(
    conversation: Conversation,
    template: CampaignTemplate,
    send: Send,
    variables: Mapping[str, Any],
    route: Route,
) -> RenderedText:
    """Render a message in the words of the channel of a way; raises as ``compose``."""
    return _by(compose(conversation, template, send, variables, route.channel), route)


def compose(
    conversation: Conversation,
    template: CampaignTemplate,
    send: Send,
    variables: Mapping[str, Any],
    channel: str = _DEFAULT_CHANNEL,
) -> RenderedText:
    """Render the message that a decision wants said, in its words for ``channel``.

    ``variables`` are the campaign's, nested. Raises RenderingError if the recipient's data lack
    something that the text needs.
    """
    stage = template.stage(conversation.current_stage)
    message = stage.messages[send.message_index]
    context = message_context(conversation, template, variables)
    variant = chosen_variant(conversation, template, send)
    said = message if variant is None else message.completed_variants[variant.name]
    decides = partial(_decide, context)
    chosen = next(possible_texts(said, message, send.follow_up, decides))
    parts = parts_of(chosen, said, channel, subject_without(template, stage), send.follow_up)
    rendered = render_message(parts, context)
    return rendered._replace(variant=variant.name) if variant else rendered


def chosen_variant(
    conversation: Conversation, template: CampaignTemplate, send: Send
) -> Variant | None:
    """Return the recipient's variant of a message, as it is written; None if it has none."""
    stage = template.stage(conversation.current_stage)
    return choose_variant(
        stage.messages[send.message_index].variants,
        conversation.campaign_id,
        stage.name,
        send.message_index,
        conversation.user_id,
    )


def message_context(
    conversation: Conversation, template: CampaignTemplate, variables: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what the message may refer to: the campaign's data, under the conversation's own.

    The template's fallbacks stand in for what is missing or blank.
    """
    context = merge(variables, conversation.context)
    context.setdefault("response", {})
    return with_fallbacks(context, template.fallbacks)


def _decide(context: Mapping[str, Any], condition: str) -> bool:
    return compile_condition(condition)(context)


def possible_texts(
    said: Said, message: MessageTemplate, follow_up: int, decides: Callable[[str], bool | None]
) -> Iterator[Chosen]:
    """Yield the texts that a recipient may get; exactly one if all conditions are decided.

    ``said`` is the message, or the recipient's completed variant of it. ``decides`` returns None
    for a condition that nobody can decide yet.
    """
    if follow_up and said.follow_up_templates:
        yield said.follow_up_templates[min(follow_up, len(said.follow_up_templates)) - 1]
        return
    for conditional in message.conditional_templates:
        holds = decides(conditional.condition)
        if holds is not False:
            yield conditional
        if holds:
            return
    yield said


def parts_of(
    chosen: Chosen, said: Said, channel: str, subject_without: str, follow_up: int
) -> MessageParts:
    """Return the sources of a chosen text for a channel; see ``possible_texts``.

    ``subject_without`` is the source for texts that have no subject anywhere.
    """
    words = chosen.channels.get(channel) or chosen
    subject = _own_subject(chosen, channel)
    if subject is None or chosen is said:
        # A follow-up without a subject of its own answers the message before it.
        base = _own_subject(said, channel) or subject_without
        subject = f"Re: {base}" if follow_up else base
    return MessageParts(subject, words.template, words.html)


def _own_subject(chosen: Chosen, channel: str) -> str | None:
    words = chosen.channels.get(channel)
    return chosen.subject if words is None or words.subject is None else words.subject


def subject_without(template: CampaignTemplate, stage: Stage) -> str:
    """Return the subject's source for messages without one: a stage's title is not a template."""
    return template.subject or stage.title.replace("{", "(").replace("}", ")")
