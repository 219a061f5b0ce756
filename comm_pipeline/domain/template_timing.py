"""When the messages of a stage leave, and when a conversation leaves the stage: the rules as data.

All durations are in hours, as their names say, and are multiplied by the stage delay factor when
they are used. What the rules mean together stands in ``domain.progression``.
"""

from typing import Final, Self

from pydantic import Field, model_validator

from comm_pipeline.domain.document import Rules

#: What the documents leave unsaid: how long to wait for an answer before asking again.
DEFAULT_FOLLOW_UP_DELAY_HOURS: Final = 48.0
#: Ten years.
LONGEST_HOURS: Final = 24 * 366 * 10
MOST_FOLLOW_UPS: Final = 50


class Timing(Rules):
    """When a message leaves, and how often it is followed up while no answer has come."""

    delay_hours: float = Field(
        default=0.0,
        ge=0,
        le=LONGEST_HOURS,
        description="Hours from entering the stage; for a later message from the last message or "
        "answer.",
        examples=[24],
    )
    follow_up_delay_hours: float = Field(
        default=DEFAULT_FOLLOW_UP_DELAY_HOURS,
        gt=0,
        le=LONGEST_HOURS,
        description="Hours from the last message to the next follow-up, and of silence after the "
        "last one; above 0.",
        examples=[72],
    )
    max_follow_ups: int = Field(
        default=0,
        ge=0,
        le=MOST_FOLLOW_UPS,
        description="How many follow-ups the message gets, 0 to 50; all of them come before the "
        "next message, and an answer stops them.",
        examples=[2],
    )


class ProgressionRules(Rules):
    """When a conversation leaves the stage."""

    response_required: bool = Field(
        default=True, description="Whether the stage wants an answer.", examples=[False]
    )
    min_responses_required: int = Field(
        default=1, ge=1, description="So many answers have to come in the stage.", examples=[2]
    )
    specific_response_required: str | None = Field(
        default=None,
        min_length=1,
        description="A named response that has to be among them.",
        examples=["appointment_accepted"],
    )
    min_stage_duration_hours: float = Field(
        default=0.0,
        ge=0,
        le=LONGEST_HOURS,
        description="Hours before which nothing goes on to the next stage.",
        examples=[24],
    )
    max_stage_duration_hours: float | None = Field(
        default=None,
        ge=0,
        le=LONGEST_HOURS,
        description="Hours that the stage may last; without it there is no limit.",
        examples=[168],
    )
    auto_advance_after_max_duration: bool = Field(
        default=False,
        description="Go on at the maximum, without an answer too; needs a maximum.",
        examples=[True],
    )
    max_follow_ups: int | None = Field(
        default=None,
        ge=0,
        le=MOST_FOLLOW_UPS,
        description="How many follow-ups each message of the stage gets, in place of its own "
        "number.",
        examples=[3],
    )
    advance_on_failure: bool = Field(
        default=False,
        description="Go on where the stage would have failed.",
        examples=[True],
    )
    escalation_after_hours: float | None = Field(
        default=None,
        ge=0,
        le=LONGEST_HOURS,
        description="Hours after which a person is called, once, if no sufficient answer came; "
        "without it never. Has no effect where no response is required.",
        examples=[120],
    )
    escalation_action: str | None = Field(
        default=None,
        description="What a hand-over asks for, a word for your people; without it "
        "notify_manager. Also used when an answer came that is not the one needed.",
        examples=["notify_manager"],
    )

    @model_validator(mode="after")
    def _durations_fit_together(self) -> Self:
        maximum = self.max_stage_duration_hours
        if maximum is None:
            if self.auto_advance_after_max_duration:
                raise ValueError("auto_advance_after_max_duration needs max_stage_duration_hours")
            return self
        if maximum < self.min_stage_duration_hours:
            raise ValueError(
                f"min_stage_duration_hours ({self.min_stage_duration_hours:g}) is above "
                f"max_stage_duration_hours ({maximum:g}); lower the one or raise the other"
            )
        self._calls_before(maximum)
        return self

    def _calls_before(self, maximum: float) -> None:
        after = self.escalation_after_hours
        if after is not None and after > maximum and self.response_required:
            raise ValueError(
                f"escalation_after_hours ({after:g}) is above max_stage_duration_hours "
                f"({maximum:g}): the stage would be over before a person is called; lower the one "
                "or raise the other (null: never)"
            )
