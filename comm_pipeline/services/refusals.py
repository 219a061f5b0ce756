"""Telling conversations that a message of theirs was refused for good.

The conversation is committed first and the ledger's ``is_handled`` follows: a process that dies
between the two tells it again, and finds that it was told.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from comm_pipeline.domain.awaited_messages import awaited_keys
from comm_pipeline.domain.campaigns import Campaign
from comm_pipeline.domain.conversations import (
    Conversation,
    DecisionRecord,
    Direction,
)
from comm_pipeline.domain.decision import Complete
from comm_pipeline.domain.ids import ConversationId
from comm_pipeline.domain.messages import MessageKind, OutboundMessage
from comm_pipeline.domain.statuses import (
    CampaignStatus,
    ConversationStatus,
    DeliveryStatus,
    Outcome,
)
from comm_pipeline.domain.suppressions import Suppression, SuppressionKind
from comm_pipeline.domain.templates import CampaignTemplate
from comm_pipeline.domain.transition import record, without_message
from comm_pipeline.services.channel_fallback import REFUSED_BY_CHANNEL, fall_back
from comm_pipeline.services.clock import Clock
from comm_pipeline.services.config_manager import ConfigManager, campaign_variables
from comm_pipeline.services.worker_service import WorkerService
from comm_pipeline.storage.conversation_commits import Commit
from comm_pipeline.storage.repositories import Repositories

#: Refused messages whose conversations are told in one go.
_AT_ONCE: Final = 200
#: Endings that a refusal makes, or that make one: nothing new is to be said of them.
_KNOWN_ENDINGS: Final = frozenset({Outcome.BOUNCED, Outcome.OPTED_OUT, Outcome.ERROR})
#: Endings that let the last message leave.
_SPOKEN_TO_THE_END: Final = frozenset({Outcome.SUCCESS, Outcome.NO_RESPONSE})
_GOING_ON: Final = frozenset({CampaignStatus.ACTIVE, CampaignStatus.PAUSED})
_OUTCOMES: Final = {
    DeliveryStatus.BOUNCED: Outcome.BOUNCED,
    DeliveryStatus.SUPPRESSED: Outcome.OPTED_OUT,
    DeliveryStatus.COMPLAINED: Outcome.OPTED_OUT,
}


@dataclass(frozen=True, slots=True)
class Refusals:
    """Ends the conversations whose messages were refused for good, or leads them elsewhere."""

    repositories: Repositories
    config_manager: ConfigManager
    worker: WorkerService
    clock: Clock

    async def tell(self, campaign: Campaign) -> int:
        """Tell all refusals of a campaign that have not been told; return how many."""
        ledger, count = self.repositories.ledger, 0
        while refused := await ledger.find_unhandled(campaign.id, _AT_ONCE):
            now = self.clock()
            await self._suppress(refused, now)
            suppressed = await self.repositories.suppressions.find(
                [one.address for one in refused if one.status is DeliveryStatus.SUPPRESSED]
            )
            lost = await self._commit(campaign, refused, suppressed, now)
            told = [one.id for one in refused if one.conversation_id not in lost]
            await ledger.mark_handled(told)
            count += len(told)
        return count

    async def _commit(
        self,
        campaign: Campaign,
        refused: Sequence[OutboundMessage],
        suppressed: Mapping[str, Suppression],
        now: datetime,
    ) -> set[ConversationId]:
        """Return the conversations that somebody else has changed meanwhile."""
        by_conversation: dict[ConversationId, list[OutboundMessage]] = {}
        for message in refused:
            by_conversation.setdefault(message.conversation_id, []).append(message)
        loaded = await self.repositories.conversations.load(list(by_conversation))
        template = self.config_manager.template_of(campaign)
        variables = campaign_variables(campaign, template)
        commits = []
        for key, conversation in loaded.items():
            news = _news(conversation, by_conversation[key])
            other = self._elsewhere(campaign, conversation, news, template, variables, now)
            if other is not None:
                commits.append(other)
            elif news and conversation.is_active:
                commits.append(_ended(conversation, _decisive(news), suppressed, now))
            elif news and conversation.status is ConversationStatus.ESCALATED:
                await self._alert_person(conversation, news[-1], now)
            elif news and conversation.outcome not in _KNOWN_ENDINGS:
                commits += await self._note_after_the_end(conversation, news[-1], now)
        written = await self.worker.commit(commits)
        return {commit.before.id for commit in commits} - written

    def _elsewhere(
        self,
        campaign: Campaign,
        conversation: Conversation,
        news: Sequence[OutboundMessage],
        template: CampaignTemplate,
        variables: Mapping[str, Any],
        now: datetime,
    ) -> Commit | None:
        """Return the conversation on its next channel, None if it is not to go on there.

        Of an ended campaign nothing leaves any more, nor what a person has given up; of a
        conversation that a person has, only what that person wrote is said once more, and of one
        that has ended well, only its last words.
        """
        if not news or campaign.status not in _GOING_ON or not all(map(_is_by_channel, news)):
            return None
        is_of_people = all(one.kind is MessageKind.PERSON for one in news)
        is_held = conversation.status is ConversationStatus.ESCALATED and is_of_people
        last_words = _last_words(conversation)
        is_said = conversation.outcome in _SPOKEN_TO_THE_END and news[-1].id == last_words
        if not (conversation.is_active or is_held or is_said):
            return None
        domain = self.worker.message_id_domain
        return fall_back(conversation, news, template, variables, domain, now)

    async def _note_after_the_end(
        self, conversation: Conversation, message: OutboundMessage, now: datetime
    ) -> list[Commit]:
        """Say in a conversation that has ended that its last words did not arrive.

        Of an answer, which somebody may rely on, there is an alert, too.
        """
        if message.id != _last_words(conversation):
            return []
        reason = f"the last message did not arrive: {message.status}: {message.reason}"
        known = any(one.reason == reason for one in conversation.decisions)
        if message.kind is not MessageKind.MESSAGE:
            await self.repositories.alerts.raise_alert(
                f"refused:{conversation.id}",
                f"{conversation.id} has ended as {conversation.outcome}, and its last message "
                f"{message.id} to {message.address} is {message.status}: {message.reason}",
                now,
            )
        record_of_it = DecisionRecord(
            at=now, kind="note", rule=f"delivery_{message.status}", reason=reason
        )
        return [] if known else [Commit(conversation, conversation, (), (record_of_it,))]

    async def _alert_person(
        self, conversation: Conversation, message: OutboundMessage, now: datetime
    ) -> None:
        """Tell whoever has the conversation that something did not arrive, which they may think."""
        await self.repositories.alerts.raise_alert(
            f"refused:{conversation.id}",
            f"{conversation.id} is with a person, and the message {message.id} to {message.address}"
            f" is {message.status}: {message.reason}",
            now,
        )

    async def _suppress(self, refused: Sequence[OutboundMessage], now: datetime) -> None:
        for message in refused:
            if message.status is DeliveryStatus.BOUNCED:
                await self.repositories.suppressions.add(
                    message.address,
                    f"bounced: {message.reason}",
                    "delivery",
                    now,
                    SuppressionKind.BOUNCE,
                )


def _last_words(conversation: Conversation) -> str | None:
    """Return the key of the last message that was said to the recipient, whoever said it."""
    outbound = (one for one in conversation.message_history if one.direction is Direction.OUTBOUND)
    return next((one.message_id for one in reversed([*outbound])), None)


def _news(conversation: Conversation, refused: Sequence[OutboundMessage]) -> list[OutboundMessage]:
    """Return the refusals that the conversation has not acted upon.

    It knows of a channel that refused an earlier message, but has not said its latest one again: if
    it had, that would not be the latest.
    """
    latest, known = awaited_keys(conversation), conversation.refused_channels
    return [
        one
        for one in refused
        if not _is_by_channel(one) or one.channel not in known or one.id in latest
    ]


def _decisive(news: Sequence[OutboundMessage]) -> OutboundMessage:
    """Return the refusal that ends a conversation: one that means its person goes first."""
    return next((one for one in news if not _is_by_channel(one)), news[-1])


def _is_by_channel(message: OutboundMessage) -> bool:
    """Return whether it was a channel that refused a message, and another may take it."""
    return message.status in REFUSED_BY_CHANNEL and not message.is_given_up


def _ended(
    conversation: Conversation,
    message: OutboundMessage,
    suppressed: Mapping[str, Suppression],
    now: datetime,
) -> Commit:
    """Return the end of a conversation; an address that bounced elsewhere has not opted out."""
    outcome = _OUTCOMES.get(message.status, Outcome.ERROR)
    if message.status is DeliveryStatus.SUPPRESSED and message.address in suppressed:
        outcome = suppressed[message.address].kind.outcome
    decision = Complete(f"delivery_{message.status}", message.reason or "", outcome)
    after = without_message(conversation, decision, now)
    return Commit(conversation, after, (), (record(decision, now),))
