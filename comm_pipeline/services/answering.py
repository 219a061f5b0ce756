"""The words of an answer: composed of the template's texts, rendered, and passed by the guards."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from comm_pipeline.bot.language import detect_language
from comm_pipeline.domain.answers_guards import Allowed, numbers_in, refusals, texts_in
from comm_pipeline.domain.answers_plan import AnswerGuide
from comm_pipeline.domain.answers_rules import AnswerRules
from comm_pipeline.domain.answers_state import PendingAnswer
from comm_pipeline.domain.answers_texts import AnswerTexts
from comm_pipeline.domain.answers_transition import proposal_of, with_answer, with_proposal
from comm_pipeline.domain.conversations import Conversation, HistoryEntry
from comm_pipeline.domain.decision import (
    Answer,
    Complete,
    Decision,
    Escalate,
    Send,
    escalation_action,
)
from comm_pipeline.domain.ids import StageName
from comm_pipeline.domain.messages import RenderedText
from comm_pipeline.domain.progression import current_message
from comm_pipeline.domain.stage_order import stage_under_way
from comm_pipeline.domain.statuses import Outcome
from comm_pipeline.domain.template_sources import template_sources
from comm_pipeline.domain.templates import CampaignTemplate
from comm_pipeline.domain.transition import with_message
from comm_pipeline.errors import AnswerRefusedError, NoChannelError, RenderingError
from comm_pipeline.rendering.message import MessageParts, render_message
from comm_pipeline.rendering.sandbox import compile_message
from comm_pipeline.services.composer import compose_for_its_way, message_context, on_its_way

#: Renders what a decision wants said. Raises RenderingError, AnswerRefusedError.
ComposeText = Callable[[Conversation, Send | Answer], Awaitable[RenderedText]]


def compose_any(
    conversation: Conversation,
    template: CampaignTemplate,
    decision: Send | Answer,
    variables: Mapping[str, Any],
) -> RenderedText:
    """Render a message of the stage or an answer.

    Raises RenderingError as ``compose``, and AnswerRefusedError for an answer that a guard refuses.
    """
    if isinstance(decision, Send):
        return compose_for_its_way(conversation, template, decision, variables)
    approved = proposal_of(conversation)
    if approved is None:
        text = compose_answer(conversation, template, decision, variables)
    else:
        text = RenderedText(subject=approved.subject, text=approved.text)
    return on_its_way(text, conversation, template)


@dataclass(frozen=True, slots=True)
class Composed:
    """An answer of the template's texts, rendered and passed by the guards, and its middle."""

    text: RenderedText
    greeting: str
    body: str
    closing: str
    language: str
    stage: StageName
    rules: AnswerRules

    def with_body(self, body: str) -> RenderedText:
        """Return the answer with other words between greeting and closing."""
        said = "\n\n".join(filter(None, (self.greeting, body, self.closing)))
        return self.text._replace(text=said)


def compose_answer(
    conversation: Conversation,
    template: CampaignTemplate,
    answer: Answer,
    variables: Mapping[str, Any],
) -> RenderedText:
    """Render an answer of the template's texts, and ask every guard.

    Raises RenderingError if the data lack something, AnswerRefusedError naming the guard.
    """
    return composed_answer(conversation, template, answer, variables).text


def composed_answer(
    conversation: Conversation,
    template: CampaignTemplate,
    answer: Answer,
    variables: Mapping[str, Any],
) -> Composed:
    """Return an answer with its middle; raises as ``compose_answer``."""
    pending, guide = _waiting(conversation, template)
    texts = guide.texts_in(pending.language)
    context = message_context(conversation, template, variables)
    rendered = dict(_rendered(texts, answer.parts, context))
    greeting, closing = rendered.pop("greeting", ""), rendered.pop("closing", "")
    body = "\n\n".join(rendered.values())
    said = "\n\n".join(filter(None, (greeting, body, closing)))
    text = render_message(
        MessageParts(_subject(conversation, template, texts), "{{ body }}"),
        {**context, "body": said},
    )
    language = guide.language_of(pending.language)
    check_answer(text, conversation, template, variables, language=language)
    return Composed(text, greeting, body, closing, language, pending.stage, guide.rules)


def check_answer(
    text: RenderedText,
    conversation: Conversation,
    template: CampaignTemplate,
    variables: Mapping[str, Any],
    *,
    language: str,
    is_written_freely: bool = False,
) -> None:
    """Ask the guards of an answer's text; its language if it was ``is_written_freely``.

    Raises AnswerRefusedError with what the first guard that refuses says.
    """
    _, guide = _waiting(conversation, template)
    said = text.text if text.html is None else f"{text.text}\n{text.html}"
    found = refusals(
        said,
        guide.rules,
        allowed_in(conversation, template, guide, variables),
        language=language,
        written_in=detect_language(said.casefold()) if is_written_freely else None,
    )
    first = next(found, None)
    if first is not None:
        raise AnswerRefusedError(first.rule, first.reason)


def allowed_in(
    conversation: Conversation,
    template: CampaignTemplate,
    guide: AnswerGuide,
    variables: Mapping[str, Any],
) -> Allowed:
    """Return what answers may contain: what the template's author wrote, and the person's numbers.

    The recipient's own data allow no link and no promise: they come from elsewhere.
    """
    written = [source.text for source in template_sources(template)]
    values = conversation.context.get("response", {})
    return Allowed.in_texts(
        [*written, *texts_in(variables), *guide.rules.may_say],
        [*numbers_in(variables), *numbers_in(values)],
    )


async def speak(
    state: Conversation,
    decision: Send | Answer,
    compose_text: ComposeText,
    message_id_domain: str,
    action: Callable[[Conversation], str],
    now: datetime,
) -> tuple[Decision | None, Conversation, HistoryEntry | None]:
    """Return the state after a message, with its history entry; or another decision instead.

    A message that cannot be rendered fails the conversation. An answer that cannot be rendered, or
    is refused by a guard, is given to a person; ``action`` says what the template asks for then. An
    answer that needs approval is not said: it waits in the state.
    """
    try:
        text = await compose_text(state, decision)
    except RenderingError as error:
        rule = "no_channel" if isinstance(error, NoChannelError) else "rendering"
        if isinstance(decision, Send):
            return Complete(rule, str(error), Outcome.ERROR), state, None
        return Escalate(rule, str(error), action(state)), state, None
    except AnswerRefusedError as error:
        return Escalate(f"guard_{error.guard}", str(error), action(state)), state, None
    if isinstance(decision, Send):
        said, entry = with_message(state, decision, text, message_id_domain, now)
        return None, said, entry
    if decision.needs_approval:
        return None, with_proposal(state, decision, text), None
    said, entry = with_answer(state, decision, text, message_id_domain, now)
    return None, said, entry


def _waiting(
    conversation: Conversation, template: CampaignTemplate
) -> tuple[PendingAnswer, AnswerGuide]:
    answering = conversation.answering
    assert answering is not None
    assert answering.pending is not None
    guide = template.answer_guide(answering.pending.stage)
    assert guide is not None
    return answering.pending, guide


def _rendered(
    texts: AnswerTexts, parts: tuple[str, ...], context: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    sources = dict(texts.sources())
    for part in parts:
        try:
            text = compile_message(sources[part])(context).strip()
        except RenderingError as error:
            raise RenderingError(f"answers.{part}: {error}") from None
        if text:
            yield part, text


def _subject(conversation: Conversation, template: CampaignTemplate, texts: AnswerTexts) -> str:
    """Return the subject's source: that of answers, else the one of the stage's latest message."""
    if texts.subject is not None:
        return texts.subject
    stage = stage_under_way(conversation, template)
    message = current_message(conversation.visit, stage)
    own = None if message is None else message.subject
    title = stage.title.replace("{", "(").replace("}", ")")
    return f"Re: {own or template.subject or title}"


def action_in(template: CampaignTemplate) -> Callable[[Conversation], str]:
    """Return what the template asks for when a person is called, by the stage under way."""
    return lambda conversation: escalation_action(conversation, template)
