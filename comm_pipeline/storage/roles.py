"""Least privilege in MongoDB: what each kind of user may do, in which collection.

The pipeline's own user deletes nothing and reads nothing but its own collections. Who is in these
roles, and how they log in, is for the database's administrator.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from comm_pipeline.storage.agent_batch_requests import BatchRequestRepository
from comm_pipeline.storage.campaign_metrics import CampaignMetricsRepository
from comm_pipeline.storage.campaign_templates import CampaignTemplateRepository
from comm_pipeline.storage.campaigns import CampaignRepository
from comm_pipeline.storage.circuit_breakers import CircuitBreakerRepository
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
from comm_pipeline.storage.suppressions import SuppressionRepository
from comm_pipeline.storage.work_leases import WorkLeaseRepository

_READ: Final = ("find",)
_INDEXES: Final = ("createIndex", "listIndexes")
_CHANGE: Final = ("find", "insert", "update")
_OWN: Final = (
    CampaignRepository,
    ConversationStateRepository,
    OutboundMessageRepository,
    InboundMessageRepository,
    SuppressionRepository,
    EscalationRepository,
    WorkLeaseRepository,
    CampaignMetricsRepository,
    OperatorAlertRepository,
    RateLimitRepository,
    CircuitBreakerRepository,
    ProviderReportRepository,
    ModelUsageRepository,
    MailboxPositionRepository,
)
#: Of these forgetting deletes documents, or puts others in their place: any id may hold an address.
_FORGOTTEN: Final = (*_OWN, BatchRequestRepository, ContactRepository)


@dataclass(frozen=True, slots=True)
class Role:
    """A role of a database: ``privileges`` are actions by collection; "" stands for all of them."""

    name: str
    purpose: str
    privileges: Mapping[str, Sequence[str]]

    def command(self, database: str) -> dict[str, Any]:
        """Return the document that MongoDB's ``createRole`` takes, in the database's own words."""
        return {
            "privileges": [
                {"resource": {"db": database, "collection": name}, "actions": sorted(actions)}
                for name, actions in sorted(self.privileges.items())
            ],
            "roles": [],
        }


def roles() -> tuple[Role, ...]:
    """Return the roles: of the pipeline's processes, of people, and of the agent service."""
    worker = {one.name: {*_CHANGE, *_INDEXES} for one in _OWN}
    worker[BatchRequestRepository.name] = {"find", "update", *_INDEXES}
    worker |= {one.name: {*_READ, "listIndexes"} for one in _READ_BY_WORKERS}
    operator = {name: set(actions) for name, actions in worker.items()}
    operator[BatchRequestRepository.name] |= {"insert"}
    operator[CampaignTemplateRepository.name] |= {*_CHANGE}
    operator[ContactRepository.name] |= {*_CHANGE}
    for repository in _FORGOTTEN:
        operator[repository.name] |= {"remove"}
    operator[""] = {*_READ, "listCollections"}
    agent = {
        BatchRequestRepository.name: {"find", "insert"},
        ContactRepository.name: {*_CHANGE},
        InboundMessageRepository.name: {"insert"},
        ProviderReportRepository.name: {"insert"},
    }
    return tuple(
        Role(name, purpose, {one: tuple(sorted(actions)) for one, actions in privileges.items()})
        for name, purpose, privileges in (
            ("comm_pipeline_worker", "Dagster's processes", worker),
            ("comm_pipeline_operator", "people at the command line", operator),
            ("comm_pipeline_agent", "the agent service and others that write to us", agent),
        )
    )


#: What others write, and passes only read.
_READ_BY_WORKERS: Final = (CampaignTemplateRepository, ContactRepository)
