"""A newer version of a template for a running campaign: first whom it touches, then apply.

A campaign is pinned to the template it started with; this is the one way to change that. What has
been said stays said: no stage is entered twice, and no message that has a ledger entry is written
again, whatever its words are now.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from comm_pipeline.domain.campaigns import Campaign
from comm_pipeline.domain.ids import CampaignId
from comm_pipeline.errors import ConflictError
from comm_pipeline.services.campaign_pass import CampaignBusyError
from comm_pipeline.services.config_manager import ConfigManager
from comm_pipeline.services.leases import Hold, HoldRules, hold_campaign
from comm_pipeline.services.stopping import StopRequest
from comm_pipeline.services.template_change import TemplateChange
from comm_pipeline.services.template_plan import TemplatePlan, check_is_open, plan_update
from comm_pipeline.services.template_report import TemplateReporter
from comm_pipeline.storage.repositories import Repositories

#: Seconds between two looks whether the campaign is free.
_LOOK_AGAIN: Final = 0.25


@dataclass(frozen=True, slots=True)
class UpdateRules:
    """How an update is made.

    Durations of templates are multiplied by ``delay_factor``. ``owner`` holds the campaign by
    ``hold_rules`` while it is changed, and waits for it as long as ``patience``.
    """

    delay_factor: float
    owner: str
    hold_rules: HoldRules
    patience: timedelta


class TemplateUpdate:
    """Compares a newer template with the pinned one, and pins it."""

    def __init__(
        self, repositories: Repositories, config_manager: ConfigManager, rules: UpdateRules
    ) -> None:
        self._repositories = repositories
        self._config_manager = config_manager
        self._rules = rules

    async def report(
        self, campaign_id: CampaignId, document: Mapping[str, Any], now: datetime
    ) -> TemplateChange:
        """Return whom the template would touch, and how; the campaign is not changed.

        Raises NotFoundError; InvalidTemplateError for a template that cannot be used;
        IllegalTransitionError if the campaign has ended.
        """
        plan = await self._plan(campaign_id, document)
        repositories, factor = self._repositories, self._rules.delay_factor
        reporter = TemplateReporter(repositories, self._config_manager, plan, factor, now)
        return await reporter.report()

    async def apply(
        self,
        campaign_id: CampaignId,
        document: Mapping[str, Any],
        expected_version: str,
        now: datetime,
    ) -> Campaign:
        """Pin the campaign to the template, and let a pass look at every open conversation.

        ``expected_version`` is the pinned version that the report was made for. Applying what is
        pinned already completes an update that died on the way. Raises as ``report`` does;
        CampaignBusyError if the campaign does not become free in time; ConflictError if somebody
        has pinned another version meanwhile.
        """
        async with self._held(campaign_id) as hold:
            plan = await self._plan(campaign_id, document)
            if not plan.is_pinned:
                await self._pin(plan, expected_version, hold, now)
            # Before its conversations are due: if this dies, a pass looks at them all the same.
            await self._repositories.campaigns.wake([campaign_id], now)
            hours, stages = plan.new.business_hours, plan.new.stage_names
            await self._repositories.conversations.make_due(
                campaign_id, stages, hours.timezone if hours else "UTC", now
            )
        # And when the campaign is free: a pass that found it held may have gone by.
        await self._repositories.campaigns.wake([campaign_id], now)
        return await self._repositories.campaigns.get(campaign_id)

    async def _plan(self, campaign_id: CampaignId, document: Mapping[str, Any]) -> TemplatePlan:
        return await plan_update(self._repositories, self._config_manager, campaign_id, document)

    async def _pin(
        self, plan: TemplatePlan, expected_version: str, hold: Hold, now: datetime
    ) -> None:
        campaigns, campaign_id = self._repositories.campaigns, plan.campaign.id
        if hold.is_lost:
            raise ConflictError(f"campaign {campaign_id}: the hold on it was lost; apply again")
        if await campaigns.pin_template(plan.updated, expected_version, now):
            return
        check_is_open(await campaigns.get(campaign_id))
        raise ConflictError(
            f"campaign {campaign_id}: its template has been changed since the report was made; "
            "make the report again"
        )

    @asynccontextmanager
    async def _held(self, campaign_id: CampaignId) -> AsyncIterator[Hold]:
        """Hold the campaign, so that no pass works with the older template meanwhile."""
        rules, loop = self._rules, asyncio.get_running_loop()
        give_up_at = loop.time() + rules.patience.total_seconds()
        while True:
            held = hold_campaign(
                self._repositories.leases, campaign_id, rules.owner, rules.hold_rules, StopRequest()
            )
            async with held as hold:
                if hold is not None:
                    yield hold
                    return
            if loop.time() >= give_up_at:
                raise CampaignBusyError(await self._why_busy(campaign_id))
            await asyncio.sleep(_LOOK_AGAIN)

    async def _why_busy(self, campaign_id: CampaignId) -> str:
        waited = f"{self._rules.patience.total_seconds():g} seconds were not enough"
        holder = await self._repositories.leases.holder(campaign_id)
        if holder is None:
            slots = self._rules.hold_rules.slots
            return (
                f"campaign {campaign_id}: {slots} campaigns are worked on "
                f"(MAX_CONCURRENT_CAMPAIGNS), and {waited}; wait longer (--wait)"
            )
        return (
            f"campaign {campaign_id}: {holder['owner']} works on it until "
            f"{holder['until'].isoformat()} at the latest, and {waited}; wait longer (--wait), or "
            f"pause the campaign first (comm-pipeline pause {campaign_id}), which ends the pass"
        )
