"""Inbox: finds the conversation of each reply, has it understood, and writes its effect.

The conversation is committed first and the reply settled after it; a process that dies between the
two does it again, and the conversation's history says that it was done.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from comm_pipeline.bot.opt_outs import find_opt_out
from comm_pipeline.bot.rules import analyse
from comm_pipeline.domain.addresses import normalise_email
from comm_pipeline.domain.conversations import Conversation
from comm_pipeline.domain.document import explain_validation_error
from comm_pipeline.domain.ids import CampaignId, ConversationId, RecipientId, conversation_id
from comm_pipeline.domain.replies import (
    Analysis,
    InboundMessage,
    InboundStatus,
    apply_reply,
    has_message,
)
from comm_pipeline.domain.statuses import ConversationStatus
from comm_pipeline.domain.templates import CampaignTemplate
from comm_pipeline.errors import InvalidInputError, NotFoundError
from comm_pipeline.services.clock import Clock
from comm_pipeline.services.config_manager import ConfigManager
from comm_pipeline.storage.connection import Doc
from comm_pipeline.storage.conversation_states import Commit
from comm_pipeline.storage.repositories import Repositories

#: How many conversations of one address are looked at to find the one that a reply belongs to.
_CONVERSATIONS_OF_AN_ADDRESS = 50
#: The source that suppressions by opt-out name.
_OPT_OUT_SOURCE = "reply"


@dataclass
class InboxReport:
    """What became of replies, in counts; ``campaigns`` are those that have something to do now."""

    applied: int = 0
    unmatched: int = 0
    malformed: int = 0
    opted_out: int = 0
    campaigns: set[CampaignId] = field(default_factory=set)


class Inbox:
    """Takes up new replies."""

    def __init__(
        self, repositories: Repositories, config_manager: ConfigManager, clock: Clock
    ) -> None:
        self._repositories = repositories
        self._config_manager = config_manager
        self._clock = clock

    async def take_up(self, batch_size: int) -> InboxReport:
        """Take up every reply that has come in, ``batch_size`` at a time."""
        report = InboxReport()
        while documents := await self._repositories.inbound.find_new(batch_size):
            before = (report.applied, report.unmatched, report.malformed)
            await self._take_batch(documents, report)
            if before == (report.applied, report.unmatched, report.malformed):
                break  # all conversations were changed under our hands; the next run goes on
        return report

    async def _take_batch(self, documents: Sequence[Doc], report: InboxReport) -> None:
        replies = [reply for one in documents if (reply := await self._read(one, report))]
        replies.sort(key=lambda reply: reply.received_at)
        matched = await self._match(replies, report)
        for group in _one_each(matched):
            await self._apply(group, report)

    async def _read(self, document: Doc, report: InboxReport) -> InboundMessage | None:
        try:
            return InboundMessage.model_validate({**document, "status": InboundStatus.NEW})
        except ValidationError as error:
            reason = explain_validation_error(error)
            await self._repositories.inbound.settle(
                document["_id"], InboundStatus.MALFORMED, self._clock(), reason=reason
            )
            report.malformed += 1
            return None

    async def _match(
        self, replies: Sequence[InboundMessage], report: InboxReport
    ) -> list[tuple[ConversationId, InboundMessage]]:
        by_message_id = await self._repositories.ledger.find_by_message_ids(
            [reference for reply in replies for reference in _references(reply)]
        )
        matched = []
        for reply in replies:
            found = await self._conversation_of(reply, by_message_id)
            if found is None:
                await self._keep_unmatched(reply, report)
            else:
                matched.append((found, reply))
        return matched

    async def _conversation_of(
        self, reply: InboundMessage, by_message_id: Mapping[str, Doc]
    ) -> ConversationId | None:
        if reply.conversation_id:
            return ConversationId(reply.conversation_id)
        if reply.campaign_id and reply.recipient_id:
            return conversation_id(CampaignId(reply.campaign_id), RecipientId(reply.recipient_id))
        for reference in _references(reply):
            if reference in by_message_id:
                return ConversationId(by_message_id[reference]["conversation_id"])
        return await self._conversation_with(reply.from_address)

    async def _conversation_with(self, address: str | None) -> ConversationId | None:
        """Return the conversation with an address that was active last; an open one goes first."""
        normal = _normal_or_none(address)
        if normal is None:
            return None
        found = await self._repositories.conversations.find_by_address(
            normal, _CONVERSATIONS_OF_AN_ADDRESS
        )
        return max(found, key=_liveliness)["_id"] if found else None

    async def _keep_unmatched(self, reply: InboundMessage, report: InboxReport) -> None:
        await self._repositories.inbound.settle(
            reply.id,
            InboundStatus.UNMATCHED,
            self._clock(),
            reason="no conversation has this conversation_id, Message-ID or from_address",
        )
        report.unmatched += 1
        address = _normal_or_none(reply.from_address)
        if address is not None and find_opt_out(reply.text):
            await self._suppress(address, "opted out in a reply that no campaign matches")
            report.opted_out += 1

    async def _apply(
        self, group: Sequence[tuple[ConversationId, InboundMessage]], report: InboxReport
    ) -> None:
        """Write the effect of replies of which no two belong to the same conversation."""
        now = self._clock()
        loaded = await self._repositories.conversations.load([key for key, _ in group])
        templates = await self._templates({one.campaign_id for one in loaded.values()})
        commits: dict[ConversationId, Commit] = {}
        analyses: dict[Any, Analysis] = {}
        for key, reply in group:
            conversation = loaded.get(key)
            template = templates.get(conversation.campaign_id) if conversation else None
            if conversation is None or template is None:
                await self._keep_unmatched(reply, report)
                continue
            stage = template.stage(conversation.current_stage)
            analyses[reply.id] = analysis = analyse(reply.text, template, stage)
            if analysis.is_opt_out and conversation.address:
                reason = f"opted out in campaign {conversation.campaign_id}"
                await self._suppress(conversation.address, reason)
            if not has_message(conversation, str(reply.id)):
                after, entry, decision = apply_reply(conversation, stage, reply, analysis, now)
                commits[key] = Commit(conversation, after, (entry,), (decision,))
        written = await self._repositories.conversations.commit(
            list(commits.values()), uuid.uuid4().hex
        )
        done = [
            (loaded[key], reply)
            for key, reply in group
            if reply.id in analyses and (key in written or key not in commits)
        ]
        await self._settle(done, analyses, report, now)

    async def _settle(
        self,
        done: Sequence[tuple[Conversation, InboundMessage]],
        analyses: Mapping[Any, Analysis],
        report: InboxReport,
        now: datetime,
    ) -> None:
        campaigns = {conversation.campaign_id for conversation, _ in done}
        await self._repositories.campaigns.wake(sorted(campaigns), now)
        report.campaigns |= campaigns
        for conversation, reply in done:
            analysis = analyses[reply.id]
            await self._repositories.inbound.settle(
                reply.id,
                InboundStatus.APPLIED,
                now,
                conversation_id=conversation.id,
                campaign_id=conversation.campaign_id,
                recipient_id=conversation.user_id,
                analysis=analysis.model_dump(),
            )
            report.applied += 1
            report.opted_out += analysis.is_opt_out

    async def _templates(
        self, campaign_ids: Iterable[CampaignId]
    ) -> dict[CampaignId, CampaignTemplate]:
        """Return the templates of the campaigns that exist."""
        templates = {}
        for campaign_id in campaign_ids:
            try:
                campaign = await self._repositories.campaigns.get(campaign_id)
            except NotFoundError:
                continue
            templates[campaign_id] = self._config_manager.template_of(campaign)
        return templates

    async def _suppress(self, address: str, reason: str) -> None:
        """Stop every campaign to an address; written before anything else of the reply."""
        await self._repositories.suppressions.add(address, reason, _OPT_OUT_SOURCE, self._clock())


def _references(reply: InboundMessage) -> list[str]:
    """Return the Message-IDs that a reply refers to, the nearest first."""
    nearest = [reply.in_reply_to] if reply.in_reply_to else []
    return [*nearest, *reversed(reply.references)]


def _normal_or_none(address: str | None) -> str | None:
    if address is None:
        return None
    try:
        return normalise_email(address)
    except InvalidInputError:
        return None


def _liveliness(document: Doc) -> tuple[bool, Any]:
    return document["status"] == ConversationStatus.ACTIVE.value, document["last_active"]


def _one_each(
    matched: Sequence[tuple[ConversationId, InboundMessage]],
) -> list[list[tuple[ConversationId, InboundMessage]]]:
    """Split replies into groups in which each conversation stands once, keeping their order."""
    groups: list[list[tuple[ConversationId, InboundMessage]]] = []
    seen: dict[ConversationId, int] = {}
    for key, reply in matched:
        position = seen.get(key, 0)
        seen[key] = position + 1
        if position == len(groups):
            groups.append([])
        groups[position].append((key, reply))
    return groups
