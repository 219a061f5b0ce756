"""A campaign: what became of one batch request, pinned to the template it started with."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import Field

from comm_pipeline.domain.answering_hours import best_window
from comm_pipeline.domain.batch_requests import Schedule
from comm_pipeline.domain.document import Document, Instant
from comm_pipeline.domain.ids import CampaignId, StageName
from comm_pipeline.domain.statuses import CampaignStatus
from comm_pipeline.domain.time_windows import TimeWindow


class EarlierTemplate(Document):
    """A version of its template that a campaign had, until ``replaced_at``."""

    version: str
    replaced_at: Instant


class Campaign(Document):
    """The campaign document of the configuration guide, without its list of recipients.

    ``template_version`` is a digest of ``template_document``, the template as it was when the
    campaign was made or a newer version was applied; ``template_history`` holds the latest versions
    before it, oldest first. ``next_due_at`` is the earliest time at which a pass has something to
    do (None: nothing is planned); ``wakeups`` counts the calls to look earlier. Campaigns of a
    smaller ``rank`` go first. ``findings`` are what was found wrong with its request, in bounded
    form. ``answers_by_hour`` counts answers by the hour of their recipients' day.
    ``counts_when_resumed`` are its bounces and complaints as it was last resumed after it had been
    paused by itself.
    """

    id: CampaignId = Field(alias="_id")
    name: str
    template_id: str
    template_version: str
    template_document: Mapping[str, Any] = {}
    template_history: tuple[EarlierTemplate, ...] = ()
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
    rank: int = 1
    findings: Mapping[str, Any] = {}
    answers_by_hour: Mapping[str, int] = {}
    paused_at: Instant | None = None
    pause_reason: str | None = None
    counts_when_resumed: Mapping[str, int] = {}
    error: str | None = None

    @property
    def ends_at(self) -> datetime | None:
        """When the campaign ends whatever its conversations do."""
        return self.schedule.end_date

    @property
    def learned_hours(self) -> tuple[TimeWindow, ...]:
        """When its recipients answer most, local time; nothing while few have answered."""
        return best_window(self.answers_by_hour)
