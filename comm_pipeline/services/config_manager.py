"""Config Manager: from stored templates to stages, guidance and timing rules."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from comm_pipeline.bot.patterns import check_patterns
from comm_pipeline.domain.batch_requests import BatchRequest
from comm_pipeline.domain.campaigns import Campaign
from comm_pipeline.domain.channel_choice import ChannelsInUse
from comm_pipeline.domain.context import DEEPEST, nest_dotted
from comm_pipeline.domain.template_limits import Measure
from comm_pipeline.domain.template_shapes import content_version, parse_template
from comm_pipeline.domain.template_sources import Source, template_sources
from comm_pipeline.domain.templates import CampaignTemplate
from comm_pipeline.errors import InvalidInputError, InvalidRequestError, InvalidTemplateError
from comm_pipeline.services.calendars import CalendarBook
from comm_pipeline.services.compiling import compile_source
from comm_pipeline.services.json_files import read_json_file
from comm_pipeline.services.out_of_reach import refused_if_out_of_reach
from comm_pipeline.storage.campaign_templates import CampaignTemplateRepository

_EVERY_CHANNEL: Final = ChannelsInUse()
_TEMPLATES_KEPT: Final = 256
#: MongoDB's largest whole number, and what no UTF-8 text can hold.
_LARGEST: Final = 2**63
_HALF_CHARACTER: Final = re.compile("[\ud800-\udfff]")


class ConfigManager:
    """Finds, checks and keeps campaign templates.

    A campaign's template is parsed once a process and version; ``templates_dir`` holds the ready
    ones under ``campaigns/``. ``channels`` are those that there are: a template's are reduced to
    them.
    """

    def __init__(
        self,
        templates: CampaignTemplateRepository,
        templates_dir: Path,
        channels: ChannelsInUse = _EVERY_CHANNEL,
    ) -> None:
        self._templates = templates
        self._templates_dir = templates_dir
        self._channels = channels
        self._parsed: dict[tuple[str, str], tuple[CampaignTemplate, CalendarBook]] = {}

    async def find_document(self, request: BatchRequest) -> Mapping[str, Any]:
        """Return the template document that a request brings or names.

        Raises InvalidRequestError if there is none of the id that it names.
        """
        if request.template is not None:
            return request.template
        assert request.template_id is not None
        stored = await self._templates.get(request.template_id)
        document = stored or find_template_file(self._templates_dir, request.template_id)
        if document is None:
            raise InvalidRequestError(
                f"template_id: there is no template {request.template_id!r}; store it in "
                "campaign_templates, or put the template itself into the field template"
            )
        return document

    def check(self, document: Mapping[str, Any]) -> CampaignTemplate:
        """Parse a template and compile every text, condition and pattern in it.

        Raises InvalidTemplateError (or UnsafeTemplateError) that names the field.
        """
        with refused_if_out_of_reach("template", InvalidTemplateError):
            check_keys(document, "template")
            template = self._with_channels(parse_template(document))
            _calendars(template)
            measure = Measure()
            for source in template_sources(template):
                _compile(source, measure)
            check_patterns(template)
        return template

    def template_of(self, campaign: Campaign) -> CampaignTemplate:
        """Return the template version that a campaign is pinned to."""
        return self._pinned(campaign)[0]

    def calendars_of(self, campaign: Campaign) -> CalendarBook:
        """Return the calendars of a campaign's recipients, by the template that it is pinned to."""
        return self._pinned(campaign)[1]

    def _pinned(self, campaign: Campaign) -> tuple[CampaignTemplate, CalendarBook]:
        key = (campaign.id, campaign.template_version)
        if key not in self._parsed:
            template = self._with_channels(
                parse_template(campaign.template_document, campaign.template_id)
            )
            if len(self._parsed) >= _TEMPLATES_KEPT:
                self._parsed.pop(next(iter(self._parsed)))
            self._parsed[key] = (template, _calendars(template))
        return self._parsed[key]

    def _with_channels(self, template: CampaignTemplate) -> CampaignTemplate:
        order = self._channels.order(template.channels)
        return template.model_copy(update={"channels": order})

    def get_stage_guidance(self, campaign: Campaign, stage: str) -> Mapping[str, Any]:
        """Return the conversation guidance of a stage, as its author wrote it."""
        return self.template_of(campaign).stage(stage).guidance

    def get_timing_rules(self, campaign: Campaign, stage: str) -> dict[str, Any]:
        """Return delays and follow-ups of each message of a stage, and its progression rules."""
        found = self.template_of(campaign).stage(stage)
        return {
            "messages": [message.timing.model_dump() for message in found.messages],
            "progression_rules": found.progression.model_dump(),
        }


def _calendars(template: CampaignTemplate) -> CalendarBook:
    return CalendarBook(template.business_hours, template.holidays, template.optimal_contact_times)


def campaign_variables(campaign: Campaign, template: CampaignTemplate) -> dict[str, Any]:
    """Return what messages may refer to beside the recipient: nested, the request's data on top."""
    variables = nest_dotted({**template.context_data, **campaign.context_data})
    variables.setdefault("campaign", {"name": campaign.name})
    return variables


def find_template_file(templates_dir: Path, template_id: str) -> Mapping[str, Any] | None:
    """Return the ready template whose ``_id`` or file name is ``template_id``, or None."""
    for path in sorted((templates_dir / "campaigns").glob("*.json")):
        document = _read_template(path, template_id)
        if template_id in (document.get("_id"), path.stem):
            return {"_id": path.stem, **document}
    return None


def _read_template(path: Path, template_id: str) -> Mapping[str, Any]:
    """Return a file's document; a broken file hurts only those who ask for it by its name."""
    try:
        document = read_json_file(path)
    except (OSError, InvalidInputError) as error:
        if path.stem == template_id:
            raise InvalidTemplateError(str(error)) from error
        return {}
    return document if isinstance(document, dict) else {}


def pinned_version(document: Mapping[str, Any]) -> str:
    """Return the version under which a campaign pins a template document."""
    return content_version(document)


def check_keys(value: Any, place: str, depth: int = 0) -> None:
    """Refuse what MongoDB cannot store or find, and documents nested without measure.

    Raises InvalidTemplateError that names the place.
    """
    if depth > DEEPEST:
        raise InvalidTemplateError(f"{place[:200]}: is nested more than {DEEPEST} levels deep")
    if isinstance(value, Mapping):
        for key, inner in value.items():
            _check_key(str(key), place)
            check_keys(inner, f"{place}.{key}", depth + 1)
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            check_keys(inner, f"{place}.{position}", depth + 1)
    else:
        _check_value(value, place)


def _check_key(key: str, place: str) -> None:
    if key.startswith("$") or "\x00" in key:
        raise InvalidTemplateError(
            f"{place}: the key {key!r} may not start with $ or contain a null character"
        )
    _check_value(key, place)


def _check_value(value: Any, place: str) -> None:
    if isinstance(value, int) and not -_LARGEST <= value < _LARGEST:
        raise InvalidTemplateError(f"{place}: the number has more than 64 bits; write it as a text")
    if isinstance(value, str) and _HALF_CHARACTER.search(value):
        raise InvalidTemplateError(f"{place}: contains half a character (a lone surrogate)")


def _compile(source: Source, measure: Measure) -> None:
    measure.begin_text(source.place)
    try:
        tokens = compile_source(source).tokens
    except InvalidTemplateError as error:
        raise type(error)(f"{source.place}: {error}") from None
    measure.add_words(source.place, tokens)
