"""What a reply was understood to say: one model for every analyser, stored with who said so.

Everything in it can be stored: enums are strings, days are ISO 8601 texts, instants are UTC.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field

from comm_pipeline.domain.document import Instant


class ReplyKind(StrEnum):
    """What sort of message a reply is; only a genuine one is a response."""

    GENUINE = "genuine"
    OPT_OUT = "opt_out"
    OUT_OF_OFFICE = "out_of_office"
    AUTO_REPLY = "auto_reply"


#: What people write themselves.
BY_HAND: Final = frozenset({ReplyKind.GENUINE, ReplyKind.OPT_OUT})


class Intent(StrEnum):
    """What the writer of a reply wants; a reply may have several. INTENT_MEANINGS defines each."""

    OPT_OUT = "opt_out"
    INTEREST = "interest"
    CONFIRMATION = "confirmation"
    REFUSAL = "refusal"
    NOT_NOW = "not_now"
    WRONG_PERSON = "wrong_person"
    REFERRAL = "referral"
    MEETING = "meeting"
    REQUEST_INFO = "request_info"
    QUESTION = "question"
    THANKS = "thanks"
    PERSON_WANTED = "person_wanted"
    COMPLAINT = "complaint"
    ANGER = "anger"
    LEGAL_THREAT = "legal_threat"
    DATA_REQUEST = "data_request"
    UNCLEAR = "unclear"


#: What each intent means, in the words that analysers and people go by.
INTENT_MEANINGS: Final[Mapping[Intent, str]] = {
    Intent.OPT_OUT: "wants no more messages",
    Intent.INTEREST: "is positive about the offer and wants to go on",
    Intent.CONFIRMATION: "agrees to what was asked or proposed, or says that it is settled",
    Intent.REFUSAL: "does not want what is offered",
    Intent.NOT_NOW: "wants to come back to it later, or has to ask somebody first",
    Intent.WRONG_PERSON: "is not the one to talk to, or has left",
    Intent.REFERRAL: "names or brings in somebody else",
    Intent.MEETING: "proposes, asks for, moves or accepts a time to talk",
    Intent.REQUEST_INFO: "asks for material: prices, a quote, documents, a recording",
    Intent.QUESTION: "asks something else that needs an answer",
    Intent.THANKS: "says thanks, other than in a refusal or above a signature",
    Intent.PERSON_WANTED: "wants to deal with a person, or suspects a machine",
    Intent.COMPLAINT: "is dissatisfied, or says that something does not work",
    Intent.ANGER: "is hostile: insults, outrage",
    Intent.LEGAL_THREAT: "threatens with lawyers, courts or authorities",
    Intent.DATA_REQUEST: "asks where their data come from, for a copy, or to delete them",
    Intent.UNCLEAR: "none of the others was recognised",
}


#: The name under which the words of a possible opt-out stand in the evidence.
POSSIBLE_OPT_OUT: Final = "possible_opt_out"


class Sentiment(StrEnum):
    """How a reply sounds."""

    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"


class Objection(StrEnum):
    """What keeps the writer from saying yes."""

    PRICE = "price"
    COMPETITOR = "competitor"
    TIMING = "timing"
    AUTHORITY = "authority"
    NO_NEED = "no_need"
    TRUST = "trust"


#: What each objection means, in the words that analysers and people go by.
OBJECTION_MEANINGS: Final[Mapping[Objection, str]] = {
    Objection.PRICE: "costs too much, or there is no money for it",
    Objection.COMPETITOR: "has or prefers something else",
    Objection.TIMING: "it is the wrong time",
    Objection.AUTHORITY: "somebody else decides",
    Objection.NO_NEED: "sees no use for it",
    Objection.TRUST: "doubts us, the product, or what becomes of their data",
}


class MeetingTime(BaseModel):
    """A time to talk that was named, as far as it was said; in the writer's own time zone."""

    model_config = ConfigDict(frozen=True)

    words: str
    #: ISO 8601, e.g. 2026-03-12.
    day: str | None = None
    #: Hours and minutes, e.g. 15:00.
    time: str | None = None
    #: morning, noon, afternoon or evening.
    part_of_day: str | None = None


class ModelUsage(BaseModel):
    """What asking a language model took, and what that cost by the prices of the settings."""

    model_config = ConfigDict(frozen=True)

    model: str
    requests: int = Field(default=0, ge=0)
    input_tokens: int = Field(default=0, ge=0)
    output_tokens: int = Field(default=0, ge=0)
    #: In the currency that the prices are in.
    cost: float = Field(default=0.0, ge=0)

    @property
    def tokens(self) -> int:
        """Tokens read and written."""
        return self.input_tokens + self.output_tokens


class Analysis(BaseModel):
    """What a reply was understood to say; stored with the analyser that said so."""

    model_config = ConfigDict(frozen=True)

    analyser: str
    analyser_version: str = ""
    kind: ReplyKind = ReplyKind.GENUINE
    is_opt_out: bool = False
    #: Whether it may be an opt-out: a person has to look before anybody writes again.
    may_be_opt_out: bool = False
    intents: tuple[Intent, ...] = ()
    sentiment: Sentiment = Sentiment.NEUTRAL
    #: From -1, as bad as can be, to 1.
    sentiment_score: float = Field(default=0.0, ge=-1, le=1)
    named_responses: tuple[str, ...] = ()
    values: Mapping[str, Any] = {}
    objections: tuple[Objection, ...] = ()
    #: The sentences that ask something, as they were written.
    questions: tuple[str, ...] = ()
    #: ISO 639-1, or None if there is too little text to tell.
    language: str | None = None
    #: How sure the analyser is, from 0 to 1.
    confidence: float = Field(default=0.0, ge=0, le=1)
    #: Start of the day on which an absent writer is expected back.
    out_of_office_until: Instant | None = None
    meeting_times: tuple[MeetingTime, ...] = ()
    #: The stage of the template that the reply sounds like; it decides nothing by itself.
    suggested_stage: str | None = None
    #: The words that led to each finding: a response or value by its name, others as "intent:...".
    evidence: Mapping[str, str] = {}
    #: Why another analyser was asked in vain, and this one answers in its place.
    fallback_reason: str | None = None
    #: What a language model took for this, also if its answer was of no use.
    usage: ModelUsage | None = None
