"""Config Manager: from stored templates to stages, guidance and timing rules."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from comm_pipeline.bot.patterns import check_patterns
from comm_pipeline.domain.batch_requests import BatchRequest
from comm_pipeline.domain.campaigns import Campaign
from comm_pipeline.domain.context import nest_dotted
from comm_pipeline.domain.template_shapes import content_version, parse_template
from comm_pipeline.domain.templates import CampaignTemplate, MessageTemplate
from comm_pipeline.errors import InvalidRequestError, InvalidTemplateError
from comm_pipeline.rendering.sandbox import compile_condition, compile_message
from comm_pipeline.storage.campaign_templates import CampaignTemplateRepository

_TEMPLATES_KEPT: Final = 256
#: MongoDB takes keys with dots and dollars, but no query could name them again.
_BAD_KEY: Final = re.compile(r"^\$|\x00")


class ConfigManager:
    """Finds, checks and keeps campaign templates.

    A campaign's template is parsed once a process and version; ``templates_dir`` holds the ready
    ones under ``campaigns/``.
    """

    def __init__(self, templates: CampaignTemplateRepository, templates_dir: Path) -> None:
        self._templates = templates
        self._templates_dir = templates_dir
        self._parsed: dict[tuple[str, str], CampaignTemplate] = {}

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
        template = parse_template(document)
        check_keys(document, "template")
        for place, source, kind in template_sources(template):
            _compile(place, source, kind)
        check_patterns(template)
        return template

    def template_of(self, campaign: Campaign) -> CampaignTemplate:
        """Return the template version that a campaign is pinned to."""
        key = (campaign.id, campaign.template_version)
        template = self._parsed.get(key)
        if template is None:
            template = parse_template(campaign.template_document, campaign.template_id)
            if len(self._parsed) >= _TEMPLATES_KEPT:
                self._parsed.pop(next(iter(self._parsed)))
            self._parsed[key] = template
        return template

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
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        if path.stem == template_id:
            raise InvalidTemplateError(f"{path.name}: is not JSON: {error}") from error
        return {}
    return document if isinstance(document, dict) else {}


def pinned_version(document: Mapping[str, Any]) -> str:
    """Return the version under which a campaign pins a template document."""
    return content_version(document)


def check_keys(value: Any, place: str, depth: int = 0) -> None:
    """Refuse keys that MongoDB cannot store or find, and documents nested without measure.

    Raises InvalidTemplateError that names the place.
    """
    if depth > 40:
        raise InvalidTemplateError(f"{place}: is nested more than 40 levels deep")
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if _BAD_KEY.search(str(key)):
                raise InvalidTemplateError(f"{place}: the key {key!r} may not start with $")
            check_keys(inner, f"{place}.{key}", depth + 1)
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            check_keys(inner, f"{place}.{position}", depth + 1)


def template_sources(template: CampaignTemplate) -> Iterator[tuple[str, str, str]]:
    """Yield each Jinja source of a template: its place, the source, and what it is."""
    if template.subject is not None:
        yield "template.subject", template.subject, "text"
    for stage in template.stages:
        for position, message in enumerate(stage.messages):
            place = f"template.stages.{stage.name}.messages.{position}"
            yield from _message_sources(place, message)


def _message_sources(place: str, message: MessageTemplate) -> Iterator[tuple[str, str, str]]:
    yield from _text_sources(place, message.template, message.subject, message.html)
    for position, conditional in enumerate(message.conditional_templates):
        inner = f"{place}.conditional_templates.{position}"
        yield f"{inner}.condition", conditional.condition, "condition"
        yield from _text_sources(inner, conditional.template, conditional.subject, conditional.html)
    for position, follow_up in enumerate(message.follow_up_templates):
        inner = f"{place}.follow_up_templates.{position}"
        yield from _text_sources(inner, follow_up.template, follow_up.subject, follow_up.html)


def _text_sources(
    place: str, text: str, subject: str | None, html: str | None
) -> Iterator[tuple[str, str, str]]:
    yield f"{place}.template", text, "text"
    if subject is not None:
        yield f"{place}.subject", subject, "text"
    if html is not None:
        yield f"{place}.html", html, "html"


def _compile(place: str, source: str, kind: str) -> None:
    try:
        if kind == "condition":
            compile_condition(source)
        else:
            compile_message(source, is_html=kind == "html")
    except InvalidTemplateError as error:
        raise type(error)(f"{place}: {error}") from None
