"""The stages of a template, what they make of engagement, and what ends a conversation."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Self

from pydantic import Field, StrictBool, model_validator

from comm_pipeline.domain.answers_rules import AnswerRules
from comm_pipeline.domain.answers_texts import Answers
from comm_pipeline.domain.document import Document, Rules
from comm_pipeline.domain.follow_up_strategies import FollowUpStrategy
from comm_pipeline.domain.ids import StageName
from comm_pipeline.domain.information import Information, read_information
from comm_pipeline.domain.template_content import MessageTemplate
from comm_pipeline.domain.template_extraction import Extraction
from comm_pipeline.domain.template_timing import LONGEST_HOURS, ProgressionRules


class Stage(Document):
    """One stage: what is said in it, and what it takes to leave it.

    ``skip_in_order``: it is entered only when a campaign type's own rules ask for it. ``guidance``
    is for the Sales Bot, as the template's author wrote it; ``answers`` and ``answer_rules`` are
    the stage's own: see ``CampaignTemplate.answer_guide``.
    """

    name: StageName
    title: str
    description: str = ""
    messages: tuple[MessageTemplate, ...] = ()
    progression: ProgressionRules = ProgressionRules()
    extract: Mapping[str, Extraction] = {}
    guidance: Mapping[str, Any] = {}
    answers: Answers | None = None
    answer_rules: AnswerRules | None = None
    skip_in_order: StrictBool = False

    @model_validator(mode="after")
    def _speaks_before_its_end(self) -> Self:
        if not self.messages:
            return self
        rules, delay = self.progression, self.messages[0].timing.delay_hours
        maximum, escalation = rules.max_stage_duration_hours, rules.escalation_after_hours
        if maximum is not None and delay >= maximum > 0:
            raise ValueError(
                f"the first message leaves after {delay:g} hours (delay_hours), when the stage "
                f"is over (max_stage_duration_hours {maximum:g}); lower the one or raise the other"
            )
        if rules.response_required and escalation is not None and delay >= escalation:
            raise ValueError(
                f"the first message leaves after {delay:g} hours (delay_hours), when a person is "
                f"called for want of an answer (escalation_after_hours {escalation:g}); lower the "
                "one or raise the other"
            )
        return self

    @model_validator(mode="after")
    def _guidance_can_be_read(self) -> Self:
        try:
            read_information(self.guidance)
        except ValueError as error:
            raise ValueError(f"conversation_guidance.{error}") from None
        return self

    @cached_property
    def information(self) -> Mapping[str, Information]:
        """What the guidance wants to know, by name."""
        return read_information(self.guidance)

    def max_follow_ups(self, message: MessageTemplate) -> int:
        """Return the follow-ups that a message gets: the stage's rule goes before the message's."""
        if self.progression.max_follow_ups is not None:
            return self.progression.max_follow_ups
        return message.timing.max_follow_ups

    def with_follow_ups(self, strategy: FollowUpStrategy) -> "Stage":
        """Return the stage with its follow-ups as a strategy changes them."""
        rules = self.progression
        if rules.max_follow_ups is not None:
            count = strategy.follow_ups(rules.max_follow_ups)
            rules = rules.model_copy(update={"max_follow_ups": count})
        messages = tuple(_adapted_message(message, strategy) for message in self.messages)
        return self.model_copy(update={"progression": rules, "messages": messages})


def _adapted_message(message: MessageTemplate, strategy: FollowUpStrategy) -> MessageTemplate:
    timing = message.timing
    changed = {
        "follow_up_delay_hours": timing.follow_up_delay_hours * strategy.delay_factor,
        "max_follow_ups": strategy.follow_ups(timing.max_follow_ups),
    }
    return message.model_copy(update={"timing": timing.model_copy(update=changed)})


class CompletionConditions(Rules):
    """What ends a conversation as a success, and how long a campaign may last."""

    all_stages_completed: bool = Field(
        default=True,
        description="Whether leaving the last stage is a success, if the stage was satisfied or "
        "wanted no answer.",
        examples=[False],
    )
    specific_response_received: str | None = Field(
        default=None,
        min_length=1,
        description="A named response that ends the conversation as a success, in whatever stage "
        "it comes.",
        examples=["accept_proposal"],
    )
    max_duration_hours: float | None = Field(
        default=None,
        gt=0,
        le=LONGEST_HOURS,
        description="Hours from its start after which the campaign ends (scaled by nothing); "
        "without it there is no limit.",
        examples=[2160],
    )
