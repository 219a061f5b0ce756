"""The limits of the Sales Bot: when it answers, when it calls a person, what it may not say."""

import hashlib
from datetime import timedelta
from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from comm_pipeline.domain.analysis import Intent
from comm_pipeline.domain.document import Rules

#: Within this time ``max_per_day`` counts.
A_DAY: Final = timedelta(hours=24)
#: Intents that a machine should not answer.
_FOR_PEOPLE: Final = (
    Intent.LEGAL_THREAT,
    Intent.ANGER,
    Intent.COMPLAINT,
    Intent.PERSON_WANTED,
    Intent.DATA_REQUEST,
)
_Words = Annotated[str, Field(min_length=1, max_length=500, pattern=r"\S")]


class AnswerRules(Rules):
    """Limits of answers; those of a stage go before those of ``global_settings``."""

    max_per_day: int = Field(
        default=3,
        ge=0,
        le=50,
        description="Answers to one recipient in any 24 hours; whoever writes more often gets a "
        "person. 0: the bot never answers, it only calls people.",
        examples=[2],
    )
    min_delay_minutes: float = Field(
        default=5,
        ge=0,
        le=10_080,
        description="Minutes after which an answer leaves at the earliest, as a person would need "
        "them; multiplied by the stage delay factor.",
        examples=[10],
    )
    max_delay_minutes: float = Field(
        default=20,
        ge=0,
        le=10_080,
        description="Minutes after which it leaves at the latest, if the recipient's hours are "
        "open. Each answer has its own delay between both.",
        examples=[45],
    )
    min_confidence: float = Field(
        default=0.5,
        ge=0,
        le=1,
        description="How sure the analyser has to be, 0 to 1; below it a person is called, unless "
        "the reply held a value, a named response or an objection.",
        examples=[0.6],
    )
    escalate_on: tuple[Intent, ...] = Field(
        default=_FOR_PEOPLE,
        description="Intents for which a person is called instead, at once.",
        examples=[["legal_threat", "anger", "person_wanted"]],
    )
    end_on: tuple[Intent, ...] = Field(
        default=(),
        description="Intents after whose answer the conversation ends as no_response.",
        examples=[["refusal"]],
    )
    approval: bool = Field(
        default=False,
        description="Whether every answer waits until a person has approved it.",
        examples=[True],
    )
    max_characters: int = Field(
        default=2_000,
        ge=1,
        le=20_000,
        description="Characters of an answer's text; a longer one is given to a person.",
        examples=[1200],
    )
    never_say: tuple[_Words, ...] = Field(
        default=(),
        description="Words that no answer may contain, whole, in any case.",
        examples=[["cheapest", "competitor X"]],
    )
    may_say: tuple[_Words, ...] = Field(
        default=(),
        description="Links, prices and promises that answers may contain, beside those in the "
        "template's own texts and variables.",
        examples=[["https://acme.example/demo", "49 EUR", "money-back guarantee"]],
    )

    @model_validator(mode="after")
    def _delays_are_in_order(self) -> Self:
        if self.min_delay_minutes > self.max_delay_minutes:
            raise ValueError(
                f"min_delay_minutes ({self.min_delay_minutes:g}) is above max_delay_minutes "
                f"({self.max_delay_minutes:g}); lower the one or raise the other"
            )
        return self


def over(own: AnswerRules | None, base: AnswerRules | None) -> AnswerRules:
    """Return a stage's rules, what they do not say taken from those of the template.

    Raises ValueError if they contradict each other together.
    """
    said = {
        name: getattr(rules, name)
        for rules in (base, own)
        if rules is not None
        for name in rules.model_fields_set
    }
    return AnswerRules(**said)


def answer_delay(key: str, rules: AnswerRules, factor: float) -> timedelta:
    """Return how long the answer of that ledger key waits: the same each time it is asked."""
    share = int.from_bytes(hashlib.sha256(key.encode()).digest()[:6]) / 2**48
    spread = rules.max_delay_minutes - rules.min_delay_minutes
    return timedelta(minutes=(rules.min_delay_minutes + share * spread) * factor)
