"""All repositories of one database, opened together."""

from dataclasses import dataclass, fields
from typing import Self

from comm_pipeline.domain.pseudonyms import Pseudonyms
from comm_pipeline.storage.agent_batch_requests import BatchRequestRepository
from comm_pipeline.storage.campaign_metrics import CampaignMetricsRepository
from comm_pipeline.storage.campaign_templates import CampaignTemplateRepository
from comm_pipeline.storage.campaigns import CampaignRepository
from comm_pipeline.storage.circuit_breakers import CircuitBreakerRepository
from comm_pipeline.storage.connection import Database
from comm_pipeline.storage.contacts import ContactRepository
from comm_pipeline.storage.conversation_states import ConversationStateRepository
from comm_pipeline.storage.escalations import EscalationRepository
from comm_pipeline.storage.inbound_messages import InboundMessageRepository
from comm_pipeline.storage.mailbox_positions import MailboxPositionRepository
from comm_pipeline.storage.model_usage import ModelUsageRepository
from comm_pipeline.storage.operator_alerts import OperatorAlertRepository
from comm_pipeline.storage.outbound_messages import OutboundMessageRepository
from comm_pipeline.storage.provider_reports import ProviderReportRepository
from comm_pipeline.storage.rate_limits import RateLimitRepository
from comm_pipeline.storage.repository import Repository
from comm_pipeline.storage.suppressions import SuppressionRepository
from comm_pipeline.storage.work_leases import WorkLeaseRepository


@dataclass(frozen=True, slots=True)
class Repositories:
    """One repository a collection."""

    requests: BatchRequestRepository
    templates: CampaignTemplateRepository
    campaigns: CampaignRepository
    conversations: ConversationStateRepository
    ledger: OutboundMessageRepository
    inbound: InboundMessageRepository
    mailboxes: MailboxPositionRepository
    suppressions: SuppressionRepository
    contacts: ContactRepository
    escalations: EscalationRepository
    leases: WorkLeaseRepository
    metrics: CampaignMetricsRepository
    alerts: OperatorAlertRepository
    limits: RateLimitRepository
    breakers: CircuitBreakerRepository
    provider_reports: ProviderReportRepository
    model_usage: ModelUsageRepository

    @classmethod
    def of(cls, database: Database, pseudonyms: Pseudonyms | None = None) -> Self:
        """Return the repositories of a database; ``pseudonyms`` are those of the forgotten."""
        return cls(
            requests=BatchRequestRepository(database),
            templates=CampaignTemplateRepository(database),
            campaigns=CampaignRepository(database),
            conversations=ConversationStateRepository(database),
            ledger=OutboundMessageRepository(database),
            inbound=InboundMessageRepository(database),
            mailboxes=MailboxPositionRepository(database),
            suppressions=SuppressionRepository(database, pseudonyms),
            contacts=ContactRepository(database),
            escalations=EscalationRepository(database),
            leases=WorkLeaseRepository(database),
            metrics=CampaignMetricsRepository(database),
            alerts=OperatorAlertRepository(database),
            limits=RateLimitRepository(database),
            breakers=CircuitBreakerRepository(database),
            provider_reports=ProviderReportRepository(database),
            model_usage=ModelUsageRepository(database),
        )

    def all(self) -> list[Repository]:
        """Return every repository."""
        return [getattr(self, field.name) for field in fields(self)]

    async def initialize(self) -> None:
        """Create the indexes that are missing."""
        for repository in self.all():
            await repository.initialize()
