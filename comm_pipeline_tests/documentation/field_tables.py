"""The tables of a page that describe fields, made of the models that define them."""

import json
from collections.abc import Collection, Iterable, Mapping
from enum import Enum
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from comm_pipeline.domain.answers_rules import AnswerRules
from comm_pipeline.domain.answers_texts import Answers, KnownAnswer
from comm_pipeline.domain.batch_requests import BatchRequest, Recipient, Schedule
from comm_pipeline.domain.campaign_rules import FrequencyCap
from comm_pipeline.domain.contact_hours import BusinessHours, ContactTimes, HolidayRules
from comm_pipeline.domain.follow_up_strategies import FollowUpStrategies, QuickStrategy
from comm_pipeline.domain.input_descriptions import MEANINGS, ContactInfo
from comm_pipeline.domain.replies import InboundMessage
from comm_pipeline.domain.template_content import MessageTemplate, Variant
from comm_pipeline.domain.template_documents import GlobalSettings, StageDocument, TemplateDocument
from comm_pipeline.domain.template_extraction import Extraction
from comm_pipeline.domain.template_timing import ProgressionRules, Timing
from comm_pipeline.domain.template_wording import (
    ChannelText,
    ConditionalTemplate,
    FollowUpTemplate,
)
from comm_pipeline.domain.templates import CompletionConditions

_HEADER = "| field | meaning | default | example |\n|---|---|---|---|"


def field_tables() -> Mapping[str, str]:
    """Return each table by its name: that of the model, or of the document."""
    models = (
        TemplateDocument,
        GlobalSettings,
        BusinessHours,
        HolidayRules,
        ContactTimes,
        FollowUpStrategies,
        QuickStrategy,
        FrequencyCap,
        StageDocument,
        MessageTemplate,
        Timing,
        Variant,
        ConditionalTemplate,
        FollowUpTemplate,
        ChannelText,
        ProgressionRules,
        Answers,
        KnownAnswer,
        AnswerRules,
        CompletionConditions,
        Extraction,
        ContactInfo,
    )
    described = {model.__name__: _model_table(model) for model in models}
    read = (BatchRequest, Schedule, Recipient, InboundMessage)
    return described | {model.__name__: _meanings_table(model) for model in read}


def _model_table(model: type[BaseModel]) -> str:
    return _table(
        _row(field.alias or name, field.description, _default(field), field.examples)
        for name, field in model.model_fields.items()
    )


def _meanings_table(model: type[BaseModel]) -> str:
    fields = {field.alias or name: field for name, field in model.model_fields.items()}
    return _table(
        _row(name, meaning.text, _default(fields.get(name)), [meaning.example])
        for name, meaning in MEANINGS[model.__name__].items()
    )


def _table(rows: Iterable[tuple[str, str]]) -> str:
    """Return a table; names whose fields mean the same share a row."""
    names: dict[str, list[str]] = {}
    for name, cells in rows:
        names.setdefault(cells, []).append(f"`{name}`")
    return "\n".join(
        [_HEADER, *(f"| {', '.join(same)} | {cells} |" for cells, same in names.items())]
    )


def _row(
    name: str, meaning: str | None, default: str, examples: Collection[Any] | None
) -> tuple[str, str]:
    assert meaning, f"{name} has no description"
    assert examples, f"{name} has no example"
    example = json.dumps(next(iter(examples)), ensure_ascii=False)
    cells = (meaning, default, f"`{example}`")
    return name, " | ".join(cell.replace("|", "\\|") for cell in cells)


def _default(field: FieldInfo | None) -> str:
    """Return a default as an author would write it; what is empty has no effect."""
    if field is None or field.is_required():
        return "required"
    shown = (field.json_schema_extra or {}).get("default", field.default)  # type: ignore[union-attr]
    if isinstance(shown, Enum):
        shown = shown.value
    if shown is None or shown in ((), {}, [], "") or isinstance(shown, BaseModel):
        return "none"
    number = isinstance(shown, float) and shown.is_integer()
    return f"`{json.dumps(int(shown) if number else shown)}`"
