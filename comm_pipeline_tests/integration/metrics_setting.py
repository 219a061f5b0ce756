"""A Metrics Collector over a real database, told the time by the test."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from comm_pipeline.domain.ids import CampaignId
from comm_pipeline.services.metrics_collector import MetricsCollector
from comm_pipeline.storage.connection import Database
from comm_pipeline.storage.metrics_queries import MetricsQueries
from comm_pipeline.storage.repositories import Repositories
from comm_pipeline_tests.builders import START, a_conversation, a_visit, at
from comm_pipeline_tests.metrics_builders import a_campaign

TTL = timedelta(minutes=10)


@dataclass
class Setting:
    """A collector over a database, and the clock that it is told."""

    database: Database
    now: datetime = START
    repositories: Repositories = field(init=False)
    collector: MetricsCollector = field(init=False)

    def __post_init__(self) -> None:
        self.repositories = Repositories.of(self.database)
        queries = MetricsQueries(self.database)
        self.collector = MetricsCollector(self.repositories, queries, 1.0, TTL, lambda: self.now)

    async def add_campaign(self, **overrides: Any) -> CampaignId:
        campaign = a_campaign(**({"total_recipients": 1} | overrides))
        await self.repositories.campaigns.create(campaign, [])
        return campaign.id

    async def add_conversation(self, **overrides: Any) -> None:
        visit = a_visit(exited_at=at(1), completed=True)
        await self.repositories.conversations.create_many([a_conversation(visit, **overrides)])
