"""A campaign: what became of one batch request, pinned to the template it started with."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import Field

from comm_pipeline.domain.batch_requests import Schedule
from comm_pipeline.domain.document import Document, Instant
from comm_pipeline.domain.ids import CampaignId, StageName
from comm_pipeline.domain.statuses import CampaignStatus


class Campaign(Document):
    """The campaign document of the configuration guide, without its list of recipients.

    ``template_version`` is a digest of ``template_document``, the template as it was when the
    campaign was made. ``next_due_at`` is the earliest time at which a pass has something to do
    (None: nothing is planned); ``wakeups`` counts the calls to look earlier.
    """

    id: CampaignId = Field(alias="_id")
    name: str
    template_id: str
    template_version: str
    template_document: Mapping[str, Any] = {}
    type: str
    initial_stage: StageName
    context_data: Mapping[str, Any] = {}
    schedule: Schedule = Schedule()
    status: CampaignStatus
    conversation_states_initialized: bool = False
    metadata: Mapping[str, Any] = {}
    created_at: Instant
    created_by: str | None = None
    batch_request_id: Any = None
    scheduled_at: Instant | None = None
    started_at: Instant | None = None
    completed_at: Instant | None = None
    total_recipients: int = 0
    next_due_at: Instant | None = None
    wakeups: int = 0
    error: str | None = None

    @property
    def ends_at(self) -> datetime | None:
        """When the campaign ends whatever its conversations do."""
        return self.schedule.end_date
