"""Whether the texts of a newer template can be filled with the data of those who will get them.

The check before the start looks at recipients as their request has them (``checking``); this looks
at conversations that are under way, and only at what each of them has still to hear.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from comm_pipeline.domain.batch_requests import RESERVED_CONTEXT, Recipient
from comm_pipeline.domain.campaigns import Campaign
from comm_pipeline.domain.conversations import Conversation
from comm_pipeline.domain.findings import Finding
from comm_pipeline.domain.progression import current_message, is_still_there
from comm_pipeline.domain.template_differences import Position
from comm_pipeline.domain.template_findings import find_in_template
from comm_pipeline.domain.templates import CampaignTemplate
from comm_pipeline.services.checking.answered import Answered, given_answers
from comm_pipeline.services.checking.answers import find_answers_not_there
from comm_pipeline.services.checking.people import Person
from comm_pipeline.services.checking.reader import CampaignWords
from comm_pipeline.services.checking.said import SaidWords
from comm_pipeline.services.checking.texts import (
    CheckedText,
    compile_texts,
    find_constant_conditions,
)
from comm_pipeline.services.checking.variables import VariableCheck
from comm_pipeline.services.config_manager import campaign_variables

#: Sets of texts for which what was seen of recipients is remembered.
_REMEMBERED: Final = 1_000

_Wanted = tuple[frozenset[Position], Position | None]


class WordsCheck:
    """Looks at the data of one conversation after the other."""

    def __init__(self, campaign: Campaign, template: CampaignTemplate) -> None:
        self._template = template
        self._initial_stage = (
            campaign.initial_stage
            if campaign.initial_stage in template.stage_names
            else template.initial_stage
        )
        texts, self._refused = compile_texts(template)
        self._said = SaidWords(template, template.stage_names[0])
        self._texts = self._said.texts(texts)
        variables = campaign_variables(campaign, template)
        # Who is under way may have come through stages that are no longer there.
        self._answered = Answered(
            template, self._initial_stage, given_answers(template, variables), in_order=False
        )
        self._words = CampaignWords(
            campaign_id=campaign.id,
            variables=variables,
            fallbacks=template.fallbacks,
            answers=self._answered.samples,
            stages=template.stage_names,
        )
        self._checks: dict[_Wanted, VariableCheck] = {}

    def find_in_template(self) -> Iterator[Finding]:
        """Yield what is wrong whoever gets it."""
        yield from self._refused
        yield from find_in_template(self._template, self._initial_stage)
        yield from find_constant_conditions(self._texts)
        yield from find_answers_not_there(self._answered, self._texts)

    def look_at(self, conversation: Conversation, ahead: frozenset[Position]) -> Iterator[Finding]:
        """Yield what is missing for the messages at the positions ``ahead``, and follow-ups."""
        wanted = (ahead, self._followed_up(conversation))
        check = self._checks.get(wanted)
        if check is None:
            check = VariableCheck(self._template, self._texts_at(*wanted), self._words, self._said)
            if len(self._checks) < _REMEMBERED:
                self._checks[wanted] = check
        yield from check.look_at(_person(conversation))

    def _followed_up(self, conversation: Conversation) -> Position | None:
        """Return the position whose follow-ups are not all said yet."""
        name, visit = conversation.current_stage, conversation.visit
        if name not in self._template.stage_names:
            return None
        stage = self._template.stage(name)
        message = current_message(visit, stage)
        if message is None or not is_still_there(visit, stage):
            return None
        if visit.follow_ups_sent >= stage.max_follow_ups(message):
            return None
        return name, visit.next_message - 1

    def _texts_at(
        self, ahead: frozenset[Position], followed_up: Position | None
    ) -> Sequence[CheckedText]:
        return [text for text in self._texts if _is_wanted(text, ahead, followed_up)]


def _is_wanted(text: CheckedText, ahead: frozenset[Position], followed_up: Position | None) -> bool:
    if text.message is None:
        return bool(ahead or followed_up)
    position = (text.message.stage.name, text.message.number)
    if position != followed_up:
        return position in ahead
    # A follow-up has words of its own, or repeats the message.
    return text.is_follow_up or not text.message.message.follow_up_templates


def _person(conversation: Conversation) -> Person:
    """Return the recipient as the conversation knows them."""
    variables = conversation.context.get("recipient")
    own = {
        name: value for name, value in conversation.context.items() if name not in RESERVED_CONTEXT
    }
    recipient = Recipient.model_construct(id=conversation.user_id, contact_info={}, context=own)
    given = variables if isinstance(variables, dict) else {}
    return Person(f"recipients.{conversation.user_id}", recipient, given)
