"""Campaign Poller: turns a batch request into a campaign, or says why it cannot.

A request goes new → processing → completed with a reference to its campaign, or failed with the
reason. The claim ends by itself, so a request whose processing died is taken up again; the
campaign's id follows from the request's, so taking it up again makes nothing twice.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from pymongo.errors import DocumentTooLarge

from comm_pipeline.domain.batch_requests import BatchRequest, parse_request, recipient_id_of
from comm_pipeline.domain.campaign_rules import Priority
from comm_pipeline.domain.campaigns import Campaign
from comm_pipeline.domain.findings import FindingLog
from comm_pipeline.domain.ids import CampaignId, RecipientId, StageName, campaign_id_for_request
from comm_pipeline.domain.statuses import BatchRequestStatus, CampaignStatus
from comm_pipeline.domain.templates import CampaignTemplate
from comm_pipeline.errors import InvalidInputError, InvalidRequestError
from comm_pipeline.services.checking.campaign_check import CampaignCheck, CheckRules
from comm_pipeline.services.checking.entries import in_batches, look_at_all
from comm_pipeline.services.checking.times import check_times
from comm_pipeline.services.config_manager import (
    ConfigManager,
    campaign_variables,
    check_keys,
    pinned_version,
)
from comm_pipeline.services.out_of_reach import refused_if_out_of_reach
from comm_pipeline.storage.repositories import Repositories

log = structlog.get_logger(__name__)

#: How often processing may die before the request is given up.
_MAX_ATTEMPTS: Final = 5
#: The reason for a campaign that MongoDB does not take: it holds the template and all ids.
_TOO_MANY: Final = (
    "recipients: their ids and the template do not fit into one campaign (16 MB); split the "
    "recipients over several requests"
)


@dataclass(frozen=True, slots=True)
class PollResult:
    """What became of a request: its status, and the campaign or the reason."""

    status: BatchRequestStatus
    campaign_id: CampaignId
    reason: str | None = None


class CampaignPoller:
    """Claims batch requests and creates their campaigns."""

    def __init__(
        self,
        repositories: Repositories,
        config_manager: ConfigManager,
        claim_hold: timedelta,
        delay_factor: float = 1.0,
        own_types: Collection[str] | None = None,
    ) -> None:
        self._repositories = repositories
        self._config_manager = config_manager
        self._claim_hold = claim_hold
        self._delay_factor = delay_factor
        self._own_types = own_types

    async def process(self, request_id: Any, owner: str, now: datetime) -> PollResult | None:
        """Turn one request into a campaign. None: it is not waiting, or somebody else has it."""
        campaign_id = campaign_id_for_request(request_id)
        requests = self._repositories.requests
        try:
            document = await requests.claim(request_id, campaign_id, owner, now, self._claim_hold)
        except DocumentTooLarge:
            return await self._refuse_too_large(request_id, campaign_id, now)
        if document is None:
            return None
        try:
            with refused_if_out_of_reach("request", InvalidRequestError):
                await self._create(document, campaign_id, now)
        except (InvalidInputError, DocumentTooLarge) as error:
            reason = _TOO_MANY if isinstance(error, DocumentTooLarge) else str(error)
            await requests.settle(document["_id"], BatchRequestStatus.FAILED, reason, now)
            return PollResult(BatchRequestStatus.FAILED, campaign_id, reason)
        await requests.settle(document["_id"], BatchRequestStatus.COMPLETED, None, now)
        return PollResult(BatchRequestStatus.COMPLETED, campaign_id)

    async def _create(
        self, document: Mapping[str, Any], campaign_id: CampaignId, now: datetime
    ) -> None:
        if _attempts(document["claim"]) > _MAX_ATTEMPTS:
            raise InvalidRequestError(
                f"processing died {_MAX_ATTEMPTS} times; see the failed runs, then set status to "
                "new and remove claim"
            )
        request = parse_request(document)
        template_document = await self._config_manager.find_document(request)
        template = self._config_manager.check(template_document)
        check_times(request, now)
        campaign = new_campaign(request, campaign_id, template, template_document, now)
        rules = CheckRules(
            now,
            self._delay_factor,
            finds_doubled_ids=False,  # MongoDB does
            own_types=self._own_types,
        )
        check = CampaignCheck(campaign, template, campaign_variables(campaign, template), rules)
        recipients = await self._recipients(request.id, check)
        check.finish()
        _check_ids(recipients)
        _tell(campaign_id, check.log)
        campaign = campaign.model_copy(
            update={"total_recipients": len(recipients), "findings": check.log.document()}
        )
        if not await self._repositories.campaigns.create(campaign, recipients):
            await self._check_same_request(campaign_id, request)

    async def _check_same_request(self, campaign_id: CampaignId, request: BatchRequest) -> None:
        existing = await self._repositories.campaigns.get(campaign_id)
        if existing.batch_request_id != request.id:
            raise InvalidRequestError(
                f"_id: the campaign {campaign_id} belongs to the request "
                f"{existing.batch_request_id}; give this request another _id"
            )

    async def _recipients(self, request_id: Any, check: CampaignCheck) -> list[RecipientId]:
        """Check all recipients and return their ids; who has none gets one from their position."""
        requests = self._repositories.requests
        count = await requests.count_recipients(request_id)
        if count is None:
            raise InvalidRequestError("recipients: must be a list of ids or of objects with an id")
        if count == 0:
            raise InvalidRequestError("recipients: is empty; give at least one recipient")
        if doubled := await requests.find_doubled_recipients(request_id, 5):
            shown = ", ".join(str(name)[:60] for name in doubled)
            raise InvalidRequestError(
                f"recipients: each may stand once, but these stand more often: {shown}"
            )
        ids: list[RecipientId] = []
        async for entries in in_batches(requests.stream_recipients(request_id)):
            await look_at_all(check, len(ids), entries, self._repositories.contacts)
            ids += (
                recipient_id_or_position(entry, position)[0]
                for position, entry in enumerate(entries, start=len(ids))
            )
        return ids

    async def _refuse_too_large(
        self, request_id: Any, campaign_id: CampaignId, now: datetime
    ) -> PollResult:
        reason = (
            f"batch request {request_id} is too large: it fills MongoDB's 16 MB, so that not even "
            "its status can be written beside it; split its recipients over several requests"
        )
        await self._repositories.requests.fail_too_large(request_id)
        await self._repositories.alerts.raise_alert(f"request:{request_id}", reason, now)
        return PollResult(BatchRequestStatus.FAILED, campaign_id, reason)


def _attempts(claim: object) -> int:
    """Return how often processing has begun; a claim of another form is somebody else's."""
    attempts = claim.get("attempts") if isinstance(claim, Mapping) else None
    return attempts if isinstance(attempts, int) else 1


def _check_ids(ids: Sequence[RecipientId]) -> None:
    if len(set(ids)) < len(ids):
        raise InvalidRequestError(
            "recipients: two entries have the same id, such as 5 and '5', or recipients.3 beside "
            "one without a usable id at that position; give every entry an id of its own"
        )


def _tell(campaign_id: CampaignId, found: FindingLog) -> None:
    """Log what a check found, in one line."""
    if found.errors or found.warnings:
        log.warning(
            "the check before the start found something",
            campaign_id=campaign_id,
            errors=found.errors,
            warnings=found.warnings,
            rules=found.document(most=0)["counts"],
        )


def recipient_id_or_position(entry: object, position: int) -> tuple[RecipientId, str | None]:
    """Return a recipient's id and None, or an id made of its position and what is wrong."""
    try:
        return recipient_id_of(entry), None
    except InvalidInputError as error:
        return RecipientId(f"recipients.{position}"), f"recipients.{position}: {error}"


def new_campaign(
    request: BatchRequest,
    campaign_id: CampaignId,
    template: CampaignTemplate,
    template_document: Mapping[str, Any],
    now: datetime,
) -> Campaign:
    """Return the campaign of a request. Raises InvalidInputError for what does not fit together."""
    check_keys(request.metadata, "metadata")
    check_keys(request.context_data, "context_data")
    starts_at = request.scheduled_at or request.schedule.start_date
    is_ahead = starts_at is not None and starts_at > now
    return Campaign(
        id=campaign_id,
        name=request.name,
        template_id=request.template_id or template.template_id,
        template_version=pinned_version(template_document),
        template_document=template_document,
        type=request.campaign_type or template.type,
        initial_stage=_initial_stage(request, template),
        context_data=request.context_data,
        schedule=_schedule(request, template, starts_at or now),
        status=CampaignStatus.SCHEDULED if is_ahead else CampaignStatus.PENDING,
        metadata=request.metadata,
        created_at=now,
        created_by=request.created_by,
        batch_request_id=request.id,
        scheduled_at=starts_at,
        next_due_at=starts_at if is_ahead else now,
        rank=_rank(request, template),
    )


def _rank(request: BatchRequest, template: CampaignTemplate) -> int:
    """Return the campaign's place in the order of priorities; the request's own goes first."""
    asked = request.metadata.get("priority")
    priority = Priority(asked) if asked in list(Priority) else template.priority
    return list(Priority).index(priority)


def _initial_stage(request: BatchRequest, template: CampaignTemplate) -> StageName:
    if request.initial_stage is None:
        return template.initial_stage
    if request.initial_stage not in template.stage_names:
        raise InvalidRequestError(
            f"initial_stage: {request.initial_stage!r} is not one of the template's stages: "
            f"{', '.join(template.stage_names)}"
        )
    return StageName(request.initial_stage)


def _schedule(request: BatchRequest, template: CampaignTemplate, starts_at: datetime) -> Any:
    """Return the schedule, ended by the template's longest duration if that comes first."""
    maximum = template.completion.max_duration_hours
    schedule = request.schedule
    if maximum is None:
        return schedule
    latest = starts_at + timedelta(hours=maximum)
    ends_at = min(schedule.end_date or latest, latest)
    return schedule.model_copy(update={"end_date": ends_at})
