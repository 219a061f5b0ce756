"""Messages that belong to conversations: understood, applied, settled."""

import asyncio
from collections.abc import Coroutine, Iterable, Mapping, Sequence
from typing import Any

import structlog
from pydantic import ValidationError
from pymongo.errors import PyMongoError

from comm_pipeline.bot.analyser import Analyser
from comm_pipeline.domain.awaited_messages import first_key
from comm_pipeline.domain.conversations import Conversation
from comm_pipeline.domain.decision import DeliveryFact
from comm_pipeline.domain.ids import CampaignId, ConversationId, MessageKey, campaign_of
from comm_pipeline.domain.mail_kinds import MailKind
from comm_pipeline.domain.replies import InboundMessage, InboundStatus
from comm_pipeline.domain.templates import CampaignTemplate
from comm_pipeline.errors import CommPipelineError, InvalidInputError, NotFoundError
from comm_pipeline.mailbox.mail_kinds import OwnMail
from comm_pipeline.services.clock import Clock
from comm_pipeline.services.config_manager import ConfigManager
from comm_pipeline.services.inbox_effects import Effect, InboxEffects, effect_of
from comm_pipeline.services.inbox_opt_outs import honour_opt_out
from comm_pipeline.services.inbox_reading import why_not_applied
from comm_pipeline.services.inbox_report import LOW_CONFIDENCE, InboxReport
from comm_pipeline.services.inbox_settling import InboxSettling
from comm_pipeline.services.inbox_understanding import Understood, understand
from comm_pipeline.services.reply_matching import NO_LEAD, Match
from comm_pipeline.services.unapplied_doubts import call_a_person_if_in_doubt
from comm_pipeline.storage.repositories import Repositories

log = structlog.get_logger(__name__)

Templates = dict[CampaignId, CampaignTemplate | Exception]


class InboxConversations:
    """Applies messages of which no two belong to the same conversation."""

    def __init__(
        self,
        repositories: Repositories,
        config_manager: ConfigManager,
        analyser: Analyser,
        own: OwnMail,
        settling: InboxSettling,
        clock: Clock,
    ) -> None:
        self._repositories = repositories
        self._config_manager = config_manager
        self._analyser = analyser
        self._own = own
        self._settling = settling
        self._effects = InboxEffects(repositories, own, clock)
        self._clock = clock

    async def apply(
        self, group: Sequence[tuple[InboundMessage, Match]], report: InboxReport
    ) -> None:
        """Write what a group of matched messages does, and settle them."""
        keys = [match.conversation_id for _, match in group if match.conversation_id]
        conversations = self._repositories.conversations
        loaded = await conversations.load(keys)
        others = [key for key in keys if key not in loaded]
        existing = {*loaded, *(await conversations.addresses(others) if others else ())}
        templates = await self._templates({one.campaign_id for one in loaded.values()})
        deliveries = await self._first_deliveries(loaded.values())
        led_by = {match.conversation_id: match.by for _, match in group}
        prepared = await _all(
            self._prepare(reply, match, loaded, existing, templates, deliveries, report)
            for reply, match in group
        )
        usable = {key: one for key, one in templates.items() if not isinstance(one, Exception)}

        async def refuse(effect: Effect, error: Exception) -> None:
            await self.refuse(effect.understood.reply, error, report)

        effects = [one for one in prepared if one is not None]
        done = await self._effects.write(effects, usable, refuse, report)
        for status in (InboundStatus.APPLIED, InboundStatus.NOTED):
            replies = [
                (one.reply.id, _details(one, led_by[one.conversation.id]))
                for one in (effect.understood for effect in done)
                if _status(one) is status
            ]
            await self._settling.settle_all(status, report, replies)
        for effect in done:
            _count(effect.understood, report)

    async def refuse(self, reply: InboundMessage, error: Exception, report: InboxReport) -> None:
        """Keep a message that cannot be applied, with the reason; an opt-out still counts.

        What may be one still calls a person.
        """
        if not isinstance(error, CommPipelineError | ValidationError):
            log.error("reply_failed", reply_id=str(reply.id), exc_info=error)
        now = self._clock()
        await honour_opt_out(self._repositories, reply, self._own, report, now)
        await call_a_person_if_in_doubt(self._repositories, reply, self._own, now)
        await self._settling.settle(
            reply.id, InboundStatus.MALFORMED, report, reason=why_not_applied(error)
        )

    async def keep_unmatched(self, reply: InboundMessage, reason: str, report: InboxReport) -> None:
        """Keep a message that belongs nowhere, with the reason; an opt-out still counts."""
        await honour_opt_out(self._repositories, reply, self._own, report, self._clock())
        await self._settling.settle(reply.id, InboundStatus.UNMATCHED, report, reason=reason)

    async def _prepare(
        self,
        reply: InboundMessage,
        match: Match,
        loaded: dict[ConversationId, Conversation],
        existing: Iterable[ConversationId],
        templates: Templates,
        deliveries: Mapping[MessageKey, DeliveryFact],
        report: InboxReport,
    ) -> Effect | None:
        """Return what a message does; None if it can do nothing, which is settled then."""
        key = match.conversation_id
        if key is None or key not in existing:
            await self.keep_unmatched(reply, NO_LEAD, report)
            return None
        try:
            conversation = _readable(loaded.get(key))
            template = _usable(templates[conversation.campaign_id])
            understood = await understand(self._analyser, conversation, template, reply)
            return effect_of(understood, template, deliveries, self._clock())
        except NotFoundError:
            await self.keep_unmatched(reply, NO_LEAD, report)
        except PyMongoError:
            raise
        except Exception as error:  # whatever one message does, the others go on
            await self.refuse(reply, error, report)
        return None

    async def _first_deliveries(
        self, conversations: Iterable[Conversation]
    ) -> Mapping[MessageKey, DeliveryFact]:
        """Return what became of the first message of each stage that has said nothing else."""
        keys = [key for one in conversations if (key := first_key(one))]
        return await self._repositories.ledger.delivery_facts(keys) if keys else {}

    async def falls_back(self, key: ConversationId) -> bool:
        """Return whether a message of a conversation that bounces is said by another channel."""
        campaign_id = campaign_of(key)
        template = (await self._templates([campaign_id]))[campaign_id]
        return isinstance(template, CampaignTemplate) and template.channel_fallback

    async def _templates(self, campaign_ids: Iterable[CampaignId]) -> Templates:
        """Return the template of each campaign, or why it cannot be had."""
        templates: Templates = {}
        for campaign_id in campaign_ids:
            try:
                campaign = await self._repositories.campaigns.get(campaign_id)
                templates[campaign_id] = self._config_manager.template_of(campaign)
            except PyMongoError:
                raise
            except Exception as error:  # it concerns the messages to this campaign only
                templates[campaign_id] = error
        return templates


def _status(one: Understood) -> InboundStatus:
    return InboundStatus.APPLIED if one.kind.is_response else InboundStatus.NOTED


def _details(one: Understood, led_by: str) -> dict[str, Any]:
    return {
        "conversation_id": one.conversation.id,
        "campaign_id": one.conversation.campaign_id,
        "recipient_id": one.conversation.user_id,
        "matched_by": led_by,
        "taken_as": one.kind.value,
        "analysis": one.analysis.model_dump(),
    }


def _count(one: Understood, report: InboxReport) -> None:
    report.kinds[one.kind] += 1
    report.count_usage(one.analysis.usage)
    report.opted_out += one.kind is MailKind.OPT_OUT
    report.low_confidence += (
        one.kind is MailKind.GENUINE and one.analysis.confidence < LOW_CONFIDENCE
    )


async def _all(preparations: Iterable[Coroutine[Any, Any, Effect | None]]) -> list[Effect | None]:
    """Wait for all of them; raise what one of them raised only when the others are done."""
    prepared = await asyncio.gather(*preparations, return_exceptions=True)
    for one in prepared:
        if isinstance(one, BaseException):
            raise one
    return [one for one in prepared if not isinstance(one, BaseException)]


def _readable(conversation: Conversation | None) -> Conversation:
    if conversation is None:
        raise InvalidInputError("the document of its conversation cannot be read; see the alerts")
    return conversation


def _usable(template: CampaignTemplate | Exception) -> CampaignTemplate:
    if isinstance(template, Exception):
        raise template
    return template
