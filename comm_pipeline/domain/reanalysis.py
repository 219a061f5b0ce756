"""What a conversation would be if its replies had been understood otherwise. Pure.

What was said and counted stays: history, messages, stages that were left. What replies meant is
made anew: named responses, values, what waits for an answer, and whether somebody opted out.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from comm_pipeline.domain.analysis import Analysis
from comm_pipeline.domain.answers_expecting import expect_answer
from comm_pipeline.domain.conversations import Conversation, StageVisit
from comm_pipeline.domain.replies import InboundMessage, hold, is_in_doubt, possible_opt_out
from comm_pipeline.domain.stage_order import stage_under_way
from comm_pipeline.domain.statuses import ConversationStatus, Outcome
from comm_pipeline.domain.templates import CampaignTemplate
from comm_pipeline.domain.transition import conclude, without_pending

#: What differs between two analyses and may decide something.
_DECISIVE = (
    "kind",
    "is_opt_out",
    "may_be_opt_out",
    "named_responses",
    "values",
    "intents",
    "objections",
    "sentiment",
    "language",
)
_CAN_STILL_END = frozenset({ConversationStatus.ACTIVE, ConversationStatus.ESCALATED})


@dataclass(frozen=True, slots=True)
class ReadAgain:
    """A reply that was applied at ``at``, as it was understood then and as it is now."""

    reply: InboundMessage
    at: datetime
    before: Analysis
    now: Analysis

    @property
    def changes(self) -> tuple[str, ...]:
        """What differs, in words; empty if nothing that may decide anything does."""
        pairs = ((name, getattr(self.before, name), getattr(self.now, name)) for name in _DECISIVE)
        return tuple(
            f"{name}: {_shown(one)} -> {_shown(other)}"
            for name, one, other in pairs
            if one != other
        )

    def becomes_doubtful(self, conversation: Conversation) -> bool:
        """Return whether it may be an opt-out, and was not taken for a possible one before."""
        return is_in_doubt(conversation, self.now) and not self.before.may_be_opt_out


def visit_at(conversation: Conversation, instant: datetime) -> StageVisit:
    """Return the stage visit that was under way at an instant."""
    begun = [visit for visit in conversation.stages if visit.entered_at <= instant]
    return begun[-1] if begun else conversation.stages[0]


def understood_again(
    conversation: Conversation,
    template: CampaignTemplate,
    replies: Sequence[ReadAgain],
    now: datetime,
) -> Conversation:
    """Return the conversation as the newer analyses make it; ``replies`` are all, oldest first."""
    changed = conversation.model_copy(
        update={
            "named_responses": _named(replies),
            "stages": tuple(_visit(conversation, visit, replies) for visit in conversation.stages),
            "context": {**conversation.context, "response": _values(conversation, replies)},
        }
    )
    if any(one.now.is_opt_out for one in replies) and changed.status in _CAN_STILL_END:
        reason = "the recipient asked not to be written to again; seen when reading again"
        return conclude(changed, Outcome.OPTED_OUT, reason, now)
    if changed.is_active and any(one.becomes_doubtful(changed) for one in replies):
        return hold(changed, possible_opt_out(stage_under_way(changed, template), now))
    changed = _awaiting(changed, template, replies)
    return changed.model_copy(update={"next_action_at": now}) if changed.is_active else changed


def _visit(
    conversation: Conversation, visit: StageVisit, replies: Sequence[ReadAgain]
) -> StageVisit:
    """Return a visit with the named responses of the replies that count for it."""
    counted = [
        one
        for one in replies
        if visit_at(conversation, one.at) is visit
        and (visit.first_sent_at is None or one.at >= visit.first_sent_at)
    ]
    return visit.model_copy(update={"named_responses": _named(counted)}) if counted else visit


def _named(replies: Sequence[ReadAgain]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for one in replies for name in one.now.named_responses))


def _values(conversation: Conversation, replies: Sequence[ReadAgain]) -> dict[str, Any]:
    """Return the values: those that no reply gave stay, the others are found anew."""
    held = conversation.context.get("response")
    earlier = {name for one in replies for name in one.before.values}
    values = {
        name: value
        for name, value in (held.items() if isinstance(held, Mapping) else ())
        if name not in earlier
    }
    for one in replies:
        values |= one.now.values
    return values


def _awaiting(
    conversation: Conversation, template: CampaignTemplate, replies: Sequence[ReadAgain]
) -> Conversation:
    """Return the conversation whose waiting reply, if it was read otherwise, waits as it is now."""
    answering = conversation.answering
    pending = None if answering is None else answering.pending
    if pending is None or pending.is_answered:
        return conversation
    for one in _changed(replies):
        if str(one.reply.id) == pending.reply_id:
            bare = without_pending(conversation)
            return expect_answer(bare, template, one.reply, one.now, pending.at)[0]
    return conversation


def _changed(replies: Sequence[ReadAgain]) -> Iterator[ReadAgain]:
    return (one for one in replies if one.changes)


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} = {inner}" for name, inner in value.items()) or "none"
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "none"
    return str(value)
