"""Inbox: finds the conversation of each reply, has it understood, and writes its effect.

The conversation is committed first and the reply settled after it; a process that dies between the
two does it again, and the conversation's history says that it was done.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog
from pydantic import ValidationError

from comm_pipeline.bot.opt_outs import find_opt_out
from comm_pipeline.bot.rules import analyse
from comm_pipeline.domain.conversations import Conversation
from comm_pipeline.domain.document import explain_validation_error
from comm_pipeline.domain.ids import CampaignId, ConversationId
from comm_pipeline.domain.replies import (
    Analysis,
    InboundMessage,
    InboundStatus,
    apply_reply,
    has_message,
)
from comm_pipeline.domain.templates import CampaignTemplate
from comm_pipeline.errors import CommPipelineError, NotFoundError
from comm_pipeline.services.clock import Clock
from comm_pipeline.services.config_manager import ConfigManager
from comm_pipeline.services.reply_matching import address_or_none, match_replies
from comm_pipeline.storage.connection import Doc
from comm_pipeline.storage.conversation_states import Commit
from comm_pipeline.storage.repositories import Repositories

log = structlog.get_logger(__name__)

#: The fields by which a malformed reply may still say whose it is.
_LEADS = ("conversation_id", "campaign_id", "recipient_id", "from_address", "in_reply_to")
#: Characters of a malformed reply that are searched for an opt-out.
_LONGEST_SALVAGED = 1_000_000
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
            await self._honour_opt_out(_salvaged(document, self._clock()), report)
            await self._keep_malformed(document["_id"], reason, report)
            return None

    async def _keep_malformed(self, reply_id: Any, reason: str, report: InboxReport) -> None:
        await self._repositories.inbound.settle(
            reply_id, InboundStatus.MALFORMED, self._clock(), reason=reason[:4000]
        )
        report.malformed += 1

    async def _honour_opt_out(self, reply: InboundMessage | None, report: InboxReport) -> None:
        """Suppress who asks for it in a reply that has no further effect."""
        if reply is None or not find_opt_out(reply.text):
            return
        (key,) = await match_replies(self._repositories, [reply])
        loaded = await self._repositories.conversations.load([key] if key else [])
        known = {conversation.address for conversation in loaded.values()}
        for address in {*known, address_or_none(reply.from_address)} - {None}:
            assert address is not None
            await self._suppress(address, "opted out in a reply that could not be applied")
            report.opted_out += 1

    async def _match(
        self, replies: Sequence[InboundMessage], report: InboxReport
    ) -> list[tuple[ConversationId, InboundMessage]]:
        matched = []
        found = await match_replies(self._repositories, replies)
        for key, reply in zip(found, replies, strict=True):
            if key is None:
                await self._keep_unmatched(reply, report)
            else:
                matched.append((key, reply))
        return matched

    async def _keep_unmatched(self, reply: InboundMessage, report: InboxReport) -> None:
        await self._honour_opt_out(reply, report)
        await self._repositories.inbound.settle(
            reply.id,
            InboundStatus.UNMATCHED,
            self._clock(),
            reason="no conversation has this conversation_id, Message-ID or from_address",
        )
        report.unmatched += 1

    async def _apply(
        self, group: Sequence[tuple[ConversationId, InboundMessage]], report: InboxReport
    ) -> None:
        """Write the effect of replies of which no two belong to the same conversation."""
        now = self._clock()
        loaded = await self._repositories.conversations.load([key for key, _ in group])
        templates = await self._templates({one.campaign_id for one in loaded.values()})
        understood: list[_Understood] = []
        for key, reply in group:
            conversation = loaded.get(key)
            template = templates.get(conversation.campaign_id) if conversation else None
            if conversation is None or template is None:
                await self._keep_unmatched(reply, report)
                continue
            try:
                one = _understand(conversation, template, reply, now)
            except Exception as error:  # whatever one reply does, the others go on
                if not isinstance(error, CommPipelineError):
                    log.exception("reply_failed", conversation_id=key)
                await self._honour_opt_out(reply, report)
                await self._keep_malformed(reply.id, _explain(error), report)
                continue
            if one.analysis.is_opt_out and conversation.address:
                reason = f"opted out in campaign {conversation.campaign_id}"
                await self._suppress(conversation.address, reason)
            understood.append(one)
        commits = [one.commit for one in understood if one.commit]
        written = await self._repositories.conversations.commit(commits, uuid.uuid4().hex)
        done = [one for one in understood if not one.commit or one.conversation.id in written]
        await self._settle(done, report, now)

    async def _settle(
        self, done: Sequence["_Understood"], report: InboxReport, now: datetime
    ) -> None:
        campaigns = {one.conversation.campaign_id for one in done}
        await self._repositories.campaigns.wake(sorted(campaigns), now)
        report.campaigns |= campaigns
        for one in done:
            await self._repositories.inbound.settle(
                one.reply.id,
                InboundStatus.APPLIED,
                now,
                conversation_id=one.conversation.id,
                campaign_id=one.conversation.campaign_id,
                recipient_id=one.conversation.user_id,
                analysis=one.analysis.model_dump(),
            )
            report.applied += 1
            report.opted_out += one.analysis.is_opt_out

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


@dataclass(frozen=True, slots=True)
class _Understood:
    """A reply with its meaning; no commit if the conversation's history holds it already."""

    conversation: Conversation
    reply: InboundMessage
    analysis: Analysis
    commit: Commit | None


def _understand(
    conversation: Conversation, template: CampaignTemplate, reply: InboundMessage, now: datetime
) -> _Understood:
    stage = template.stage(conversation.current_stage)
    analysis = analyse(reply.text, template, stage)
    if has_message(conversation, str(reply.id)):
        return _Understood(conversation, reply, analysis, None)
    after, entry, decision = apply_reply(conversation, stage, reply, analysis, now)
    return _Understood(
        conversation, reply, analysis, Commit(conversation, after, (entry,), (decision,))
    )


def _explain(error: Exception) -> str:
    if isinstance(error, CommPipelineError):
        return str(error)
    return f"{type(error).__name__}: {error}"


def _salvaged(document: Doc, now: datetime) -> InboundMessage | None:
    """Return what can be read of a malformed reply, or None if that is not even its text."""
    if not isinstance(document.get("text"), str):
        return None
    readable = {key: value for key in _LEADS if isinstance(value := document.get(key), str)}
    text = document["text"][:_LONGEST_SALVAGED]
    return InboundMessage(id=document["_id"], text=text, received_at=now, **readable)


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
