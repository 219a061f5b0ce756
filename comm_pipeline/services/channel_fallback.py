"""What a conversation does when a channel has refused its message for good: the next channel."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from comm_pipeline.domain.answers_transition import said_again
from comm_pipeline.domain.awaited_messages import awaited_keys
from comm_pipeline.domain.channel_choice import choose_route
from comm_pipeline.domain.conversations import Conversation, DecisionRecord, StageVisit
from comm_pipeline.domain.decision import Send
from comm_pipeline.domain.ids import StageName
from comm_pipeline.domain.messages import MessageKind, OutboundMessage
from comm_pipeline.domain.statuses import DeliveryStatus
from comm_pipeline.domain.templates import CampaignTemplate
from comm_pipeline.domain.transition import with_fallback
from comm_pipeline.errors import CommPipelineError
from comm_pipeline.services.composer import compose_for
from comm_pipeline.storage.conversation_commits import Commit

#: Refusals after which another channel may be tried; the others mean the person.
REFUSED_BY_CHANNEL: Final = frozenset({DeliveryStatus.BOUNCED, DeliveryStatus.FAILED})
_RULE: Final = "channel_fallback"


def fall_back(
    conversation: Conversation,
    refused: Sequence[OutboundMessage],
    template: CampaignTemplate,
    variables: Mapping[str, Any],
    message_id_domain: str,
    now: datetime,
) -> Commit | None:
    """Return the conversation on its next channel; None if its template or data give none.

    What it says next waits for its latest message, also that of the stage before: this one is said
    once more there, if it is among those ``refused``: an answer or what a person wrote in the same
    words, a message of a stage in those for the channel. Of an earlier one only the channel is
    remembered: the conversation has gone on.
    """
    channels = tuple(dict.fromkeys(one.channel for one in refused if one.channel))
    if not template.channel_fallback or not channels:
        return None
    known = tuple(dict.fromkeys((*conversation.refused_channels, *channels)))
    state = conversation.model_copy(update={"refused_channels": known})
    route = choose_route(state, template.channel_order)
    if route is None:
        return None
    latest = awaited_keys(conversation)
    message = next((one for one in refused if one.id in latest), None)
    is_planned = message is not None and message.kind is MessageKind.MESSAGE
    is_gone = message is not None and is_planned and not _is_there(message, template)
    if message is None or is_gone:
        reason = f"{', '.join(channels)} refused an earlier message; from now on by {route.channel}"
        return Commit(conversation, state, (), (_record("receive", reason, now),))
    reason = f"{message.channel} refused it ({message.reason}); said once more by {route.channel}"
    if not is_planned:
        state, entry = said_again(state, message, route, message_id_domain, now)
        return Commit(conversation, state, (entry,), (_record("send", reason, now),))
    send = Send(_RULE, reason, message.message_index, message.follow_up)
    then, later = _up_to(state, message.stage)
    try:
        text = compose_for(then, template, send, variables, route)
    except CommPipelineError:  # the words for this channel lack something: it is no way either
        return None
    then, entry = with_fallback(then, send, text, message_id_domain, now)
    state = then.model_copy(
        update={"current_stage": state.current_stage, "stages": (*then.stages, *later)}
    )
    return Commit(conversation, state, (entry,), (_record("send", reason, now),))


def _is_there(message: OutboundMessage, template: CampaignTemplate) -> bool:
    """Return whether the template still has a message: a newer version may not."""
    if message.stage not in template.stage_names:
        return False
    return message.message_index < len(template.stage(message.stage).messages)


def _up_to(
    conversation: Conversation, stage: StageName
) -> tuple[Conversation, tuple[StageVisit, ...]]:
    """Return the conversation as if it were in a stage that it has been in; the visits since."""
    number = next(n for n, visit in enumerate(conversation.stages, start=1) if visit.name == stage)
    visits, later = conversation.stages[:number], conversation.stages[number:]
    return conversation.model_copy(update={"current_stage": stage, "stages": visits}), later


def _record(kind: str, reason: str, now: datetime) -> DecisionRecord:
    return DecisionRecord(at=now, kind=kind, rule=_RULE, reason=reason)
