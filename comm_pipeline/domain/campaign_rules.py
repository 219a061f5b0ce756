"""What ``global_settings`` says for a whole campaign, beside the defaults of its stages."""

from collections import Counter
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BeforeValidator, Field, StrictBool

from comm_pipeline.domain.answers_rules import AnswerRules
from comm_pipeline.domain.contact_hours import BusinessHours, ContactTimes, HolidayRules
from comm_pipeline.domain.document import Document, Rules
from comm_pipeline.domain.follow_up_strategies import FollowUpStrategies
from comm_pipeline.domain.template_timing import LONGEST_HOURS
from comm_pipeline.domain.template_wording import ChannelName

#: Where a message goes if neither template nor settings name a channel.
DEFAULT_CHANNELS: Final = ("email",)


class Priority(StrEnum):
    """Which campaigns go first where not all can go at once."""

    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


class FrequencyCap(Rules):
    """At most ``max_messages`` to one address in any ``per_hours`` hours, over all campaigns."""

    max_messages: int = Field(
        ge=1, le=10_000, description="So many messages may leave within the window.", examples=[2]
    )
    per_hours: float = Field(
        gt=0,
        le=LONGEST_HOURS,
        description="Hours that the sliding window is long; above 0.",
        examples=[168],
    )


def _as_list(value: object) -> object:
    return [value] if isinstance(value, Mapping) else value


def _each_once(channels: tuple[str, ...]) -> tuple[str, ...]:
    doubled = sorted(name for name, count in Counter(channels).items() if count > 1)
    if doubled:
        raise ValueError(f"the channel {doubled[0]!r} stands twice; name each once")
    return channels


def _unchanged(value: Any) -> Any:
    return value


#: These read more shapes than their models show, which the JSON Schema has to know.
_Holidays = Annotated[
    HolidayRules | None,
    BeforeValidator(_unchanged, json_schema_input_type=HolidayRules | str | None),
]
_ContactTimes = Annotated[
    ContactTimes | None,
    BeforeValidator(_unchanged, json_schema_input_type=ContactTimes | list[str] | str | None),
]
_Caps = Annotated[
    tuple[FrequencyCap, ...],
    BeforeValidator(_as_list, json_schema_input_type=list[FrequencyCap] | FrequencyCap),
]
_Channels = Annotated[
    tuple[ChannelName, ...],
    Field(min_length=1, max_length=20, json_schema_extra={"uniqueItems": True}),
    AfterValidator(_each_once),
]


class CampaignRules(Document):
    """The rules that hold for every message of a campaign."""

    business_hours: BusinessHours | None = Field(
        default=None,
        description="When people may be written to; without it at any hour.",
        examples=[{"start": "09:00", "end": "17:00", "timezone": "Europe/Berlin"}],
    )
    holidays: _Holidays = Field(
        default=None,
        description="Days on which nobody is written to. A text is short for country.",
        examples=[{"country": "DE", "subdivision": "BY", "dates": ["2026-12-24"]}],
    )
    optimal_contact_times: _ContactTimes = Field(
        default=None,
        description="When people like to be written to: a preference among the open hours. A list "
        "is short for windows.",
        examples=[["10:00-12:00"]],
    )
    follow_up_strategies: FollowUpStrategies | None = Field(
        default=None,
        description="What changes in follow-ups by how readily their recipient has answered so "
        "far.",
        examples=[{"quick": {"delay_factor": 0.5}, "none": {"max_follow_ups": 1}}],
    )
    frequency_caps: _Caps = Field(
        default=(),
        max_length=20,
        description="How many messages one address gets over all campaigns; one object is short "
        "for a list of it. A message above a cap waits until it clears.",
        examples=[[{"max_messages": 2, "per_hours": 168}]],
    )
    priority: Priority = Field(
        default=Priority.NORMAL,
        description="high, normal or low: which campaigns go first where not all can go at once. "
        "metadata.priority of a request goes before it.",
        examples=["high"],
    )
    answer_rules: AnswerRules | None = Field(
        default=None,
        description="Limits of the Sales Bot's answers, and when it calls a person instead.",
        examples=[{"max_per_day": 2, "min_delay_minutes": 10, "max_delay_minutes": 45}],
    )
    channels: _Channels = Field(
        default=(),
        description="The channels to use, the most preferred first: a message takes the first "
        "that is set up and that its recipient has an address for. Without it, the usual channel "
        "(COMM_PIPELINE_CHANNEL).",
        examples=[["email", "sms"]],
    )
    channel_fallback: StrictBool = Field(
        default=False,
        description="Whether a message that its channel refuses for good is said once more by the "
        "next of channels. The recipient's later messages then take that one.",
        examples=[True],
    )
