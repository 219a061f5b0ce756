"""Do metrics, history and ledger agree? Asked of every campaign that may still change."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from comm_pipeline.domain.ids import CampaignId
from comm_pipeline.services.engine import Engine

_PAGE: Final = 100
#: Campaigns that ended longer ago were checked often enough.
_LATELY: Final = timedelta(days=1)


@dataclass
class Discrepancies:
    """Every disagreement found, with its campaign, and how many campaigns were checked."""

    checked: int = 0
    discrepancies: list[tuple[CampaignId, str]] = field(default_factory=list)


async def find_discrepancies(engine: Engine) -> Discrepancies:
    """Reconcile every campaign that is going on or ended within the last day."""
    found, after = Discrepancies(), ""
    since = engine.clock() - _LATELY
    while page := await engine.repositories.campaigns.find(after=after, limit=_PAGE):
        after = page[-1].id
        for campaign in page:
            if campaign.completed_at is None or campaign.completed_at >= since:
                found.checked += 1
                lines = await engine.metrics.reconcile(campaign.id)
                found.discrepancies += [(campaign.id, line) for line in lines]
    return found
