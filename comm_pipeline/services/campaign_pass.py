"""One pass over a campaign: start it, do what is due, deliver, and see whether it is over.

scheduled → pending (its time has come) → initializing → active (every recipient has a conversation)
→ completed (nothing is open and nothing waits). Each step can be done again from where a process
died. The campaign is held while it is worked on.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from pymongo.errors import PyMongoError

from comm_pipeline.domain.campaigns import Campaign
from comm_pipeline.domain.ids import CampaignId
from comm_pipeline.domain.statuses import CampaignStatus, DeliveryStatus
from comm_pipeline.domain.timing import earliest
from comm_pipeline.errors import (
    CommPipelineError,
    IllegalTransitionError,
    InvalidInputError,
    InvalidRequestError,
)
from comm_pipeline.services.batching import Backlog
from comm_pipeline.services.campaign_guard import CampaignGuard
from comm_pipeline.services.campaign_manager import CampaignManager
from comm_pipeline.services.clock import Clock
from comm_pipeline.services.config_manager import ConfigManager
from comm_pipeline.services.delivery import DeliveryService
from comm_pipeline.services.delivery_gates import Reserved
from comm_pipeline.services.delivery_report import DeliveryReport
from comm_pipeline.services.escalation_notices import EscalationNotices
from comm_pipeline.services.inbox import Inbox
from comm_pipeline.services.leases import Hold, HoldRules, hold_campaign
from comm_pipeline.services.refusals import Refusals
from comm_pipeline.services.stopping import StopRequest
from comm_pipeline.services.worker_service import PassReport, WorkerService
from comm_pipeline.storage.repositories import Repositories

log = structlog.get_logger(__name__)

#: Replies that are taken up in one go.
_REPLIES_AT_ONCE = 100
#: Batches of messages that delivery may be behind the conversations; the others it does later.
_BATCHES_BEHIND = 20
#: What deliveries may come to without anything to tell their conversations.
_NO_REFUSALS = frozenset(
    {DeliveryStatus.SENT, DeliveryStatus.DELIVERED, DeliveryStatus.DEFERRED, DeliveryStatus.UNKNOWN}
)
#: Statuses of campaigns whose waiting messages are cancelled by a last pass.
_GIVEN_UP = frozenset({CampaignStatus.CANCELLED, CampaignStatus.FAILED, CampaignStatus.COMPLETED})


_Work = Callable[[Campaign, Hold, "CampaignReport"], Awaitable[None]]


class CampaignBusyError(CommPipelineError):
    """The campaign is held by another worker, or as many campaigns as allowed are held."""


@dataclass
class CampaignReport:
    """What a pass did to a campaign, and when it is due next (None: nothing is planned)."""

    campaign_id: CampaignId
    status: CampaignStatus
    initialized: int = 0
    work: PassReport = field(default_factory=PassReport)
    delivery: DeliveryReport = field(default_factory=DeliveryReport)
    next_due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CampaignPass:
    """The steps of a pass, together (``run``) or one by one, as Dagster's assets take them."""

    repositories: Repositories
    config_manager: ConfigManager
    campaign_manager: CampaignManager
    own_types: Mapping[str, CampaignManager]
    worker: WorkerService
    delivery: DeliveryService
    refusals: Refusals
    guard: CampaignGuard
    inbox: Inbox
    notices: EscalationNotices
    hold_rules: HoldRules
    retry_delay: timedelta
    stop: StopRequest
    owner: str
    clock: Clock

    async def run(self, campaign_id: CampaignId) -> CampaignReport:
        """Do all steps while holding the campaign. Raises CampaignBusyError."""
        async with self.held(campaign_id) as hold:
            return await self.run_held(campaign_id, hold)

    async def run_held(self, campaign_id: CampaignId, hold: Hold) -> CampaignReport:
        """Do all steps for the holder of the campaign, who may do them again and again."""
        report = await self._converse(campaign_id, hold, self._work_and_deliver)
        await self._deliver(report, hold)
        hold.is_tidied = not hold.must_end
        return report

    async def converse(self, campaign_id: CampaignId) -> CampaignReport:
        """Start the campaign if its time has come, and do what its conversations have due."""
        await self._hear()
        async with self.held(campaign_id) as hold:
            report = await self._converse(campaign_id, hold, self._work)
            if report.status is CampaignStatus.ACTIVE:
                report.next_due_at = await self._next_due_at(campaign_id)
            return report

    async def deliver(self, campaign_id: CampaignId) -> CampaignReport:
        """Deliver the campaign's waiting messages, and see whether it is over."""
        await self._hear()
        async with self.held(campaign_id) as hold:
            campaign = await self.repositories.campaigns.get(campaign_id)
            report = CampaignReport(campaign_id, campaign.status)
            await self._deliver(report, hold)
            return report

    async def _hear(self) -> None:
        """Take up replies first: nobody is written to who has just said stop."""
        if await self.repositories.inbound.has_new():
            await self.inbox.take_up(_REPLIES_AT_ONCE)

    @asynccontextmanager
    async def held(self, campaign_id: CampaignId) -> AsyncIterator[Hold]:
        """Hold a campaign for the block; an error in it lets the campaign rest.

        Raises CampaignBusyError.
        """
        leases = self.repositories.leases
        held = hold_campaign(leases, campaign_id, self.owner, self.hold_rules, self.stop)
        async with held as hold:
            if hold is None:
                raise CampaignBusyError(await self._why_busy(campaign_id))
            try:
                yield hold
            except Exception as error:
                cause = first_cause(error)
                await self._let_rest(campaign_id, cause)
                raise cause from error

    async def _let_rest(self, campaign_id: CampaignId, cause: Exception) -> None:
        """Keep a campaign that could not be worked on from coming up again at once."""
        try:
            if isinstance(cause, InvalidInputError):
                await self._fail(campaign_id, str(cause))
            else:
                await self._look_later(campaign_id, f"{type(cause).__name__}: {cause}")
        except (PyMongoError, IllegalTransitionError) as error:
            log.warning("campaign_not_postponed", campaign_id=campaign_id, error=str(error))

    async def _fail(self, campaign_id: CampaignId, reason: str) -> None:
        """Fail a campaign that no further attempt can help."""
        now = self.clock()
        await self.repositories.campaigns.change_status(
            campaign_id, CampaignStatus.FAILED, error=reason, completed_at=now, next_due_at=now
        )
        await self.repositories.alerts.raise_alert(f"campaign:{campaign_id}", reason, now)

    async def _look_later(self, campaign_id: CampaignId, reason: str) -> None:
        """Let a campaign that could not be worked on wait, so that it does not keep runs busy."""
        now = self.clock()
        await self.repositories.campaigns.postpone(campaign_id, now + self.retry_delay, reason)
        await self.repositories.alerts.raise_alert(f"campaign:{campaign_id}", reason, now)

    async def _why_busy(self, campaign_id: CampaignId) -> str:
        holder = await self.repositories.leases.holder(campaign_id)
        if holder is None:
            return f"{self.hold_rules.slots} campaigns are worked on (MAX_CONCURRENT_CAMPAIGNS)"
        return f"{holder['owner']} works on it until {holder['until'].isoformat()} at the latest"

    async def _converse(self, campaign_id: CampaignId, hold: Hold, work: _Work) -> CampaignReport:
        campaign = await self.repositories.campaigns.get(campaign_id)
        report = CampaignReport(campaign_id, campaign.status)
        campaign = await self._start(campaign, report)
        report.status = campaign.status
        if campaign.status is CampaignStatus.SCHEDULED:
            report.next_due_at = campaign.scheduled_at
        if campaign.status is CampaignStatus.ACTIVE:
            if not hold.is_tidied and await self._tell(campaign):
                report.status = CampaignStatus.PAUSED
                return report
            await work(campaign, hold, report)
        return report

    async def _work(self, campaign: Campaign, hold: Hold, report: CampaignReport) -> None:
        own_rules = self.own_types.get(campaign.type)
        report.work = await self.worker.process_campaign(campaign, hold, own_rules)

    async def _work_and_deliver(
        self, campaign: Campaign, hold: Hold, report: CampaignReport
    ) -> None:
        """Do what is due, and deliver each message as soon as it is in the ledger.

        If delivery falls behind, the work goes on, and the ledger keeps the rest for ``_deliver``.
        """
        own_rules = self.own_types.get(campaign.type)
        messages = Backlog[Reserved](_BATCHES_BEHIND)
        async with asyncio.TaskGroup() as tasks:
            delivering = tasks.create_task(self.delivery.deliver_messages(campaign, hold, messages))
            report.work = await self.worker.process_campaign(
                campaign, hold, own_rules, messages.add
            )
            messages.close()
        report.delivery = delivering.result()

    async def _start(self, campaign: Campaign, report: CampaignReport) -> Campaign:
        now, campaigns = self.clock(), self.repositories.campaigns
        if campaign.status is CampaignStatus.SCHEDULED:
            if campaign.scheduled_at is not None and now < campaign.scheduled_at:
                await campaigns.reschedule(campaign.id, campaign.scheduled_at)
                return campaign
            campaign = await campaigns.change_status(campaign.id, CampaignStatus.PENDING)
        if campaign.status is CampaignStatus.PENDING:
            campaign = await campaigns.change_status(campaign.id, CampaignStatus.INITIALIZING)
        if campaign.status is CampaignStatus.INITIALIZING:
            manager = self.campaign_manager
            report.initialized = await manager.initialize_campaign_conversations(campaign.id)
            _check_nobody_is_lost(campaign, report.initialized)
            campaign = await campaigns.change_status(
                campaign.id,
                CampaignStatus.ACTIVE,
                conversation_states_initialized=True,
                started_at=now,
                total_recipients=report.initialized,
            )
            if not await self.repositories.conversations.has_open(campaign.id):
                await self._say_that_nobody_is_left(campaign, now)
        return campaign

    async def _say_that_nobody_is_left(self, campaign: Campaign, now: datetime) -> None:
        """Each recipient has failed alone, which nobody may look at if all have."""
        reason = (
            f"none of its recipients can be written to ({campaign.total_recipients}); the reasons "
            "stand in the campaign's findings, and in its conversations"
        )
        await self.repositories.alerts.raise_alert(f"campaign:{campaign.id}", reason, now)

    async def _deliver(self, report: CampaignReport, hold: Hold) -> None:
        campaign = await self.repositories.campaigns.get(report.campaign_id)
        report.status = campaign.status
        if campaign.status in (CampaignStatus.ACTIVE, CampaignStatus.PAUSED):
            report.delivery += await self.delivery.deliver_campaign(campaign, hold)
            is_quiet = hold.is_tidied and report.delivery.counts.keys() <= _NO_REFUSALS
            if not is_quiet and await self._tell(campaign):
                report.status = CampaignStatus.PAUSED
            await self.notices.give(campaign.id)
            # A campaign that was paused before it began has no conversations, and is not over.
            if not hold.is_lost and campaign.conversation_states_initialized:
                await self._finish(campaign, report)
        elif campaign.status in _GIVEN_UP:
            # What was committed and is not in the ledger is settled there with the rest.
            report.work.recovered += await self.worker.empty_outboxes(campaign)
            report.delivery = await self.delivery.cancel_campaign(campaign, hold)
            await self._tell(campaign)
            # Somebody may say stop, or may have, when all is over.
            await self.notices.give(campaign.id)
        if report.status is not CampaignStatus.ACTIVE:
            at = await self.repositories.escalations.next_notice_at(campaign.id)
            await self.repositories.campaigns.park(campaign.id, campaign.wakeups, at)

    async def _tell(self, campaign: Campaign) -> bool:
        """Tell conversations of refusals; return whether the campaign had to be paused for them."""
        if await self.refusals.tell(campaign):
            return await self.guard.check(campaign.id)
        return False

    async def _next_due_at(self, campaign_id: CampaignId) -> datetime | None:
        return earliest(
            (
                await self.repositories.conversations.next_action_at(campaign_id),
                await self.repositories.ledger.next_attempt_at(campaign_id),
                await self.repositories.escalations.next_notice_at(campaign_id),
            )
        )

    async def _finish(self, campaign: Campaign, report: CampaignReport) -> None:
        """Plan the next look, or complete the campaign if nothing is left to do."""
        now, conversations = self.clock(), self.repositories.conversations
        report.next_due_at = await self._next_due_at(campaign.id)
        is_over = campaign.ends_at is not None and now >= campaign.ends_at
        is_open = report.next_due_at is not None or await conversations.has_open(campaign.id)
        if report.next_due_at is None and await conversations.find_outbox(campaign.id, 1):
            # Somebody died before the ledger had it: a pass over the active campaign puts it there.
            if campaign.status is CampaignStatus.ACTIVE:
                await self.repositories.campaigns.look_again(campaign.id, now)
                report.next_due_at = now
            return
        if not is_open or (is_over and report.next_due_at is None):
            await self.repositories.campaigns.change_status(
                campaign.id, CampaignStatus.COMPLETED, completed_at=now, next_due_at=None
            )
            report.status, report.next_due_at = CampaignStatus.COMPLETED, None
            # What a person has written meanwhile is settled by a last pass.
            if await self.repositories.ledger.next_attempt_at(campaign.id) is not None:
                await self.repositories.campaigns.look_again(campaign.id, now)
            return
        planned = report.next_due_at or campaign.ends_at
        campaigns = self.repositories.campaigns
        if await campaigns.set_next_due(campaign.id, planned, campaign.wakeups):
            report.next_due_at = planned
            return
        report.status = (await campaigns.get(campaign.id)).status
        is_woken = report.status is CampaignStatus.ACTIVE
        report.next_due_at = now if is_woken else None  # else it was paused or ended meanwhile


def first_cause(error: Exception) -> Exception:
    """Return the first real error in what a group of tasks raised together."""
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return error


def _check_nobody_is_lost(campaign: Campaign, found: int) -> None:
    """Refuse to start when the request no longer holds the recipients that it was taken up with.

    Raises InvalidRequestError.
    """
    if found != campaign.total_recipients:
        raise InvalidRequestError(
            f"batch request {campaign.batch_request_id}: held {campaign.total_recipients} "
            f"recipients when the campaign was made, and {found} when it started; it was changed "
            "or deleted meanwhile; submit it again under a new _id"
        )
