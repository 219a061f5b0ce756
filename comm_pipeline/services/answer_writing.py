"""Answers in a language model's words: within the template's texts, past the same guards.

Whatever goes wrong, the answer is the composed one: a model that fails, is too late, has no budget
left, or writes what a guard refuses. Greeting and closing are always the template's own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from comm_pipeline.bot.answer_writer import AnswerWriter, Draft
from comm_pipeline.bot.model_failures import NoModelAnswerError
from comm_pipeline.domain.conversations import Conversation, Direction
from comm_pipeline.domain.decision import Answer
from comm_pipeline.domain.messages import RenderedText
from comm_pipeline.domain.templates import CampaignTemplate
from comm_pipeline.errors import AnswerRefusedError
from comm_pipeline.services.answering import Composed, check_answer, composed_answer
from comm_pipeline.storage.repositories import Repositories

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class AnswerWriting:
    """Has composed answers worded by a model."""

    repositories: Repositories
    writer: AnswerWriter

    async def written(
        self,
        conversation: Conversation,
        template: CampaignTemplate,
        answer: Answer,
        variables: Mapping[str, Any],
    ) -> RenderedText:
        """Return an answer in the model's words, or as it was composed.

        Raises RenderingError and AnswerRefusedError for what was composed, as ``compose_answer``.
        """
        composed = composed_answer(conversation, template, answer, variables)
        try:
            body = await self.writer.write(await self._draft(conversation, template, composed))
            worded = composed.with_body(body)
            check_answer(
                worded,
                conversation,
                template,
                variables,
                language=composed.language,
                is_written_freely=True,
            )
        except (NoModelAnswerError, AnswerRefusedError) as error:
            log.info("answer_not_worded", conversation_id=conversation.id, error=error)
            return composed.text
        return worded

    async def _draft(
        self, conversation: Conversation, template: CampaignTemplate, composed: Composed
    ) -> Draft:
        stage = template.stage(composed.stage)
        strategy = stage.guidance.get("response_strategy")
        rules = composed.rules
        return Draft(
            text=composed.body,
            reply=await self._latest_reply(conversation),
            language=composed.language,
            campaign_type=template.type,
            strategy=strategy if isinstance(strategy, str) else "",
            never_say=rules.never_say,
            characters=max(1, rules.max_characters - len(composed.text.text) + len(composed.body)),
        )

    async def _latest_reply(self, conversation: Conversation) -> str:
        loaded = await self.repositories.conversations.load([conversation.id])
        whole = loaded.get(conversation.id)
        heard = [
            entry.content
            for entry in (whole.message_history if whole else ())
            if entry.direction is Direction.INBOUND
        ]
        return heard[-1] if heard else ""
