"""What a stage says: its messages, and their variants.

Which of a message's texts a recipient gets is chosen in ``services.composer``.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final, Self

from pydantic import ConfigDict, Field, ValidationInfo, field_validator

from comm_pipeline.domain.template_timing import Timing
from comm_pipeline.domain.template_wording import ConditionalTemplate, FollowUpTemplate, Wording

#: Enough for any test that can be evaluated.
MOST_VARIANTS: Final = 100
MOST_CONDITIONS: Final = 100


#: What has a text, in words of JSON Schema.
_WITH_A_TEXT: Final[dict[str, Any]] = {
    "required": ["template"],
    "properties": {"template": {"minLength": 1}},
}


class Variant(Wording):
    """One of several wordings of a message that are tried side by side.

    A part that it does not have is that of the message. One with a text of its own does not take
    the message's HTML or words for channels: they would say something else.
    """

    name: str = Field(
        min_length=1,
        max_length=100,
        description="Its name in history and reports; once in a message.",
        examples=["short"],
    )
    weight: float = Field(
        default=1.0,
        gt=0,
        le=1e6,
        description="Its share of the recipients, in proportion to the other weights; above 0.",
        examples=[2],
    )
    template: str = Field(
        default="",
        description="The text, Jinja; without it that of the message.",
        examples=["Hi {{ recipient.first_name }}, who makes your reports?"],
    )
    follow_up_templates: tuple[FollowUpTemplate, ...] = Field(
        default=(),
        description="Texts for its follow-ups; without them those of the message.",
        examples=[[{"template": "Hi {{ recipient.first_name }}, a yes or no is enough."}]],
    )

    def completed_by(self, message: "MessageTemplate") -> Self:
        """Return the variant with the parts that it lacks as its message has them."""
        parts: dict[str, Any] = {
            "subject": message.subject if self.subject is None else self.subject,
            "follow_up_templates": self.follow_up_templates or message.follow_up_templates,
        }
        if not self.template:
            parts["template"] = message.template
            parts["html"] = message.html if self.html is None else self.html
            parts["channels"] = {**message.channels, **self.channels}
        return self.model_copy(update=parts)


class MessageTemplate(Wording):
    """One message of a stage, with its follow-ups."""

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [
                _WITH_A_TEXT,
                {
                    "required": ["variants"],
                    "properties": {"variants": {"minItems": 1, "items": _WITH_A_TEXT}},
                },
            ]
        }
    )

    variants: tuple[Variant, ...] = Field(
        default=(),
        max_length=MOST_VARIANTS,
        description="Wordings that are tried side by side. A recipient always gets the same one.",
        examples=[[{"name": "short", "template": "A minute?"}, {"name": "long", "weight": 2}]],
    )
    # After the variants, because whether it may be left out depends on them.
    template: str = Field(
        default="",
        validate_default=True,
        description="The text, Jinja; required, unless every variant has one.",
        examples=["Hi {{ recipient.first_name | default('there') }}, do you have a minute?"],
    )
    conditional_templates: tuple[ConditionalTemplate, ...] = Field(
        default=(),
        max_length=MOST_CONDITIONS,
        description="Other texts; the first whose condition holds is taken.",
        examples=[[{"condition": "response.rating < 4", "template": "I am sorry to hear that."}]],
    )
    follow_up_templates: tuple[FollowUpTemplate, ...] = Field(
        default=(),
        description="Texts of the first, second and further follow-ups; the last serves all "
        "further ones. Without them a follow-up repeats the message.",
        examples=[[{"template": "Hi {{ recipient.first_name }}, did you have a minute?"}]],
    )
    timing: Timing = Field(
        default=Timing(),
        description="When it leaves.",
        examples=[{"delay_hours": 24, "max_follow_ups": 2}],
    )
    metadata: Mapping[str, Any] = Field(
        default={}, description="Yours; kept, without effect.", examples=[{"author": "Nora"}]
    )

    @cached_property
    def completed_variants(self) -> Mapping[str, Variant]:
        """Its variants by name, with the parts that they lack as the message has them."""
        return {variant.name: variant.completed_by(self) for variant in self.variants}

    @field_validator("variants")
    @classmethod
    def _names_are_unique(cls, variants: tuple[Variant, ...]) -> tuple[Variant, ...]:
        names = [variant.name for variant in variants]
        doubled = sorted({name for name in names if names.count(name) > 1})
        if doubled:
            raise ValueError(f"the variant {doubled[0]!r} stands twice; give each its own name")
        return variants

    @field_validator("template")
    @classmethod
    def _has_words(cls, template: str, info: ValidationInfo) -> str:
        variants: tuple[Variant, ...] | None = info.data.get("variants")
        if template or variants is None:
            return template
        if not variants:
            raise ValueError("is missing; it must have at least 1 character")
        silent = [variant.name for variant in variants if not variant.template]
        if silent:
            raise ValueError(
                f"is missing, and the variant {silent[0]!r} has none either; give one of them"
            )
        return template
