"""Inbox: finds the conversation of each reply, has it understood, and writes its effect.

The conversation is committed first and the reply settled after it; a process that dies between the
two does it again, and the conversation's history says that it was done.
"""

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog
from bson.errors import InvalidDocument
from pydantic import ValidationError
from pymongo.errors import BulkWriteError, PyMongoError

from comm_pipeline.bot.opt_outs import find_opt_out
from comm_pipeline.bot.rules import analyse
from comm_pipeline.domain.analysis import Analysis
from comm_pipeline.domain.answers_expecting import expect_answer
from comm_pipeline.domain.conversations import Conversation
from comm_pipeline.domain.document import explain_validation_error
from comm_pipeline.domain.ids import CampaignId, ConversationId
from comm_pipeline.domain.replies import (
    InboundMessage,
    InboundStatus,
    apply_reply,
    has_message,
)
from comm_pipeline.domain.stage_order import stage_under_way
from comm_pipeline.domain.templates import CampaignTemplate
from comm_pipeline.domain.time_zones import zone_named
from comm_pipeline.errors import CommPipelineError, InvalidInputError, NotFoundError
from comm_pipeline.services.clock import Clock
from comm_pipeline.services.config_manager import ConfigManager
from comm_pipeline.services.reply_matching import address_or_none, match_replies, one_each, salvaged
from comm_pipeline.storage.connection import Doc
from comm_pipeline.storage.conversation_states import Commit
from comm_pipeline.storage.repositories import Repositories

log = structlog.get_logger(__name__)

#: The source that suppressions by opt-out name.
_OPT_OUT_SOURCE = "reply"
#: What a commit raises because of what is to be written, and not of how the database is.
_REFUSED = (BulkWriteError, InvalidDocument, OverflowError)


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
        #: Ids of replies that are done, but whose documents have no room to say so.
        self._full: list[Any] = []

    async def take_up(self, batch_size: int) -> InboxReport:
        """Take up every reply that has come in, ``batch_size`` at a time."""
        report = InboxReport()
        inbound = self._repositories.inbound
        while documents := await inbound.find_new(batch_size, self._full):
            before = (report.applied, report.unmatched, report.malformed)
            await self._take_batch(documents, report)
            if before == (report.applied, report.unmatched, report.malformed):
                break  # all conversations were changed under our hands; the next run goes on
        return report

    async def _take_batch(self, documents: Sequence[Doc], report: InboxReport) -> None:
        replies = [reply for one in documents if (reply := await self._read(one, report))]
        replies.sort(key=lambda reply: reply.received_at)
        matched = await self._match(replies, report)
        for group in one_each(matched):
            await self._apply(group, report)

    async def _read(self, document: Doc, report: InboxReport) -> InboundMessage | None:
        try:
            return InboundMessage.model_validate({**document, "status": InboundStatus.NEW})
        except ValidationError as error:
            reason = explain_validation_error(error)
            await self._honour_opt_out(salvaged(document, self._clock()), report)
            await self._keep_malformed(document["_id"], reason, report)
            return None

    async def _keep_malformed(self, reply_id: Any, reason: str, report: InboxReport) -> None:
        await self._say(reply_id, InboundStatus.MALFORMED, reason=reason[:4000])
        report.malformed += 1

    async def _honour_opt_out(self, reply: InboundMessage | None, report: InboxReport) -> None:
        """Suppress who asks for it in a reply that has no further effect."""
        if reply is None or not find_opt_out(reply.text):
            return
        (key,) = await match_replies(self._repositories, [reply])
        known = await self._repositories.conversations.addresses([key] if key else [])
        for address in {*known.values(), address_or_none(reply.from_address)} - {None}:
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
        await self._say(
            reply.id,
            InboundStatus.UNMATCHED,
            reason="no conversation has this conversation_id, Message-ID or from_address",
        )
        report.unmatched += 1

    async def _apply(
        self, group: Sequence[tuple[ConversationId, InboundMessage]], report: InboxReport
    ) -> None:
        """Write the effect of replies of which no two belong to the same conversation."""
        now, conversations = self._clock(), self._repositories.conversations
        keys = [key for key, _ in group]
        loaded, existing = await conversations.load(keys), await conversations.addresses(keys)
        templates = await self._templates({one.campaign_id for one in loaded.values()})
        understood: list[_Understood] = []
        for key, reply in group:
            if key not in existing:
                await self._keep_unmatched(reply, report)
                continue
            try:
                one = _understand(loaded.get(key), templates, reply, now)
            except NotFoundError:
                await self._keep_unmatched(reply, report)
            except Exception as error:  # whatever one reply does, the others go on
                await self._refuse(reply, error, report)
            else:
                await self._suppress_opted_out(one)
                understood.append(one)
        done = await self._commit(understood, report)
        await self._learn(done, templates)
        await self._settle(done, report, now)

    async def _refuse(self, reply: InboundMessage, error: Exception, report: InboxReport) -> None:
        if not isinstance(error, CommPipelineError | ValidationError):
            log.error("reply_failed", reply_id=str(reply.id), exc_info=error)
        await self._honour_opt_out(reply, report)
        await self._keep_malformed(reply.id, _explain(error), report)

    async def _suppress_opted_out(self, one: "_Understood") -> None:
        if one.analysis.is_opt_out and one.conversation.address:
            reason = f"opted out in campaign {one.conversation.campaign_id}"
            await self._suppress(one.conversation.address, reason)

    async def _commit(
        self, understood: Sequence["_Understood"], report: InboxReport
    ) -> list["_Understood"]:
        """Return those whose effect is written; without those changed under our hands."""
        token, written = uuid.uuid4().hex, set[ConversationId]()
        conversations = self._repositories.conversations
        refused: set[ConversationId] = set()
        try:
            written |= await conversations.commit(_commits(understood), token)
        except _REFUSED:  # by one of them: which one is found by trying each alone
            for one in understood:
                try:
                    written |= await conversations.commit(_commits([one]), token)
                except _REFUSED as error:
                    refused.add(one.conversation.id)
                    await self._refuse(one.reply, error, report)
        return [
            one
            for one in understood
            if one.conversation.id not in refused
            and (not one.commit or one.conversation.id in written)
        ]

    async def _learn(self, done: Sequence["_Understood"], templates: "_Templates") -> None:
        """Count when people answer, for campaigns that prefer the hours in which most do."""
        new = [one for one in done if one.commit and not one.analysis.is_opt_out]
        hours = defaultdict[CampaignId, Counter[int]](Counter)
        for one in new:
            template = templates[one.conversation.campaign_id]
            assert isinstance(template, CampaignTemplate)
            if template.optimal_contact_times and template.optimal_contact_times.learn:
                zone = one.conversation.contact.time_zone or "UTC"
                local = one.reply.received_at.astimezone(zone_named(zone))
                hours[one.conversation.campaign_id][local.hour] += 1
        for campaign_id, by_hour in hours.items():
            await self._repositories.campaigns.count_answers(campaign_id, by_hour)

    async def _settle(
        self, done: Sequence["_Understood"], report: InboxReport, now: datetime
    ) -> None:
        campaigns = {one.conversation.campaign_id for one in done}
        await self._repositories.campaigns.wake(sorted(campaigns), now)
        report.campaigns |= campaigns
        for one in done:
            await self._say(
                one.reply.id,
                InboundStatus.APPLIED,
                conversation_id=one.conversation.id,
                campaign_id=one.conversation.campaign_id,
                recipient_id=one.conversation.user_id,
                analysis=one.analysis.model_dump(),
            )
            report.applied += 1
            report.opted_out += one.analysis.is_opt_out

    async def _say(self, reply_id: Any, status: InboundStatus, **details: Any) -> None:
        """Write what became of a reply; one without room for it is left alone from now on."""
        now = self._clock()
        if await self._repositories.inbound.settle(reply_id, status, now, **details):
            return
        self._full.append(reply_id)
        await self._repositories.alerts.raise_alert(
            f"reply:{reply_id}",
            f"the reply is {status}, but its document is full and cannot say so; delete it or make "
            "it smaller",
            now,
        )

    async def _templates(self, campaign_ids: Iterable[CampaignId]) -> "_Templates":
        """Return the template of each campaign, or why it cannot be had."""
        templates: _Templates = {}
        for campaign_id in campaign_ids:
            try:
                campaign = await self._repositories.campaigns.get(campaign_id)
                templates[campaign_id] = self._config_manager.template_of(campaign)
            except PyMongoError:
                raise
            except Exception as error:  # it concerns the replies to this campaign only
                templates[campaign_id] = error
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


_Templates = dict[CampaignId, CampaignTemplate | Exception]


def _understand(
    conversation: Conversation | None, templates: _Templates, reply: InboundMessage, now: datetime
) -> _Understood:
    """Return what a reply means and does.

    Raises whatever keeps it from being understood; NotFoundError if its campaign is gone.
    """
    if conversation is None:
        raise InvalidInputError("the document of its conversation cannot be read; see the alerts")
    template = templates[conversation.campaign_id]
    if isinstance(template, Exception):
        raise template
    stage = stage_under_way(conversation, template)
    analysis = analyse(reply.text, template, stage)
    if has_message(conversation, str(reply.id)):
        return _Understood(conversation, reply, analysis, None)
    after, entry, decision = apply_reply(conversation, stage, reply, analysis, now)
    after, silences = expect_answer(after, template, reply, analysis, now)
    return _Understood(
        conversation, reply, analysis, Commit(conversation, after, (entry,), (decision, *silences))
    )


def _commits(understood: Iterable[_Understood]) -> list[Commit]:
    return [one.commit for one in understood if one.commit]


def _explain(error: Exception) -> str:
    if isinstance(error, CommPipelineError):
        return str(error)
    if isinstance(error, ValidationError):
        return f"its campaign cannot be read: {explain_validation_error(error)}"
    return f"{type(error).__name__}: {error}"
