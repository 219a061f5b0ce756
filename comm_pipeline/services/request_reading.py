"""Reading a batch request as far as it can be read: the campaign that it would become.

What the Campaign Poller would refuse becomes a finding.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

from comm_pipeline.bot.patterns import check_patterns
from comm_pipeline.domain.batch_requests import SERVICE_TYPE, BatchRequest, Schedule, parse_request
from comm_pipeline.domain.campaigns import Campaign
from comm_pipeline.domain.findings import Finding, FindingLog, error, warning
from comm_pipeline.domain.ids import campaign_id_for_request
from comm_pipeline.domain.statuses import BatchRequestStatus
from comm_pipeline.domain.template_shapes import parse_template
from comm_pipeline.domain.templates import CampaignTemplate
from comm_pipeline.errors import InvalidInputError, InvalidRequestError
from comm_pipeline.services.campaign_poller import new_campaign
from comm_pipeline.services.checking.campaign_check import CheckRules
from comm_pipeline.services.checking.refusals import refused
from comm_pipeline.services.checking.times import check_times
from comm_pipeline.services.config_manager import (
    campaign_variables,
    check_keys,
    find_template_file,
)
from comm_pipeline.services.out_of_reach import refused_if_out_of_reach
from comm_pipeline.services.public_holidays import check_holiday_rules

T = TypeVar("T")

#: The rule of findings about fields of the request.
REQUEST: Final = "refused_request"
_TEMPLATE: Final = "refused_template"


class Templates(Protocol):
    """Where templates that a request names are found."""

    async def find_document(self, request: BatchRequest) -> Mapping[str, Any]:
        """Return the template document that a request brings or names.

        Raises InvalidRequestError if there is none of the id that it names.
        """


@dataclass(frozen=True, slots=True)
class TemplateFiles:
    """The ready templates, where no database can be asked."""

    folder: Path

    async def find_document(self, request: BatchRequest) -> Mapping[str, Any]:
        """Return the template document that a request brings or names, as the protocol says."""
        if request.template is not None:
            return request.template
        document = find_template_file(self.folder, str(request.template_id))
        if document is None:
            raise InvalidRequestError(
                f"template_id: there is no template {request.template_id!r} in {self.folder}, and "
                "campaign_templates was not asked; put the template itself into the field template"
            )
        return document


class CannotGoOnError(Exception):
    """What was found leaves no campaign to look at."""


async def read_campaign(
    document: Mapping[str, Any], rules: CheckRules, templates: Templates, log: FindingLog
) -> tuple[Campaign, CampaignTemplate]:
    """Return the campaign that a request would become, and its template.

    What is wrong goes into ``log``, and is left out if it can be. Raises CannotGoOnError if there
    would be no campaign.
    """
    log.extend(_find_in_head(document))
    request = read_noting(REQUEST, lambda: _request(document, rules), log)
    try:
        check_times(request, rules.now)
    except InvalidInputError as refusal:
        log.extend(refused("impossible_times", refusal))
        request = request.model_copy(update={"scheduled_at": None, "schedule": Schedule()})
    try:
        template_document = await templates.find_document(request)
    except InvalidInputError as refusal:
        log.extend(refused(_TEMPLATE, refusal))
        raise CannotGoOnError from None
    template = _template(template_document, log)
    campaign = read_noting(
        REQUEST,
        lambda: new_campaign(
            request, campaign_id_for_request(request.id), template, template_document, rules.now
        ),
        log,
    )
    read_noting(REQUEST, lambda: campaign_variables(campaign, template), log)
    return campaign, template


def _request(document: Mapping[str, Any], rules: CheckRules) -> BatchRequest:
    """Return the request as ``submit`` would store it."""
    head = {key: value for key, value in document.items() if key != "recipients"}
    check_keys(head, "request")
    return parse_request(
        {
            **head,
            "_id": head.get("_id") or "request",
            "servicetype": head.get("servicetype", SERVICE_TYPE),
            "status": BatchRequestStatus.NEW.value,
            "created_at": rules.now,
        }
    )


def _find_in_head(document: Mapping[str, Any]) -> Iterator[Finding]:
    if not isinstance(document.get("_id"), str) or not document["_id"]:
        yield warning(
            "no_request_id", "_id", "is missing", "give one, or submit the request with --new-id"
        )
    kind = document.get("servicetype", SERVICE_TYPE)
    if isinstance(kind, str) and kind != SERVICE_TYPE:
        yield error(
            "other_service",
            "servicetype",
            f"is {kind[:80]!r}: this pipeline leaves such requests alone",
            f'write "{SERVICE_TYPE}", or leave it out',
        )


def _template(document: Mapping[str, Any], log: FindingLog) -> CampaignTemplate:
    """Return the template, without the parts that were refused if it can do without them."""
    template = read_noting(_TEMPLATE, lambda: _parsed(document), log)
    try:
        check_patterns(template)
    except InvalidInputError as refusal:
        log.extend(refused(_TEMPLATE, refusal))
    try:
        if template.holidays is not None:
            check_holiday_rules(template.holidays)
    except InvalidInputError as refusal:
        log.extend(refused(_TEMPLATE, refusal))
        template = template.model_copy(update={"holidays": None})
    return template


def _parsed(document: Mapping[str, Any]) -> CampaignTemplate:
    check_keys(document, "template")
    return parse_template(document)


def read_noting(rule: str, read: Callable[[], T], log: FindingLog) -> T:
    """Return what can be read; ``rule`` is that of the findings.

    Raises CannotGoOnError after noting why it cannot be read.
    """
    try:
        with refused_if_out_of_reach(rule.removeprefix("refused_")):
            return read()
    except InvalidInputError as refusal:
        log.extend(refused(rule, refusal))
        raise CannotGoOnError from None
