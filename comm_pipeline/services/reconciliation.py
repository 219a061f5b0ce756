"""Do metrics, history and ledger agree? Asked of every campaign that may still change."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from pymongo.errors import PyMongoError

from comm_pipeline.domain.ids import CampaignId
from comm_pipeline.services.due_work import explain
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
    """Reconcile every campaign that is going on or ended within the last day.

    One that cannot be read is a discrepancy too, and an alert; it stops no other.
    """
    found, after = Discrepancies(), ""
    since = engine.clock() - _LATELY
    while page := await engine.metrics.find_campaigns(after, _PAGE):
        after = page[-1]["_id"]
        for campaign in page:
            ended_at = campaign.get("completed_at")
            if not isinstance(ended_at, datetime) or ended_at >= since:
                found.checked += 1
                lines = await _disagreements(engine, campaign["_id"])
                found.discrepancies += [(campaign["_id"], line) for line in lines]
    return found


async def _disagreements(engine: Engine, campaign_id: CampaignId) -> list[str]:
    try:
        return await engine.metrics.reconcile(campaign_id)
    except PyMongoError:
        raise
    except Exception as error:  # broken documents fail in many ways
        line = f"cannot be read: {explain(error)}"
        alerts = engine.repositories.alerts
        await alerts.raise_alert(f"campaign:{campaign_id}", line, engine.clock())
        return [line]
