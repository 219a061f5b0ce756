"""Counts by campaign, grouped by the server: rows come back, never conversations.

All counts of one answer are of the same moment where the server can read snapshots (a replica set
or a sharded cluster). A standalone server counts one thing after another, and what is written
meanwhile may be in one count and not in the next; the answer says which it is.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, TypeVar

from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.errors import OperationFailure

from comm_pipeline.domain.ids import CampaignId
from comm_pipeline.domain.metrics import (
    CampaignCounts,
    ConversationCount,
    CrossCounts,
    DeliveryCount,
    StageCount,
)
from comm_pipeline.domain.statuses import DeliveryStatus
from comm_pipeline.storage.campaign_metrics import CampaignMetricsRepository
from comm_pipeline.storage.campaigns import CampaignRepository
from comm_pipeline.storage.connection import Database, Doc
from comm_pipeline.storage.conversation_states import ConversationStateRepository
from comm_pipeline.storage.inbound_messages import InboundMessageRepository
from comm_pipeline.storage.metrics_pipelines import (
    applied_pipeline,
    conversation_pipeline,
    delivery_pipeline,
    history_pipeline,
    late_bounce_pipeline,
    stage_pipeline,
    unreserved_pipeline,
    waiting_pipeline,
)
from comm_pipeline.storage.outbound_messages import OutboundMessageRepository

T = TypeVar("T")
Session = AsyncClientSession | None

_CONVERSATIONS: Final = ConversationStateRepository.name
_LEDGER: Final = OutboundMessageRepository.name
_INBOUND: Final = InboundMessageRepository.name
#: SnapshotUnavailable (a collection was made or indexed this very moment) and SnapshotTooOld.
_NO_SNAPSHOT: Final = {246, 239}
#: Delivery statuses that a message has only after a provider accepted it.
_ACCEPTED: Final = frozenset(
    {DeliveryStatus.SENT, DeliveryStatus.DELIVERED, DeliveryStatus.COMPLAINED}
)


class MetricsQueries:
    """The aggregations behind metrics and reconciliation; it writes nothing."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def counts(self, campaign_id: CampaignId, sample_rate: float = 1.0) -> CampaignCounts:
        """Count a campaign. Durations are those of a random ``sample_rate`` of visits."""
        counts, _ = await self._at_one_moment(
            lambda session: self._counts(campaign_id, sample_rate, session)
        )
        return counts

    async def counts_to_reconcile(
        self, campaign_id: CampaignId
    ) -> tuple[CampaignCounts, CrossCounts, bool]:
        """Count a campaign in both ways; the last value says whether it was at one moment.

        Reads the histories, which ``counts`` does not.
        """

        async def read(session: Session) -> tuple[CampaignCounts, CrossCounts]:
            counts = await self._counts(campaign_id, 1.0, session)
            return counts, await self._cross_counts(campaign_id, session)

        (counts, cross), is_one_moment = await self._at_one_moment(read)
        return counts, cross, is_one_moment

    async def find_campaigns(self, after: str, limit: int) -> list[Doc]:
        """Return a page of campaigns by id, as stored: ``_id``, ``status``, ``completed_at``."""
        fields = {"status": 1, "completed_at": 1}
        cursor = self._db[CampaignRepository.name].find({"_id": {"$gt": after}}, fields)
        return await cursor.sort("_id", 1).limit(limit).to_list()

    async def find_counted(self, campaign_ids: Sequence[CampaignId]) -> dict[CampaignId, Doc]:
        """Return ``updated_at`` and ``campaign_status`` of stored metrics, by campaign."""
        fields = {"updated_at": 1, "campaign_status": 1}
        query = {"_id": {"$in": list(campaign_ids)}}
        cursor = self._db[CampaignMetricsRepository.name].find(query, fields)
        return {document["_id"]: document async for document in cursor}

    async def _at_one_moment(self, read: Callable[[Session], Awaitable[T]]) -> tuple[T, bool]:
        hello = await self._db.client.admin.command("hello")
        if "setName" in hello or hello.get("msg") == "isdbgrid":
            try:
                async with self._db.client.start_session(snapshot=True) as session:
                    return await read(session), True
            except OperationFailure as error:
                if error.code not in _NO_SNAPSHOT:
                    raise
        return await read(None), False

    async def _counts(
        self, campaign_id: CampaignId, sample_rate: float, session: Session
    ) -> CampaignCounts:
        conversations = await self._rows(
            _CONVERSATIONS, conversation_pipeline(campaign_id), session
        )
        stages = await self._rows(_CONVERSATIONS, stage_pipeline(campaign_id, sample_rate), session)
        deliveries = await self._rows(_LEDGER, delivery_pipeline(campaign_id), session)
        late = await self._rows(_LEDGER, late_bounce_pipeline(campaign_id), session)
        return CampaignCounts(
            [ConversationCount(**row.pop("_id"), **row) for row in conversations],
            [StageCount(stage=row.pop("_id"), **row) for row in stages],
            _deliveries(deliveries, _only(late)),
        )

    async def _cross_counts(self, campaign_id: CampaignId, session: Session) -> CrossCounts:
        history = await self._rows(_CONVERSATIONS, history_pipeline(campaign_id), session)
        outbox = await self._rows(_CONVERSATIONS, unreserved_pipeline(campaign_id), session)
        applied = await self._rows(_INBOUND, applied_pipeline(campaign_id), session)
        waiting = await self._rows(_INBOUND, waiting_pipeline(), session)
        return CrossCounts(
            written=_only(history, "written"),
            heard=_only(history, "heard"),
            unreserved=_only(outbox),
            applied_replies=_only(applied),
            waiting_replies=_only(waiting),
        )

    async def _rows(self, collection: str, pipeline: list[Doc], session: Session) -> list[Doc]:
        cursor = await self._db[collection].aggregate(pipeline, session=session, allowDiskUse=True)
        return await cursor.to_list()


def _only(rows: Sequence[Doc], field: str = "count") -> int:
    """Return a field of the only row; of nothing, a group makes no row at all."""
    return int(rows[0][field]) if rows else 0


def _deliveries(rows: Sequence[Doc], late_bounces: int) -> list[DeliveryCount]:
    def accepted(status: Any, messages: int) -> int:
        if status == DeliveryStatus.BOUNCED:
            return late_bounces
        return messages if status in _ACCEPTED else 0

    return [
        DeliveryCount(row["_id"], row["messages"], accepted(row["_id"], row["messages"]))
        for row in rows
    ]
