"""The analyser by a language model; rules go before it and stand in for it.

What rules take for an opt-out, an absence or a machine's message, or what the mail's headers say to
be none of a person's, is never shown to the model: it could only be talked out of it. Where the
model is of no use, the analysis is that of the rules, with the reason.
"""

from types import TracebackType
from typing import Any, Final, Self

from comm_pipeline.bot.analyser import ReplyToAnalyse, RulesAnalyser
from comm_pipeline.bot.merging import merged, with_usage
from comm_pipeline.bot.model_client import LanguageModel
from comm_pipeline.bot.model_failures import NoModelAnswerError
from comm_pipeline.bot.model_questions import Question
from comm_pipeline.bot.prompts import Prompts, visible
from comm_pipeline.bot.quoting import ANALYSED, own_words
from comm_pipeline.bot.signatures import without_signature
from comm_pipeline.bot.understanding import (
    Understanding,
    understanding_type,
    value_fields,
)
from comm_pipeline.domain.analysis import (
    INTENT_MEANINGS,
    OBJECTION_MEANINGS,
    Analysis,
    Intent,
    ReplyKind,
)
from comm_pipeline.domain.information import Information
from comm_pipeline.domain.mail_kinds import MailKind
from comm_pipeline.domain.named_responses import BUILT_IN_RESPONSES
from comm_pipeline.domain.wanted_information import wanted_information

ANALYSER: Final = "llm"
#: Changes with the prompts and with what is made of answers.
VERSION: Final = "3"
_INSTRUCTIONS: Final = "analyse_reply_instructions.md.j2"
_REPLY: Final = "analyse_reply.md.j2"
#: The prompts that it needs.
PROMPTS: Final = (_INSTRUCTIONS, _REPLY)
#: Characters of a reply, and of the message that it answers, that a model is shown.
_SHOWN: Final = 6_000
_SHOWN_OF_OURS: Final = 2_000
#: Characters of a country's code (ISO 3166).
_COUNTRY: Final = 2
#: Phrases of a named response that a model is shown.
_PHRASES: Final = 10
#: What a model is not asked to find, because rules say it.
_NOT_ASKED: Final = frozenset({Intent.OPT_OUT, Intent.UNCLEAR})


class ModelAnalyser:
    """Rules first, then the model; an async context manager that owns the model's connections."""

    name = ANALYSER

    def __init__(self, model: LanguageModel, prompts: Prompts) -> None:
        self._model = model
        self._prompts = prompts
        self._rules = RulesAnalyser()

    @property
    def version(self) -> str:
        """The version of the prompts, and the model: each may understand otherwise."""
        return f"{VERSION} {self._model.model}"

    async def __aenter__(self) -> Self:
        """Prepare the model; connections are opened with the first question."""
        await self._model.__aenter__()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close every connection."""
        await self._model.__aexit__(exc_type, exc, traceback)

    async def analyse(self, reply: ReplyToAnalyse) -> Analysis:
        """Return what a reply says; by rules where the model is not asked or of no use."""
        by_rules = await self._rules.analyse(reply)
        text = visible(without_signature(own_words(reply.text, ANALYSED)))[:_SHOWN].strip()
        if not text or by_rules.kind is not ReplyKind.GENUINE or not _is_from_a_person(reply):
            return by_rules
        try:
            answer = await self._model.ask(self._question(reply, text))
        except NoModelAnswerError as failure:
            return with_usage(by_rules, failure.usage, str(failure))
        analysis = merged(answer.output, by_rules, reply, text)
        author = {"analyser": self.name, "analyser_version": self.version, "usage": answer.usage}
        return analysis.model_copy(update=author)

    def _question(self, reply: ReplyToAnalyse, text: str) -> Question[Understanding]:
        return Question(
            instructions=self._instructions(reply),
            data=self._prompts.render(
                _REPLY,
                received=reply.local_received_at,
                country=(reply.country or "")[:_COUNTRY],
                last_message=(reply.last_message or "")[:_SHOWN_OF_OURS],
                subject=(reply.subject or "")[:_SHOWN_OF_OURS],
                text=text,
            ),
            answer=understanding_type(reply.template, reply.stage),
        )

    def _instructions(self, reply: ReplyToAnalyse) -> str:
        """Return what does not change from reply to reply, so that a service may keep it."""
        own = {name: one.phrases for name, one in reply.template.responses.items()}
        responses = {**BUILT_IN_RESPONSES, **own}
        wanted = tuple(wanted_information(reply.template, reply.stage).values())
        return self._prompts.render(
            _INSTRUCTIONS,
            campaign_type=reply.template.type,
            intents={one: words for one, words in INTENT_MEANINGS.items() if one not in _NOT_ASKED},
            objections=OBJECTION_MEANINGS,
            responses={name: phrases[:_PHRASES] for name, phrases in responses.items()},
            information=[_shown(field, one) for field, one in value_fields(wanted).items()],
            stage=reply.stage,
            stage_names=reply.template.stage_names,
        )


def _is_from_a_person(reply: ReplyToAnalyse) -> bool:
    return reply.mail_kind is MailKind.GENUINE


def _shown(field: str, one: Information) -> dict[str, Any]:
    extraction = one.extraction
    words = one.description or (extraction.description if extraction else "")
    return {
        "field": field,
        "description": words or one.name.replace("_", " "),
        "type": extraction.type if extraction else "text",
    }
