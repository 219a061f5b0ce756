"""The type of a language model's answer: what a reply says, in the words of its template only.

A named response, a choice or a stage that the template does not have is impossible by type.
"""

import datetime
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, Field, create_model

from comm_pipeline.domain.analysis import Intent, Objection, Sentiment
from comm_pipeline.domain.information import Information
from comm_pipeline.domain.named_responses import (
    BUILT_IN_RESPONSES,
    RATING_MAXIMUM,
    RATING_MINIMUM,
)
from comm_pipeline.domain.template_extraction import Extraction
from comm_pipeline.domain.templates import CampaignTemplate, Stage
from comm_pipeline.domain.wanted_information import wanted_information

#: Characters of a quotation, and of a text value.
QUOTED: Final = 300
_LONGEST: Final = 500
#: Findings of one sort; a reply has a handful.
_MOST: Final = 20
#: The largest number that is taken; beyond it a float is not exact.
_LARGEST: Final = 2**53
#: Names that every service takes for a field, and pydantic, too.
_PLAIN_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,59}")
_CODE: Final = re.compile("[a-z]{2}")

Words = Annotated[str, AfterValidator(lambda text: text.strip()[:QUOTED])]


def _first(found: list[Any]) -> list[Any]:
    return found[:_MOST]


def _language(code: str | None) -> str | None:
    """Read en-US as en; a name is no code, and not worth refusing an answer for."""
    begin = (code or "").strip().lower().partition("-")[0]
    return begin if _CODE.fullmatch(begin) else None


class FoundIntent(BaseModel):
    """One thing that the writer wants."""

    intent: Intent
    words: Words = Field(default="", description="The words that say so, copied exactly.")


class FoundObjection(BaseModel):
    """One thing that keeps the writer from saying yes."""

    objection: Objection
    words: Words = Field(default="", description="The words that say so, copied exactly.")


class FoundTime(BaseModel):
    """A time to talk, as far as it is said; never guess the rest."""

    words: Words = Field(description="The words that name it, copied exactly.")
    day: datetime.date | None = None
    time: datetime.time | None = None
    part_of_day: Literal["morning", "noon", "afternoon", "evening"] | None = None


class Money(BaseModel):
    """A sum of money."""

    amount: float = Field(ge=0, le=_LARGEST)
    currency: str = Field(pattern="^[A-Z]{3}$", description="ISO 4217, e.g. EUR.")


class FoundResponse(BaseModel):
    """An answer that the template gives a name to."""

    name: str
    words: Words = Field(description="The words that say so, copied exactly.")


class Values(BaseModel):
    """What is known from the reply."""


class Understanding(BaseModel):
    """What the reply says. Leave out what it does not say."""

    kind: Literal["genuine", "out_of_office", "auto_reply"] = Field(
        default="genuine", description="genuine unless a program wrote it, or the writer is away."
    )
    opt_out_words: Words | None = Field(
        default=None,
        description="If the writer wants no more messages: the words that say so, copied exactly.",
    )
    intents: Annotated[list[FoundIntent], AfterValidator(_first)]
    sentiment: Sentiment
    sentiment_score: float = Field(ge=-1, le=1, description="From -1, bad, to 1, good.")
    objections: Annotated[list[FoundObjection], AfterValidator(_first)] = []
    questions: Annotated[list[Words], AfterValidator(_first)] = Field(
        default=[], description="The sentences that ask something, copied exactly."
    )
    meeting_times: Annotated[list[FoundTime], AfterValidator(_first)] = []
    out_of_office_until: datetime.date | None = Field(
        default=None, description="The day on which an absent writer is back."
    )
    language: Annotated[str | None, AfterValidator(_language)] = Field(
        default=None, description="ISO 639-1, e.g. en."
    )
    confidence: float = Field(ge=0, le=1, description="How sure you are of all this.")
    named_responses: list[FoundResponse] = []
    values: Values = Values()
    suggested_stage: str | None = None


def understanding_type(template: CampaignTemplate, stage: Stage) -> type[Understanding]:
    """Return the type of answers in a stage, with names and values of the template alone.

    Fields of ``values`` have other names where the template's are no plain words; ``read_values``
    gives those back.
    """
    return _made(
        response_names(template),
        template.stage_names,
        tuple(wanted_information(template, stage).values()),
    )


def response_names(template: CampaignTemplate) -> tuple[str, ...]:
    """Return the names of all answers that the template knows."""
    return tuple({**BUILT_IN_RESPONSES, **template.responses})


@lru_cache(maxsize=256)
def _made(
    responses: tuple[str, ...], stages: tuple[str, ...], wanted: tuple[Information, ...]
) -> type[Understanding]:
    name: Any = Literal[responses]
    response = create_model(
        "NamedResponse",
        __base__=FoundResponse,
        __doc__=FoundResponse.__doc__,
        name=(name, ...),
    )
    stage: Any = Literal[stages]
    fields: dict[str, Any] = {
        field: (_type_of(one.extraction) | None, Field(default=None, description=_described(one)))
        for field, one in value_fields(wanted).items()
    }
    values = create_model("WantedValues", __base__=Values, __doc__=Values.__doc__, **fields)
    return create_model(
        "ReplyUnderstanding",
        __base__=Understanding,
        __doc__=Understanding.__doc__,
        named_responses=(Annotated[list[response], AfterValidator(_first)], []),
        values=(values, Field(default_factory=values)),
        suggested_stage=(
            stage | None,
            Field(default=None, description="The stage that the reply sounds like, if clear."),
        ),
    )


def value_fields(wanted: tuple[Information, ...]) -> Mapping[str, Information]:
    """Return information by the names of its fields in answers."""
    return {
        f"v_{one.name}" if _PLAIN_NAME.fullmatch(one.name) else f"value_{number}": one
        for number, one in enumerate(wanted, 1)
    }


def _described(one: Information) -> str:
    words = one.description or (one.extraction.description if one.extraction else "")
    return f"{one.name}: {words}" if words else one.name


def _type_of(extraction: Extraction | None) -> Any:
    if extraction is None:
        return _TEXT
    match extraction.type:
        case "choice":
            return Literal[extraction.choices]
        case "date":
            return datetime.date
        case "money":
            return Annotated[Money, AfterValidator(_bounded(extraction))]
        case "text":
            return _TEXT
    return _number_type(extraction)


_TEXT: Final = Annotated[str, AfterValidator(lambda text: text.strip()[:_LONGEST])]


def _number_type(extraction: Extraction) -> Any:
    lowest, highest = float(-_LARGEST), float(_LARGEST)
    if extraction.type == "rating":
        lowest, highest = RATING_MINIMUM, RATING_MAXIMUM
    if extraction.minimum is not None:
        lowest = extraction.minimum
    if extraction.maximum is not None:
        highest = extraction.maximum
    return Annotated[float, Field(ge=lowest, le=highest)]


def _bounded(extraction: Extraction) -> Any:
    lowest = 0 if extraction.minimum is None else extraction.minimum
    highest = _LARGEST if extraction.maximum is None else extraction.maximum

    def check(money: Money) -> Money:
        if not lowest <= money.amount <= highest:
            raise ValueError(f"amount must be from {lowest:g} to {highest:g}")
        return money

    return check


def read_values(understanding: Understanding, wanted: tuple[Information, ...]) -> dict[str, Any]:
    """Return the values of an answer by the template's names, as they are stored."""
    found = {
        one.name: getattr(understanding.values, field)
        for field, one in value_fields(wanted).items()
    }
    return {name: stored for name, value in found.items() if (stored := _stored(value)) is not None}


def _stored(value: Any) -> Any:
    if isinstance(value, Money):
        return {"amount": _whole(value.amount), "currency": value.currency}
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, float):
        return _whole(value)
    return value or None


def _whole(number: float) -> int | float:
    return int(number) if number.is_integer() else number
