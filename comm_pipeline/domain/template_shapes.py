"""The two documented shapes of a campaign template, read into ``CampaignTemplate``.

*Mapping*: ``stages`` maps each name to its messages, timing and progression rules (configuration
guide). *List*: ``template_type: "campaign"``, ``global_settings`` with defaults for all stages, and
``stages`` as a list with conversation guidance (workflow document). A stage may be written the same
way in both; only where its name stands differs.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from pydantic import ValidationError

from comm_pipeline.domain.context import merge
from comm_pipeline.domain.document import Place, explain_validation_error
from comm_pipeline.domain.template_documents import (
    CAMPAIGN_RULES_FIELDS,
    TIMING_FIELDS,
)
from comm_pipeline.domain.template_fields import (
    check_same_name,
    check_settings_fields,
    check_stage_fields,
    check_template_fields,
    check_timing_rules,
)
from comm_pipeline.domain.template_limits import check_looked_for, check_stages
from comm_pipeline.domain.templates import CampaignTemplate
from comm_pipeline.errors import InvalidTemplateError

_GUIDANCE_KEYS = ("conversation_guidance", "guidance")
#: Fields of the template that are read as they are.
_PLAIN_FIELDS = ("subject", "extract", "answers", "context_data", "fallbacks", "global_settings")
#: How fields of ours are written, the usual name first.
_WRITTEN: Final[Mapping[str, tuple[str, ...]]] = {
    "completion": ("completion_conditions",),
    "initial_stage": ("default_initial_stage", "initial_stage"),
    "template_id": ("_id",),
    "type": ("type", "campaign_type"),
}
#: Mappings whose order counts.
_WALKED: Final = frozenset({"stages", "ask_for"})


def parse_template(document: Mapping[str, Any], template_id: str | None = None) -> CampaignTemplate:
    """Read a template document in either shape.

    ``template_id`` is used when the document has no ``_id`` of its own. Raises
    InvalidTemplateError that names each wrong field.
    """
    if not isinstance(document, Mapping):
        raise InvalidTemplateError("template: must be an object with the field stages")
    check_template_fields(document)
    stages = _named_stages(document.get("stages"))
    for name, stage in stages:
        check_stage_fields(f"template.stages.{name}", stage)
    settings = _settings(_given(document, "global_settings", {}))
    defaults = _defaults(settings)
    prepared = {
        **{name: settings[name] for name in CAMPAIGN_RULES_FIELDS if name in settings},
        **_head(document, template_id),
        "stages": [_stage(name, stage, defaults) for name, stage in stages],
    }
    prepared.setdefault("initial_stage", _first_in_order(stages))
    try:
        template = CampaignTemplate.model_validate(prepared)
    except ValidationError as error:
        raise InvalidTemplateError(_explained(error, document, stages)) from error
    check_looked_for(template)
    return template


def content_version(document: Mapping[str, Any]) -> str:
    """Return a digest of the document: two templates of the same digest are the same template.

    The order of fields does not count, but that of what is walked through in order does.
    """
    canonical = json.dumps(_in_order(document), sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]


def _in_order(value: Any, *, is_walked: bool = False) -> Any:
    """Return a document in which mappings whose order counts are lists of pairs."""
    if isinstance(value, Mapping):
        inner = {str(k): _in_order(v, is_walked=k in _WALKED) for k, v in value.items()}
        return list(inner.items()) if is_walked else inner
    return [_in_order(one) for one in value] if isinstance(value, list | tuple) else value


def _explained(
    error: ValidationError, document: Mapping[str, Any], stages: Sequence[tuple[str, Any]]
) -> str:
    """Say what is wrong with the names that the author used, not with ours."""

    def as_written(place: Place) -> Place:
        first, *rest = place or ("",)
        if first in CAMPAIGN_RULES_FIELDS:
            return ("global_settings", first, *rest)
        if first == "stages" and rest:
            return ("stages", *_in_stage(rest, stages))
        written = (name for name in _WRITTEN.get(str(first), ()) if document.get(name) is not None)
        return (next(written, _WRITTEN.get(str(first), (first,))[0]), *rest)

    return explain_validation_error(error, "template", as_written)


def _in_stage(place: Sequence[int | str], stages: Sequence[tuple[str, Any]]) -> Place:
    """Return the place of a stage by its name, and what is inside of it as it is written."""
    name, *rest = place
    if isinstance(name, int):
        name, stage = stages[name]
    else:
        stage = dict(stages).get(name, {})
    if not rest:
        return (name,)
    first, *others = rest
    if first == "guidance":
        first = next((key for key in _GUIDANCE_KEYS if key in stage), _GUIDANCE_KEYS[0])
    if first == "progression":
        first = "progression_rules"
    return (name, first, *others)


def _head(document: Mapping[str, Any], template_id: str | None) -> dict[str, Any]:
    metadata = document.get("metadata")
    version = metadata.get("version") if isinstance(metadata, Mapping) else None
    version = _given(document, "version", version)
    known = {
        "template_id": _id(_given(document, "_id", template_id or "inline")),
        "name": _text(document, "name", default="Campaign"),
        "type": _text(document, "type", "campaign_type", default="sales"),
        "version": str(version) if type(version) in (int, float) else version,
        "initial_stage": _text(document, "default_initial_stage", "initial_stage"),
        "completion": document.get("completion_conditions"),
        "responses": _responses(document.get("responses")),
    }
    known |= {key: document[key] for key in _PLAIN_FIELDS if key in document}
    return {key: value for key, value in known.items() if value is not None}


def _id(given: Any) -> str:
    """Return an id as text; MongoDB's own kind of ids is taken as well."""
    if isinstance(given, bool | float | list | Mapping):
        raise InvalidTemplateError('template._id: must be a text; write it like "campaign_sales"')
    return str(given)


def _responses(responses: Any) -> Any:
    """Let a bare list of phrases stand for ``{"phrases": [...]}``."""
    if not isinstance(responses, Mapping):
        return responses
    return {
        name: {"phrases": value} if isinstance(value, list) else value
        for name, value in responses.items()
    }


def _named_stages(stages: Any) -> list[tuple[str, Mapping[str, Any]]]:
    if isinstance(stages, Mapping | list):
        check_stages(stages)
    if isinstance(stages, Mapping):
        return [_checked(str(name), stage) for name, stage in stages.items()] or _no_stages()
    if isinstance(stages, list):
        return [_named(position, stage) for position, stage in enumerate(stages)] or _no_stages()
    return _no_stages()


def _no_stages() -> list[tuple[str, Mapping[str, Any]]]:
    raise InvalidTemplateError(
        "template.stages: must be a mapping from stage names to stages, or a list of stages, "
        "with at least one stage"
    )


def _named(position: int, stage: Any) -> tuple[str, Mapping[str, Any]]:
    name = _text(stage, "stage", "name") if isinstance(stage, Mapping) else None
    if not isinstance(name, str):
        raise InvalidTemplateError(f"template.stages.{position}.name: is missing or not a text")
    check_same_name(f"template.stages.{name[:100]}", stage)
    return _checked(name, {"title": stage.get("title", name), **stage})


def _checked(name: str, stage: Any) -> tuple[str, Mapping[str, Any]]:
    if not name.strip() or len(name) > 100:
        raise InvalidTemplateError(
            f"template.stages: the stage name {name[:100]!r} must have 1 to 100 characters"
        )
    if not isinstance(stage, Mapping):
        raise InvalidTemplateError(f"template.stages.{name}: must be an object")
    return name, stage


def _first_in_order(stages: Sequence[tuple[str, Mapping[str, Any]]]) -> str:
    names = [name for name, stage in stages if not stage.get("skip_in_order")]
    return names[0] if names else stages[0][0]


def _settings(settings: Any) -> Mapping[str, Any]:
    if not isinstance(settings, Mapping):
        raise InvalidTemplateError("template.global_settings: must be an object")
    check_settings_fields(settings)
    return {name: value for name, value in settings.items() if value is not None}


def _defaults(settings: Mapping[str, Any]) -> dict[str, Any]:
    timing_rules = settings.get("timing_rules", {})
    if not isinstance(timing_rules, Mapping):
        raise InvalidTemplateError("template.global_settings.timing_rules: must be an object")
    check_timing_rules(timing_rules)
    timing = {key: value for key, value in timing_rules.items() if key in TIMING_FIELDS}
    progression = {key: value for key, value in timing_rules.items() if key not in TIMING_FIELDS}
    return {"timing": timing, "progression": progression}


def _stage(name: str, stage: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    rules = _given(stage, "progression_rules", {})
    return {
        "name": name,
        "title": _text(stage, "title", "name", default=name),
        "description": _given(stage, "description", ""),
        "messages": _messages(name, _given(stage, "messages", []), defaults["timing"]),
        "progression": merge(defaults["progression"], rules)
        if isinstance(rules, Mapping)
        else rules,
        "extract": _given(stage, "extract", {}),
        "guidance": next((stage[key] for key in _GUIDANCE_KEYS if stage.get(key) is not None), {}),
        "answers": stage.get("answers"),
        "answer_rules": stage.get("answer_rules"),
        "skip_in_order": _given(stage, "skip_in_order", default=False),
    }


def _messages(stage: str, messages: Any, timing: Mapping[str, Any]) -> list[Any]:
    if not isinstance(messages, list):
        raise InvalidTemplateError(f"template.stages.{stage}.messages: must be a list")
    return [_with_timing(message, timing) for message in messages]


def _with_timing(message: Any, timing: Mapping[str, Any]) -> Any:
    """Fill the template-wide timing in; a bare text stands for a message with that text."""
    if isinstance(message, str):
        message = {"template": message}
    if not isinstance(message, Mapping):
        return message
    own = _given(message, "timing", {})
    return {**message, "timing": merge(timing, own) if isinstance(own, Mapping) else own}


def _given(document: Mapping[str, Any], name: str, default: Any) -> Any:
    """Return a field's value; null says as little as a field that is not there."""
    value = document.get(name)
    return default if value is None else value


def _text(document: Mapping[str, Any], *names: str, default: str | None = None) -> Any:
    """Return the first of these fields that is neither null nor an empty text."""
    return next((text for name in names if (text := document.get(name)) not in (None, "")), default)
