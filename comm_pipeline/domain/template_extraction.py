"""What a template looks for in answers: responses by their phrases, and values by their patterns.

``bot.patterns`` compiles both.
"""

from typing import Annotated, Any, Final, Self

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from comm_pipeline.domain.document import Rules


def _with_words(text: str) -> str:
    if not text.strip():
        raise ValueError("is empty: it would be found in every answer")
    return text


#: Words to look for in answers.
_Words = Annotated[
    str,
    Field(max_length=1_000, json_schema_extra={"pattern": r"\S"}),
    AfterValidator(_with_words),
]
#: What an answer is recognised by.
Phrases = Annotated[tuple[_Words, ...], Field(min_length=1)]


class NamedResponse(Rules):
    """An answer that the template gives a name to, and the phrases that are recognised as it."""

    phrases: Phrases = Field(
        description="The phrases, found as whole words, in any case.",
        examples=[["tell me more", "sounds good"]],
    )


#: What choice and text cannot do without, in words of JSON Schema.
_NEEDED_BY_TYPE: Final[list[Any]] = [
    {
        "if": {"properties": {"type": {"const": kind}}, "required": ["type"]},
        "then": {"required": [field], "properties": {field: at_least}},
    }
    for kind, field, at_least in (
        ("choice", "choices", {"minItems": 1}),
        ("text", "pattern", {"type": "string", "minLength": 1}),
    )
]


class Extraction(Rules):
    """A value to look for in answers."""

    model_config = ConfigDict(json_schema_extra={"allOf": _NEEDED_BY_TYPE})

    type: str = Field(
        default="number",
        pattern="^(number|rating|date|money|choice|text)$",
        description="number, rating (a number that is called a rating, or stands alone), date "
        "(ISO 8601), money (amount and currency), choice or text.",
        examples=["choice"],
    )
    description: str = Field(
        default="",
        max_length=500,
        description="What the value is, in words; for a language model.",
        examples=["people who read the reports"],
    )
    pattern: str | None = Field(
        default=None,
        max_length=5_000,
        description="A regular expression (RE2: no look-ahead, no back-references) with one group, "
        "the value; needed for text. Without it the built-in way of the type. Numbers are not cut.",
        examples=["(\\d{1,5}) (?:people|users)"],
    )
    minimum: float | None = Field(
        default=None,
        description="The smallest number that is taken; others are passed over.",
        examples=[1],
    )
    maximum: float | None = Field(
        default=None,
        description="The largest number that is taken; others are passed over.",
        examples=[100000],
    )
    choices: tuple[_Words, ...] = Field(
        default=(),
        description="The possible values of a choice; the value is as written here.",
        examples=[["Excel", "Power BI"]],
    )

    @model_validator(mode="after")
    def _can_find_something(self) -> Self:
        if self.type == "choice" and not self.choices:
            raise ValueError("type choice needs choices, the list of possible values")
        if self.type == "text" and not self.pattern:
            raise ValueError("type text needs pattern, a regular expression with one group")
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise ValueError(
                f"minimum ({self.minimum:g}) is above maximum ({self.maximum:g}); no number would "
                "be taken"
            )
        return self
