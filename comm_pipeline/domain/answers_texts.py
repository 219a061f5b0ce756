"""What the Sales Bot may say in answer to a reply: the texts of a template or stage.

Which of them an answer consists of is decided in ``answers_plan``; what no answer may contain, in
``answers_guards``. All texts are Jinja sources.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from comm_pipeline.domain.analysis import Intent, Objection, Sentiment
from comm_pipeline.domain.document import Rules
from comm_pipeline.domain.template_extraction import Phrases

#: Intents that answer themselves by what happens, and never by a text.
_NOT_ANSWERED: Final = frozenset({Intent.OPT_OUT, Intent.UNCLEAR})
#: As long as any text of a message.
_Text = Annotated[str, Field(min_length=1, max_length=20_000)]
LanguageCode = Annotated[str, Field(pattern="^[a-z]{2}$", examples=["de"])]


class KnownAnswer(Rules):
    """The answer to a question that people ask."""

    phrases: Phrases = Field(
        description="Words by which the question is known, whole, in any case; they are looked for "
        "in the sentences that ask something.",
        examples=[["gdpr", "where is our data"]],
    )
    template: _Text = Field(
        description="The answer, Jinja.",
        examples=["Your data stays in {{ company.data_region | default('the EU') }}."],
    )


class AnswerTexts(Rules):
    """The texts of answers in one language."""

    subject: str | None = Field(
        default=None,
        max_length=20_000,
        description="The subject, Jinja, one line; without it Re: and that of the stage's latest "
        "message.",
        examples=["Your question about {{ company.product_name }}"],
    )
    greeting: _Text | None = Field(
        default=None,
        description="Begins every answer.",
        examples=["Hi {{ recipient.first_name | default('there') }},"],
    )
    sentiments: Mapping[Sentiment, _Text] = Field(
        default={},
        description="A sentence for how the reply sounds: negative, neutral or positive.",
        examples=[{"negative": "I am sorry that this was not what you expected."}],
    )
    questions: tuple[KnownAnswer, ...] = Field(
        default=(),
        max_length=100,
        description="Answers to questions, by the words in them; all that fit are given.",
        examples=[[{"phrases": ["gdpr"], "template": "Your data stays in the EU."}]],
    )
    intents: Mapping[Intent, _Text] = Field(
        default={},
        description="Answers by what the writer wants: interest, confirmation, refusal, not_now, "
        "wrong_person, referral, meeting, request_info, question, thanks, person_wanted, "
        "complaint, anger, legal_threat or data_request.",
        examples=[{"request_info": "The overview has two pages; shall I send it?"}],
    )
    objections: Mapping[Objection, _Text] = Field(
        default={},
        description="Answers to objections: price, competitor, timing, authority, no_need or "
        "trust.",
        examples=[{"price": "Most teams compare it with the hours that reports cost today."}],
    )
    otherwise: _Text | None = Field(
        default=None,
        description="What is said to a reply that none of questions, intents and objections "
        "answers, and after them to a question that they leave. Without it such a reply gets no "
        "answer, or a person if it asks something.",
        examples=["Thank you, that helps me."],
    )
    emphasis: tuple[_Text, ...] = Field(
        default=(),
        max_length=20,
        description="Sentences about the product, one an answer, each said once; none to who "
        "declines or is displeased.",
        examples=[["It works with the data where it already is."]],
    )
    ask_for: Mapping[str, _Text] = Field(
        default={},
        description="Questions for values of extract, by their names, in order. An answer asks for "
        "the first that is not known; each is asked for once.",
        examples=[{"team_size": "How many people work with these numbers?"}],
    )
    next_step: _Text | None = Field(
        default=None,
        description="What is proposed where nothing is asked for.",
        examples=["Would fifteen minutes on Thursday suit you?"],
    )
    closing: _Text | None = Field(
        default=None,
        description="Ends every answer.",
        examples=["{{ company.sender_name }}\n\nReply STOP and I will not write again."],
    )

    @model_validator(mode="after")
    def _can_be_said(self) -> Self:
        never = sorted(_NOT_ANSWERED & self.intents.keys())
        if never:
            raise ValueError(f"intents.{never[0]}: is never answered by a text; remove it")
        return self

    def over(self, base: "AnswerTexts") -> "AnswerTexts":
        """Return these texts, completed by those of ``base``; own questions come first."""
        return AnswerTexts(
            subject=self.subject or base.subject,
            greeting=self.greeting or base.greeting,
            sentiments={**base.sentiments, **self.sentiments},
            questions=(*self.questions, *base.questions)[:100],
            intents={**base.intents, **self.intents},
            objections={**base.objections, **self.objections},
            otherwise=self.otherwise or base.otherwise,
            emphasis=self.emphasis or base.emphasis,
            ask_for={**self.ask_for, **base.ask_for, **self.ask_for},
            next_step=self.next_step or base.next_step,
            closing=self.closing or base.closing,
        )

    def sources(self) -> Iterator[tuple[str, str]]:
        """Yield each text with its place, which is also the name of the part in an answer."""
        for name in ("subject", "greeting", "otherwise", "next_step", "closing"):
            text: str | None = getattr(self, name)
            if text is not None:
                yield name, text
        for name in ("sentiments", "intents", "objections", "ask_for"):
            texts: Mapping[str, str] = getattr(self, name)
            yield from ((f"{name}.{key}", text) for key, text in texts.items())
        yield from ((f"emphasis.{number}", text) for number, text in enumerate(self.emphasis))
        for number, known in enumerate(self.questions):
            yield f"questions.{number}", known.template


class Answers(AnswerTexts):
    """The texts of answers: in the language of the campaign, and in others."""

    language: LanguageCode = Field(
        default="en",
        description="The language of the texts, ISO 639-1.",
        examples=["de"],
    )
    languages: Mapping[LanguageCode, AnswerTexts] = Field(
        default={},
        description="The texts in other languages. Who writes in one of them is answered in it, "
        "with its texts alone; everybody else in the language of the texts above.",
        examples=[{"de": {"greeting": "Guten Tag,", "otherwise": "vielen Dank."}}],
    )


def together(own: Answers | None, base: Answers | None) -> Answers | None:
    """Return a stage's answers, completed by those of its template."""
    if own is None or base is None:
        return own or base
    codes = {*own.languages, *base.languages}
    nothing = AnswerTexts()
    languages = {
        code: own.languages.get(code, nothing).over(base.languages.get(code, nothing))
        for code in sorted(codes)
    }
    is_said = "language" in own.model_fields_set
    language = own.language if is_said else base.language
    return Answers(**dict(own.over(base)), language=language, languages=languages)
