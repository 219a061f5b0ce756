"""Campaign templates as their authors write them: the fields of both documented shapes.

``template_shapes`` takes the names from here and reads them into ``CampaignTemplate``; the JSON
Schema and the tables of the documentation are made of these models. They share all their parts
with ``CampaignTemplate``.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field

from comm_pipeline.domain.answers_rules import AnswerRules
from comm_pipeline.domain.answers_texts import Answers
from comm_pipeline.domain.campaign_rules import CampaignRules
from comm_pipeline.domain.document import Document
from comm_pipeline.domain.template_content import MessageTemplate
from comm_pipeline.domain.template_extraction import Extraction, NamedResponse, Phrases
from comm_pipeline.domain.template_timing import ProgressionRules, Timing
from comm_pipeline.domain.templates import CompletionConditions

_StageKey = Annotated[str, Field(min_length=1, max_length=100, pattern=r"\S")]


#: A name, in words of JSON Schema.
_NAMED: Final[dict[str, Any]] = {"type": "string", "pattern": r"\S", "maxLength": 100}
_BareText = Annotated[str, Field(min_length=1)]


class GlobalSettings(CampaignRules):
    """What holds for the whole campaign, and defaults for its messages and stages."""

    timing_rules: Mapping[str, Any] = Field(
        default={},
        description="Defaults for the timing of every message and the progression rules of every "
        "stage: any field of both.",
        examples=[{"follow_up_delay_hours": 48, "max_stage_duration_hours": 168}],
    )


class StageDocument(Document):
    """A stage as it is written; in the list shape with its name."""

    name: str | None = Field(
        default=None,
        description="List: its name, 1 to 100 characters, once in a template. Mapping, where the "
        "key is its name: the title.",
        examples=["awareness"],
    )
    stage: str | None = Field(
        default=None, description="List: the same as name.", examples=["awareness"]
    )
    title: str | None = Field(
        default=None,
        description="For people; the subject where no other is given. Without it the name.",
        examples=["Product awareness"],
    )
    description: str | None = Field(
        default=None, description="For people.", examples=["Find out how reports are made."]
    )
    messages: list[_BareText | MessageTemplate] = Field(
        default=[],
        description="What is said, one after the other; a bare text is a message. Without any the "
        "stage says nothing.",
        examples=[["Hi {{ recipient.first_name | default('there') }}, do you have a minute?"]],
    )
    progression_rules: ProgressionRules = Field(
        default=ProgressionRules(),
        description="When to leave it.",
        examples=[{"response_required": True, "max_stage_duration_hours": 168}],
    )
    extract: Mapping[str, Extraction] = Field(
        default={},
        description="Values to find in answers that come in this stage, by name.",
        examples=[{"team_size": {"type": "number", "minimum": 1}}],
    )
    conversation_guidance: Mapping[str, Any] = Field(
        default={},
        description="What the Sales Bot is told of the stage. information_to_extract is what it "
        "wants to know: values of extract by name, words, or mappings with name, description and "
        "the fields of an extraction.",
        examples=[{"information_to_extract": ["team size", {"name": "budget", "type": "money"}]}],
    )
    guidance: Mapping[str, Any] = Field(
        default={},
        description="The same as conversation_guidance.",
        examples=[{"information_to_extract": ["team size"]}],
    )
    answers: Answers | None = Field(
        default=None,
        description="What the Sales Bot answers in this stage, over the answers of the template.",
        examples=[{"ask_for": {"team_size": "How many people are on your team?"}}],
    )
    answer_rules: AnswerRules | None = Field(
        default=None,
        description="Limits of answers in this stage, over those of global_settings.",
        examples=[{"approval": True}],
    )
    skip_in_order: bool = Field(
        default=False,
        description="Whether the order passes over it: it is then entered only when a campaign "
        "type's own rules ask for it.",
        examples=[True],
    )


class ListedStage(StageDocument):
    """A stage of the list shape, which has to say its name."""

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [
                {"required": [name], "properties": {name: _NAMED}} for name in ("name", "stage")
            ]
        }
    )


_Stages = Annotated[dict[_StageKey, StageDocument], Field(min_length=1)]
_ListedStages = Annotated[list[ListedStage], Field(min_length=1)]


class TemplateDocument(Document):
    """A campaign template in either shape: ``stages`` is a mapping or a list."""

    id: str | int = Field(
        default="inline",
        alias="_id",
        description="Its name for template_id; without it the file's name, or inline.",
        examples=["campaign_sales"],
    )
    name: str = Field(default="Campaign", description="For people.", examples=["Lead nurturing"])
    type: str = Field(
        default="sales",
        description="For reports, and for campaign types with rules of their own.",
        examples=["support"],
    )
    campaign_type: str | None = Field(
        default=None, description="The same as type.", examples=["support"]
    )
    template_type: str | None = Field(
        default=None,
        description='"campaign" in the list shape; without effect.',
        examples=["campaign"],
    )
    description: str | None = Field(
        default=None, description="For people.", examples=["Leads through four stages."]
    )
    version: str | float | None = Field(
        default=None,
        description="For people; also read from metadata.version. What counts is the content.",
        examples=["1.0.2"],
    )
    subject: str | None = Field(
        default=None,
        description="The subject of every message without one, Jinja; without it the stage's "
        "title.",
        examples=["{{ company.product_name }}"],
    )
    stages: _Stages | _ListedStages = Field(
        description="The stages in order, at least one: names mapped to stages, or a list of "
        "stages with names.",
        examples=[[{"name": "awareness", "messages": ["Do you have a minute?"]}]],
    )
    default_initial_stage: str | None = Field(
        default=None,
        description="Where conversations begin: without it the first stage. A request's "
        "initial_stage goes before it.",
        examples=["awareness"],
    )
    initial_stage: str | None = Field(
        default=None, description="The same as default_initial_stage.", examples=["awareness"]
    )
    completion_conditions: CompletionConditions = Field(
        default=CompletionConditions(),
        description="What ends a conversation.",
        examples=[{"specific_response_received": "accept_proposal"}],
    )
    global_settings: GlobalSettings = Field(
        default=GlobalSettings(),
        description="Rules for the whole campaign, and defaults for its stages.",
        examples=[{"business_hours": {"start": "09:00", "end": "17:00"}}],
    )
    responses: Mapping[str, NamedResponse | Phrases] = Field(
        default={},
        description="Answers that get names, with the phrases by which they are recognised.",
        examples=[{"interested": ["tell me more", "sounds good"]}],
    )
    extract: Mapping[str, Extraction] = Field(
        default={},
        description="Values to find in answers, in every stage, by name.",
        examples=[{"team_size": {"type": "number", "minimum": 1}}],
    )
    answers: Answers | None = Field(
        default=None,
        description="What the Sales Bot answers to replies, in every stage; without answers and "
        "answer_rules it answers nothing.",
        examples=[{"greeting": "Hi,", "intents": {"thanks": "You are welcome."}}],
    )
    context_data: Mapping[str, Any] = Field(
        default={},
        description="Variables, with defaults for those of the request; a dotted name is a nested "
        "one.",
        examples=[{"company.product_name": "CloudScale Analytics"}],
    )
    fallbacks: Mapping[str, Any] = Field(
        default={},
        description="Values for variables that are missing, null or blank, by their dotted names.",
        examples=[{"recipient.first_name": "there"}],
    )
    metadata: Mapping[str, Any] = Field(
        default={}, description="Yours; kept, without effect.", examples=[{"version": "1.0.2"}]
    )


def field_names(model: type[BaseModel]) -> frozenset[str]:
    """Return the names under which a model's fields are written."""
    return frozenset(field.alias or name for name, field in model.model_fields.items())


TEMPLATE_FIELDS: Final = field_names(TemplateDocument)
STAGE_FIELDS: Final = field_names(StageDocument)
SETTINGS_FIELDS: Final = field_names(GlobalSettings)
MESSAGE_FIELDS: Final = field_names(MessageTemplate)
TIMING_FIELDS: Final = field_names(Timing)
PROGRESSION_FIELDS: Final = field_names(ProgressionRules)
CAMPAIGN_RULES_FIELDS: Final = field_names(CampaignRules)
