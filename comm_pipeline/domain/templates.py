"""A campaign template in its one internal form; ``template_shapes`` reads the documented shapes.

Its parts are in ``template_stages``, ``template_timing`` (when), ``template_content`` (what is
said) and ``campaign_rules`` (what holds for the whole campaign).
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, Self

from pydantic import AfterValidator, field_validator, model_validator

from comm_pipeline.domain.answers_plan import AnswerGuide
from comm_pipeline.domain.answers_rules import over
from comm_pipeline.domain.answers_texts import Answers, together
from comm_pipeline.domain.campaign_rules import (
    DEFAULT_CHANNELS,
    CampaignRules,
    FrequencyCap,
    Priority,
)
from comm_pipeline.domain.context import nest_dotted
from comm_pipeline.domain.follow_up_strategies import Engagement
from comm_pipeline.domain.ids import StageName
from comm_pipeline.domain.named_responses import BUILT_IN_RESPONSES
from comm_pipeline.domain.template_content import MessageTemplate, Variant
from comm_pipeline.domain.template_extraction import Extraction, NamedResponse
from comm_pipeline.domain.template_stages import CompletionConditions, Stage
from comm_pipeline.domain.template_timing import (
    DEFAULT_FOLLOW_UP_DELAY_HOURS,
    ProgressionRules,
    Timing,
)
from comm_pipeline.domain.template_wording import (
    ChannelText,
    ConditionalTemplate,
    FollowUpTemplate,
    Wording,
)
from comm_pipeline.errors import InvalidInputError

__all__ = [
    "DEFAULT_FOLLOW_UP_DELAY_HOURS",
    "CampaignTemplate",
    "ChannelText",
    "CompletionConditions",
    "ConditionalTemplate",
    "Extraction",
    "FollowUpTemplate",
    "FrequencyCap",
    "MessageTemplate",
    "NamedResponse",
    "Priority",
    "ProgressionRules",
    "Stage",
    "Timing",
    "Variant",
    "Wording",
]


def _nested(fallbacks: Mapping[str, Any]) -> dict[str, Any]:
    try:
        nested = nest_dotted(fallbacks, field="")
    except InvalidInputError as error:
        raise ValueError(str(error)) from None
    _check_fallbacks(nested, "")
    return nested


def _check_fallbacks(nested: Mapping[str, Any], above: str) -> None:
    for name, value in nested.items():
        if isinstance(value, Mapping):
            _check_fallbacks(value, f"{above}{name}.")
        elif not isinstance(value, str | int | float | list):
            raise ValueError(  # noqa: TRY004 - pydantic explains ValueErrors only
                f'{above}{name}: must be a text, a number, true, false or a list; "" writes nothing'
            )


class CampaignTemplate(CampaignRules):
    """The stages of a campaign in order, and the rules that hold for all of them.

    ``fallbacks`` are nested by the parts of their names. ``global_settings`` is as it was written;
    the rules in it are attributes of their own.
    """

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
    answers: Answers | None = None
    context_data: Mapping[str, Any] = {}
    fallbacks: Annotated[Mapping[str, Any], AfterValidator(_nested)] = {}
    global_settings: Mapping[str, Any] = {}

    @field_validator("stages")
    @classmethod
    def _names_are_unique(cls, stages: tuple[Stage, ...]) -> tuple[Stage, ...]:
        seen: set[StageName] = set()
        for stage in stages:
            if stage.name in seen:
                raise ValueError(f"the stage {stage.name!r} stands twice; a name may stand once")
            seen.add(stage.name)
        return stages

    @model_validator(mode="after")
    def _names_are_known(self) -> Self:
        self._check_initial_stage()
        for place, response in self._demanded_responses():
            if response not in self.responses and response not in BUILT_IN_RESPONSES:
                raise ValueError(
                    f"{place}: nothing recognises {response!r}; add it to responses with its "
                    f'phrases, e.g. "responses": {{"{response}": {{"phrases": ["..."]}}}}'
                )
        return self

    @model_validator(mode="after")
    def _follow_ups_come_in_time(self) -> Self:
        messages = (message for stage in self.stages for message in stage.messages)
        delays = (message.timing.follow_up_delay_hours for message in messages)
        if self.follow_up_strategies is not None:
            self.follow_up_strategies.check_longest(max(delays, default=0.0))
        return self

    @model_validator(mode="after")
    def _answers_ask_for_what_is_found(self) -> Self:
        for stage in self.stages:
            guide = self.answer_guide(stage.name)
            for name in guide.texts.ask_for if guide else ():
                if name not in stage.extract and name not in self.extract:
                    raise ValueError(
                        f"stages.{stage.name}.answers.ask_for.{name}: nothing finds {name!r} in "
                        "answers; add it to extract"
                    )
        return self

    def _check_initial_stage(self) -> None:
        if self.initial_stage not in self._stages_by_name:
            raise ValueError(
                f"initial_stage: {self.initial_stage!r} is not one of the stages: "
                f"{', '.join(self.stage_names)}"
            )
        if self.stage(self.initial_stage).skip_in_order:
            raise ValueError(
                f"initial_stage: {self.initial_stage!r} has skip_in_order, so that nothing would "
                "begin; remove that, or choose another default_initial_stage"
            )

    def _demanded_responses(self) -> list[tuple[str, str]]:
        demanded = [
            (f"stages.{stage.name}.progression_rules.specific_response_required", name)
            for stage in self.stages
            if (name := stage.progression.specific_response_required)
        ]
        if wanted := self.completion.specific_response_received:
            demanded.append(("completion_conditions.specific_response_received", wanted))
        return demanded

    @property
    def channel_order(self) -> tuple[str, ...]:
        """The channels that the template names, the most preferred first; else e-mail."""
        return self.channels or DEFAULT_CHANNELS

    def answer_guide(self, stage: StageName) -> AnswerGuide | None:
        """Return how replies in a stage are answered; None: not at all."""
        return self._answer_guides.get(stage)

    @cached_property
    def _answer_guides(self) -> Mapping[StageName, AnswerGuide]:
        """The guides of the stages for which the template or the stage says something of answers.

        Raises ValueError if the rules of a stage contradict those of the template.
        """
        return {
            stage.name: AnswerGuide(
                together(stage.answers, self.answers) or Answers(),
                over(stage.answer_rules, self.answer_rules),
            )
            for stage in self.stages
            if stage.answers or self.answers or stage.answer_rules or self.answer_rules
        }

    @cached_property
    def stage_names(self) -> tuple[StageName, ...]:
        """The names of the stages, in order."""
        return tuple(stage.name for stage in self.stages)

    def stage(self, name: str) -> Stage:
        """Return the stage of that name. Raises KeyError if there is none."""
        return self._stages_by_name[name]

    def stage_for(self, name: str, engagement: Engagement) -> Stage:
        """Return a stage with the follow-ups that recipients of an engagement get.

        Raises KeyError if there is none of that name.
        """
        return self._engaged_stages[engagement][name]

    @cached_property
    def _stages_by_name(self) -> Mapping[str, Stage]:
        return {stage.name: stage for stage in self.stages}

    @cached_property
    def _engaged_stages(self) -> Mapping[Engagement, Mapping[str, Stage]]:
        """Each stage for each engagement: made once, because every decision asks."""
        strategies = self.follow_up_strategies
        if strategies is None:
            return dict.fromkeys(Engagement, self._stages_by_name)
        return {
            engagement: {
                stage.name: stage.with_follow_ups(strategies.of(engagement))
                for stage in self.stages
            }
            for engagement in Engagement
        }
