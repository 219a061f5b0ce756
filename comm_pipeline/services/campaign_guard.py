"""Campaign guard: pauses a campaign by itself when too many of its messages bounce.

Or are complained of. Who resumes it has looked: from then on only what comes after counts.
"""

from dataclasses import dataclass

from comm_pipeline.domain.ids import CampaignId
from comm_pipeline.domain.sending_health import BY_ITSELF, PauseRules, SendingCounts, why_pause
from comm_pipeline.domain.statuses import CampaignStatus
from comm_pipeline.errors import IllegalTransitionError
from comm_pipeline.services.clock import Clock
from comm_pipeline.storage.repositories import Repositories


@dataclass(frozen=True, slots=True)
class CampaignGuard:
    """Asked after bounces and complaints only: counting costs, and most passes have none."""

    repositories: Repositories
    rules: PauseRules
    clock: Clock

    async def check(self, campaign_id: CampaignId) -> bool:
        """Pause an active campaign if it has to be; return whether it was paused."""
        campaign = await self.repositories.campaigns.get(campaign_id)
        if campaign.status is not CampaignStatus.ACTIVE:
            return False
        counts = SendingCounts.of(await self.repositories.ledger.count_by_status(campaign_id))
        baseline = SendingCounts.read(campaign.counts_when_resumed)
        reason = why_pause(counts.since(baseline), self.rules)
        if reason is None:
            return False
        now = self.clock()
        try:
            await self.repositories.campaigns.change_status(
                campaign_id,
                CampaignStatus.PAUSED,
                paused_at=now,
                pause_reason=f"{BY_ITSELF}{reason}",
                next_due_at=None,
            )
        except IllegalTransitionError:  # somebody else has paused or ended it meanwhile
            return False
        await self.repositories.alerts.raise_alert(
            f"paused:{campaign_id}",
            f"the campaign {campaign_id} was paused: {reason}. Look at its recipients, then: "
            f"comm-pipeline resume {campaign_id}",
            now,
        )
        return True
