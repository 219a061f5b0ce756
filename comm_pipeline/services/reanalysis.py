"""Reading again: the stored replies of a campaign through the analyser that is in force now.

Looking changes nothing. Applying holds the campaign, and writes for each conversation with another
meaning one commit, compare-and-set like every other. An ended conversation is not begun again, and
a suppression is not taken back: a person does that. Applying again finds nothing left to do.
"""

import uuid
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from comm_pipeline.bot.analyser import Analyser
from comm_pipeline.domain.analysis import Analysis
from comm_pipeline.domain.awaited_messages import awaited_delivery, awaited_keys
from comm_pipeline.domain.campaigns import Campaign
from comm_pipeline.domain.conversations import Conversation, DecisionRecord
from comm_pipeline.domain.decision import CampaignFacts, as_it_left, decide
from comm_pipeline.domain.ids import CampaignId, ConversationId
from comm_pipeline.domain.reanalysis import ReadAgain, understood_again, visit_at
from comm_pipeline.domain.replies import InboundMessage, possible_opt_out
from comm_pipeline.domain.stage_order import stage_under_way
from comm_pipeline.domain.stated_instants import believed_receipt
from comm_pipeline.domain.statuses import Outcome
from comm_pipeline.domain.templates import CampaignTemplate, Stage
from comm_pipeline.mailbox.mail_kinds import OwnMail
from comm_pipeline.services.address_stops import AddressStop, stop_address
from comm_pipeline.services.campaign_pass import CampaignBusyError
from comm_pipeline.services.clock import Clock
from comm_pipeline.services.config_manager import ConfigManager
from comm_pipeline.services.engine import Engine
from comm_pipeline.services.escalations import open_escalations
from comm_pipeline.services.inbox_opt_outs import OPT_OUT_SOURCE, addresses_of
from comm_pipeline.services.inbox_understanding import analysis_of
from comm_pipeline.services.leases import HoldRules, hold_campaign
from comm_pipeline.services.mailbox_reading import own_mail
from comm_pipeline.services.possible_opt_outs import hold_addresses
from comm_pipeline.services.stopping import StopRequest
from comm_pipeline.services.template_report import told_decision
from comm_pipeline.storage.connection import Doc
from comm_pipeline.storage.conversation_commits import Commit
from comm_pipeline.storage.repositories import Repositories

_AT_ONCE: Final = 200


@dataclass(frozen=True, slots=True)
class Difference:
    """A conversation whose replies mean something else now.

    ``replies`` names each with what differs; ``before`` and ``after`` are what it would decide now.
    ``is_applied`` False after applying: it was changed meanwhile, or has ended and only its address
    could be suppressed.
    """

    recipient_id: str
    status: str
    replies: tuple[tuple[str, tuple[str, ...]], ...]
    before: str
    after: str
    opts_out: bool = False
    is_applied: bool = False


@dataclass
class ReanalysisReport:
    """What reading a campaign's replies again found; ``deciding`` decide otherwise now."""

    campaign_id: str
    analyser: str
    replies: int = 0
    differing_replies: int = 0
    deciding: int = 0
    applied: int = 0
    differences: list[Difference] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Reanalysis:
    """Reads replies again, with an analyser that is open.

    ``own`` tells our own addresses; ``owner`` and ``hold_rules`` are for the campaign's lease.
    """

    repositories: Repositories
    config_manager: ConfigManager
    analyser: Analyser
    own: OwnMail
    delay_factor: float
    owner: str
    hold_rules: HoldRules
    clock: Clock

    async def look(self, campaign_id: str) -> ReanalysisReport:
        """Return what would differ. Raises NotFoundError."""
        campaign = await self.repositories.campaigns.get(CampaignId(campaign_id))
        return await self._read_all(campaign, is_applied=False)

    async def apply(self, campaign_id: str) -> ReanalysisReport:
        """Write what differs. Raises NotFoundError, and CampaignBusyError if it is worked on."""
        campaign = await self.repositories.campaigns.get(CampaignId(campaign_id))
        held = hold_campaign(
            self.repositories.leases, campaign.id, self.owner, self.hold_rules, StopRequest()
        )
        async with held as hold:
            if hold is None:
                raise CampaignBusyError(f"{campaign_id} is worked on; try again in a moment")
            report = await self._read_all(campaign, is_applied=True)
        await self.repositories.campaigns.wake([campaign.id], self.clock())
        return report

    async def _read_all(self, campaign: Campaign, *, is_applied: bool) -> ReanalysisReport:
        template = self.config_manager.template_of(campaign)
        name = f"{self.analyser.name} {self.analyser.version}"
        report = ReanalysisReport(campaign.id, name)
        async for key, documents in self._by_conversation(campaign.id):
            loaded = await self.repositories.conversations.load([key])
            if key in loaded:
                await self._read_one(
                    campaign, template, loaded[key], documents, report, is_applied=is_applied
                )
        return report

    async def _by_conversation(
        self, campaign_id: CampaignId
    ) -> AsyncIterator[tuple[ConversationId, list[Doc]]]:
        """Yield the applied replies of each conversation, oldest first."""
        group: list[Doc] = []
        async for document in self.repositories.inbound.stream_applied(campaign_id, _AT_ONCE):
            if group and group[0]["conversation_id"] != document["conversation_id"]:
                yield group[0]["conversation_id"], group
                group = []
            group.append(document)
        if group:
            yield group[0]["conversation_id"], group

    async def _read_one(
        self,
        campaign: Campaign,
        template: CampaignTemplate,
        conversation: Conversation,
        documents: Sequence[Doc],
        report: ReanalysisReport,
        *,
        is_applied: bool,
    ) -> None:
        replies = [await self._read(conversation, template, one) for one in documents]
        replies.sort(key=lambda one: one.at)
        differing = [one for one in replies if one.changes]
        report.replies += len(replies)
        report.differing_replies += len(differing)
        if not differing:
            return
        now = self.clock()
        after = understood_again(conversation, template, replies, now)
        before, then = [
            await self._decision(campaign, template, state, now) for state in (conversation, after)
        ]
        opts_out = any(one.now.is_opt_out and not one.before.is_opt_out for one in replies)
        was_written = is_applied and await self._write(
            conversation, after, template, differing, now
        )
        report.deciding += before != then
        report.applied += was_written
        report.differences.append(
            Difference(
                recipient_id=conversation.user_id,
                status=conversation.status.value,
                replies=tuple((str(one.reply.id), one.changes) for one in differing),
                before=before,
                after=then,
                opts_out=opts_out,
                is_applied=was_written,
            )
        )

    async def _read(
        self, conversation: Conversation, template: CampaignTemplate, document: Doc
    ) -> ReadAgain:
        reply = InboundMessage.model_validate(document)
        at = document.get("settled_at") or reply.received_at
        received_at = believed_receipt(reply.received_at, at)  # as it was read the first time
        reply = reply.model_copy(update={"received_at": received_at})
        name = visit_at(conversation, at).name
        known = name in template.stage_names
        stage = template.stage(name) if known else Stage(name=name, title=name)
        analysis = await analysis_of(self.analyser, conversation, template, stage, reply)
        return ReadAgain(reply, at, Analysis.model_validate(document["analysis"]), analysis)

    async def _decision(
        self,
        campaign: Campaign,
        template: CampaignTemplate,
        conversation: Conversation,
        now: datetime,
    ) -> str:
        facts = await self.repositories.ledger.delivery_facts(awaited_keys(conversation))
        delivery = awaited_delivery(conversation, facts)
        calendar = self.config_manager.calendars_of(campaign).of(
            conversation.contact, campaign.learned_hours
        )
        campaign_facts = CampaignFacts(self.delay_factor, campaign.ends_at)
        state = as_it_left(conversation, delivery)
        if not state.is_active:
            return f"has ended as {state.outcome}" if state.outcome else f"is {state.status}"
        return told_decision(decide(state, template, campaign_facts, now, delivery, calendar))

    async def _write(
        self,
        conversation: Conversation,
        after: Conversation,
        template: CampaignTemplate,
        differing: Sequence[ReadAgain],
        now: datetime,
    ) -> bool:
        """Write what replies mean now; suppressions first, as when they came in."""
        reason = f"opted out in campaign {conversation.campaign_id}, seen when reading again"
        stopped = self._addresses(conversation, (one for one in differing if one.now.is_opt_out))
        for address in stopped:
            await self.repositories.suppressions.add(address, reason, OPT_OUT_SOURCE, now)
        doubtful = [one for one in differing if one.becomes_doubtful(after)]
        words = "; ".join(change for one in differing for change in one.changes)
        record = DecisionRecord(at=now, kind="reanalyse", rule=self.analyser.name, reason=words)
        records = [record]
        if doubtful:
            records.append(possible_opt_out(stage_under_way(conversation, template), now))
        commit = Commit(conversation, after, (), tuple(records))
        await open_escalations(self.repositories, [commit])
        if not await self.repositories.conversations.commit([commit], uuid.uuid4().hex):
            return False
        stop = AddressStop(Outcome.OPTED_OUT, "opt_out", reason, OPT_OUT_SOURCE)
        for address in stopped:
            await stop_address(self.repositories, address, stop, now)
        doubted = self._addresses(conversation, doubtful)
        await hold_addresses(self.repositories, conversation, doubted, now)
        for one in differing:
            analysis: dict[str, Any] = one.now.model_dump()
            await self.repositories.inbound.set_analysis(one.reply.id, analysis, now)
        return True

    def _addresses(self, conversation: Conversation, replies: Iterable[ReadAgain]) -> list[str]:
        """Return all addresses at which the writers of some replies can be reached."""
        found = (addresses_of(conversation, one.reply, self.own) for one in replies)
        return sorted({address for some in found for address in some})


def reanalysis_of(engine: Engine) -> Reanalysis:
    """Return reading again with the services of a process."""
    return Reanalysis(
        engine.repositories,
        engine.config_manager,
        engine.analyser,
        own_mail(engine.settings),
        engine.settings.stage_delay_factor,
        engine.passes.owner,
        engine.passes.hold_rules,
        engine.clock,
    )
