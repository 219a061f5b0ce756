"""What a newer version of its template would make of a campaign's own document.

The campaign's batch request is read again by the rules by which it became a campaign, so that first
stage, end and priority come out as if the newer template had been there from the beginning: the end
is counted from the start that was planned, or from the creation of the campaign.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from comm_pipeline.domain.batch_requests import BatchRequest, parse_request
from comm_pipeline.domain.campaigns import Campaign
from comm_pipeline.domain.findings import Finding, error, warning
from comm_pipeline.domain.ids import CampaignId
from comm_pipeline.domain.statuses import CAMPAIGN_TRANSITIONS
from comm_pipeline.domain.templates import CampaignTemplate
from comm_pipeline.errors import IllegalTransitionError, InvalidTemplateError
from comm_pipeline.services.campaign_poller import new_campaign
from comm_pipeline.services.config_manager import ConfigManager, pinned_version
from comm_pipeline.storage.repositories import Repositories


@dataclass(frozen=True, slots=True)
class TemplatePlan:
    """A campaign as it is and as it would be, with its template before and after."""

    campaign: Campaign
    updated: Campaign
    old: CampaignTemplate
    new: CampaignTemplate
    has_request: bool

    @property
    def is_pinned(self) -> bool:
        """Whether the campaign has this very version already."""
        return self.campaign.template_version == self.updated.template_version

    def findings(self, now: datetime) -> Iterator[Finding]:
        """Yield what people have to know of the campaign as a whole."""
        yield from self._find_in_end(now)
        yield from self._find_what_stays()

    def _find_in_end(self, now: datetime) -> Iterator[Finding]:
        place, ends_at = "template.completion_conditions.max_duration_hours", self.updated.ends_at
        if ends_at is not None and ends_at <= now:
            yield error(
                "ends_at_once",
                place,
                f"the campaign would have ended at {ends_at:%Y-%m-%d %H:%M} UTC, so that every "
                "open conversation ends now",
                "raise it; it counts from the campaign's planned start, else from its creation",
            )
        durations = (self.old.completion, self.new.completion)
        if not self.has_request and len({one.max_duration_hours for one in durations}) > 1:
            yield warning(
                "request_gone",
                place,
                "differs, but the end of the campaign stays, because its batch request, which may "
                "name an end too, is not there any more",
                "cancel the campaign when it has to end",
            )

    def _find_what_stays(self) -> Iterator[Finding]:
        campaign, new = self.campaign, self.new
        if new.type not in (self.old.type, campaign.type):
            yield warning(
                "type_stays",
                "template.type",
                f"is {new.type!r}; the campaign stays of the type {campaign.type!r}",
                "submit a new request for a campaign of another type",
            )
        given = campaign.template_document.get("_id"), self.updated.template_document.get("_id")
        if None not in given and given[0] != given[1]:
            yield warning(
                "other_template",
                "template._id",
                f"is {str(given[1])[:80]!r}, and the campaign runs {str(given[0])[:80]!r}",
                "make sure that this is the file that you mean",
            )


async def plan_update(
    repositories: Repositories,
    config_manager: ConfigManager,
    campaign_id: CampaignId,
    document: Mapping[str, Any],
) -> TemplatePlan:
    """Return what the template would make of the campaign; nothing is written.

    Raises NotFoundError; InvalidTemplateError for a template that cannot be used, or has no longer
    the stage in which the campaign is to begin; IllegalTransitionError if the campaign has ended.
    """
    campaign = await repositories.campaigns.get(campaign_id)
    check_is_open(campaign)
    new = config_manager.check(document)
    request = await repositories.requests.find_for_campaign(campaign_id)
    pinned = {"template_document": document, "template_version": pinned_version(document)}
    derived = {} if request is None else _derived(campaign, parse_request(request), new, document)
    return TemplatePlan(
        campaign=campaign,
        updated=campaign.model_copy(update=pinned | derived),
        old=config_manager.template_of(campaign),
        new=new,
        has_request=request is not None,
    )


def check_is_open(campaign: Campaign) -> None:
    """Raise IllegalTransitionError if a campaign has ended."""
    if not CAMPAIGN_TRANSITIONS[campaign.status]:
        raise IllegalTransitionError(
            f"campaign {campaign.id} is {campaign.status}: its template cannot change any more"
        )


def _derived(
    campaign: Campaign,
    request: BatchRequest,
    new: CampaignTemplate,
    document: Mapping[str, Any],
) -> dict[str, Any]:
    """Return what of the campaign follows from request and template together."""
    if not campaign.conversation_states_initialized:
        _check_begins(request.initial_stage, new)
    # Where conversations began is no longer a question once all of them have.
    anywhere = request.model_copy(update={"initial_stage": None})
    has_begun = campaign.conversation_states_initialized
    asked = anywhere if has_begun else request
    made = new_campaign(asked, campaign.id, new, document, campaign.created_at)
    return {
        "initial_stage": campaign.initial_stage if has_begun else made.initial_stage,
        "schedule": made.schedule,
        "rank": made.rank,
    }


def _check_begins(initial_stage: str | None, new: CampaignTemplate) -> None:
    if initial_stage is not None and initial_stage not in new.stage_names:
        raise InvalidTemplateError(
            f"template.stages: has no stage {initial_stage!r}, in which the campaign is to begin "
            "by the initial_stage of its batch request; keep a stage of that name, or cancel the "
            "campaign and submit its request again (--new-id) with another initial_stage"
        )
