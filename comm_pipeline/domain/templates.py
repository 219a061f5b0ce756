"""A campaign template in its one internal form; ``template_shapes`` reads the documented shapes.

All durations are in hours, as their names say, and are multiplied by the stage delay factor when
they are used. Texts are Jinja sources; they are checked by ``services.config_manager``.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, field_validator, model_validator

from comm_pipeline.domain.document import Document, Rules
from comm_pipeline.domain.ids import StageName
from comm_pipeline.domain.named_responses import BUILT_IN_RESPONSES

#: What the documents leave unsaid: how long to wait for an answer before asking again.
DEFAULT_FOLLOW_UP_DELAY_HOURS = 48.0


def _with_words(text: str) -> str:
    if not text.strip():
        raise ValueError("is empty: it would be found in every answer")
    return text


#: Words to look for in answers.
_Words = Annotated[str, Field(max_length=1_000), AfterValidator(_with_words)]

_Hours = Field(default=0.0, ge=0, le=24 * 366 * 10)
_OptionalHours = Field(default=None, ge=0, le=24 * 366 * 10)


class Timing(Rules):
    """When a message leaves.

    ``delay_hours`` counts from entering the stage, or from the message before; each follow-up comes
    ``follow_up_delay_hours`` after the last message, while no answer has come.
    """

    delay_hours: float = _Hours
    follow_up_delay_hours: float = Field(default=DEFAULT_FOLLOW_UP_DELAY_HOURS, gt=0, le=87840)
    max_follow_ups: int = Field(default=0, ge=0, le=50)


class ConditionalTemplate(Rules):
    """Another text for when ``condition`` holds; the first that holds is taken."""

    condition: str = Field(min_length=1)
    template: str = Field(min_length=1)
    subject: str | None = None
    html: str | None = None


class FollowUpTemplate(Rules):
    """Another text for a follow-up; the last one serves all further follow-ups."""

    template: str = Field(min_length=1)
    subject: str | None = None
    html: str | None = None


class MessageTemplate(Rules):
    """One message of a stage, with its follow-ups."""

    template: str = Field(min_length=1)
    subject: str | None = None
    html: str | None = None
    conditional_templates: tuple[ConditionalTemplate, ...] = ()
    follow_up_templates: tuple[FollowUpTemplate, ...] = ()
    timing: Timing = Timing()
    metadata: Mapping[str, Any] = {}


class ProgressionRules(Rules):
    """When a conversation leaves the stage; ``domain.progression`` says what they mean together."""

    response_required: bool = True
    min_responses_required: int = Field(default=1, ge=1)
    specific_response_required: str | None = Field(default=None, min_length=1)
    min_stage_duration_hours: float = _Hours
    max_stage_duration_hours: float | None = _OptionalHours
    auto_advance_after_max_duration: bool = False
    max_follow_ups: int | None = Field(default=None, ge=0, le=50)
    advance_on_failure: bool = False
    escalation_after_hours: float | None = _OptionalHours
    escalation_action: str | None = None

    @model_validator(mode="after")
    def _minimum_fits_maximum(self) -> Self:
        maximum = self.max_stage_duration_hours
        if maximum is not None and maximum < self.min_stage_duration_hours:
            raise ValueError(
                f"min_stage_duration_hours ({self.min_stage_duration_hours:g}) is above "
                f"max_stage_duration_hours ({maximum:g}); lower the one or raise the other"
            )
        if self.auto_advance_after_max_duration and maximum is None:
            raise ValueError("auto_advance_after_max_duration needs max_stage_duration_hours")
        return self


class NamedResponse(Rules):
    """An answer that the template gives a name to, and the phrases that are recognised as it."""

    phrases: tuple[_Words, ...] = Field(min_length=1)


class Extraction(Rules):
    """A value to look for in answers; ``pattern`` is a regular expression whose group 1 is it.

    ``type`` is ``number`` (bounded by ``minimum`` and ``maximum``), ``choice`` or ``text``.
    """

    type: str = Field(default="number", pattern="^(number|choice|text)$")
    pattern: str | None = Field(default=None, max_length=5_000)
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[_Words, ...] = ()

    @model_validator(mode="after")
    def _can_find_something(self) -> Self:
        if self.type == "choice" and not self.choices:
            raise ValueError("type choice needs choices, the list of possible values")
        if self.type == "text" and not self.pattern:
            raise ValueError("type text needs pattern, a regular expression with one group")
        return self


class Stage(Document):
    """One stage: what is said in it, and what it takes to leave it."""

    name: StageName
    title: str
    description: str = ""
    messages: tuple[MessageTemplate, ...] = ()
    progression: ProgressionRules = ProgressionRules()
    extract: Mapping[str, Extraction] = {}
    #: Conversation guidance for the Sales Bot, as the template's author wrote it.
    guidance: Mapping[str, Any] = {}

    @model_validator(mode="after")
    def _speaks_before_its_end(self) -> Self:
        maximum = self.progression.max_stage_duration_hours
        if self.messages and maximum is not None:
            delay = self.messages[0].timing.delay_hours
            if delay >= maximum > 0:
                raise ValueError(
                    f"the first message leaves after {delay:g} hours (delay_hours), when the stage "
                    f"is over (max_stage_duration_hours {maximum:g}); lower the one or raise the "
                    "other"
                )
        return self

    def max_follow_ups(self, message: MessageTemplate) -> int:
        """Return the follow-ups that a message gets: the stage's rule goes before the message's."""
        if self.progression.max_follow_ups is not None:
            return self.progression.max_follow_ups
        return message.timing.max_follow_ups


class CompletionConditions(Rules):
    """What ends a conversation as a success, and how long a campaign may last.

    Without ``all_stages_completed``, only the specific response is a success.
    """

    all_stages_completed: bool = True
    specific_response_received: str | None = Field(default=None, min_length=1)
    max_duration_hours: float | None = Field(default=None, gt=0, le=24 * 366 * 10)


class CampaignTemplate(Document):
    """The stages of a campaign in order, and the rules that hold for all of them."""

    template_id: str
    name: str
    type: str
    version: str = ""
    subject: str | None = None
    stages: tuple[Stage, ...]
    initial_stage: StageName
    completion: CompletionConditions = CompletionConditions()
    responses: Mapping[str, NamedResponse] = {}
    extract: Mapping[str, Extraction] = {}
    context_data: Mapping[str, Any] = {}
    global_settings: Mapping[str, Any] = {}

    @field_validator("stages")
    @classmethod
    def _names_are_unique(cls, stages: tuple[Stage, ...]) -> tuple[Stage, ...]:
        names = [stage.name for stage in stages]
        doubled = sorted({name for name in names if names.count(name) > 1})
        if doubled:
            raise ValueError(f"the stage {doubled[0]!r} stands twice; a name may stand once")
        return stages

    @model_validator(mode="after")
    def _names_are_known(self) -> Self:
        if self.initial_stage not in self.stage_names:
            raise ValueError(
                f"initial stage {self.initial_stage!r} is not one of the stages: "
                f"{', '.join(self.stage_names)}"
            )
        for place, response in self._demanded_responses():
            if response not in self.responses and response not in BUILT_IN_RESPONSES:
                raise ValueError(
                    f"{place}: nothing recognises {response!r}; add it to responses with its "
                    f'phrases, e.g. "responses": {{"{response}": {{"phrases": ["..."]}}}}'
                )
        return self

    def _demanded_responses(self) -> list[tuple[str, str]]:
        demanded = [
            (f"stages.{stage.name}.specific_response_required", name)
            for stage in self.stages
            if (name := stage.progression.specific_response_required)
        ]
        if wanted := self.completion.specific_response_received:
            demanded.append(("completion_conditions.specific_response_received", wanted))
        return demanded

    @property
    def stage_names(self) -> tuple[StageName, ...]:
        """The names of the stages, in order."""
        return tuple(stage.name for stage in self.stages)

    def stage(self, name: str) -> Stage:
        """Return the stage of that name. Raises KeyError if there is none."""
        for stage in self.stages:
            if stage.name == name:
                return stage
        raise KeyError(name)

    def stage_after(self, name: str) -> Stage | None:
        """Return the stage that follows, or None after the last."""
        following = self.stage_names.index(StageName(name)) + 1
        return self.stages[following] if following < len(self.stages) else None
