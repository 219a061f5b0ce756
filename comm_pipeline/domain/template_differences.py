"""What a newer version of a template means for a conversation: what it hears, and what it will not.

A message is known by its position: its stage, and its index in it. What a conversation has heard
stays as it was said. Nothing here decides; the rules of ``decision`` and ``stage_order`` hold under
any version.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from comm_pipeline.domain.conversations import Conversation
from comm_pipeline.domain.ids import StageName
from comm_pipeline.domain.stage_order import stage_after, stage_after_removed
from comm_pipeline.domain.template_content import MessageTemplate
from comm_pipeline.domain.templates import CampaignTemplate, Stage

Position = tuple[StageName, int]

_NO_WORDS: Final = frozenset({"timing", "metadata"})
#: Follow-ups may change without the message becoming another.
_NOT_SAID_FIRST: Final = _NO_WORDS | {"follow_up_templates"}
#: Ways through the stages whose outlook is remembered; further ones are worked out each time.
_REMEMBERED: Final = 10_000


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a newer template means for conversations that stand at the same place.

    ``ahead`` are the positions that may be said under it, ``dropped`` those that only the older
    template would have said, and ``repeated`` those of ``ahead`` whose words were heard at another
    position. ``passed`` are stages that it does not enter because it is past their place. With its
    stage removed, it ``goes_back_to`` one that stood before it.
    """

    heard: frozenset[Position]
    ahead: frozenset[Position]
    dropped: frozenset[Position]
    repeated: tuple[Position, ...]
    passed: tuple[StageName, ...]
    goes_back_to: StageName | None


class TemplateDifferences:
    """Compares two versions of a template, and what they mean for conversations."""

    def __init__(self, old: CampaignTemplate, new: CampaignTemplate) -> None:
        self._old = old
        self._new = new
        self._old_words = _words(old, _NOT_SAID_FIRST)
        self._new_words = _words(new, _NOT_SAID_FIRST)
        self._outlooks: dict[tuple[Position, ...], Outlook] = {}

    @property
    def stages_added(self) -> tuple[StageName, ...]:
        """Stages that only the newer version has."""
        return tuple(name for name in self._new.stage_names if name not in self._old.stage_names)

    @property
    def stages_removed(self) -> tuple[StageName, ...]:
        """Stages that only the older version has."""
        return tuple(name for name in self._old.stage_names if name not in self._new.stage_names)

    def positions(self) -> dict[Position, str]:
        """Return the positions whose words differ: changed, added or removed; in their order."""
        old, new = _words(self._old, _NO_WORDS), _words(self._new, _NO_WORDS)
        found = {
            position: "changed" if position in old else "added"
            for position, words in new.items()
            if old.get(position) != words
        }
        return found | {position: "removed" for position in old if position not in new}

    def outlook(self, conversation: Conversation) -> Outlook:
        """Return what the newer version means for a conversation."""
        place = tuple((visit.name, visit.next_message) for visit in conversation.stages)
        known = self._outlooks.get(place)
        if known is None:
            known = self._outlook(conversation)
            if len(self._outlooks) < _REMEMBERED:
                self._outlooks[place] = known
        return known

    def _outlook(self, conversation: Conversation) -> Outlook:
        heard = frozenset(
            (visit.name, index)
            for visit in conversation.stages
            for index in range(visit.next_message)
        )
        before = frozenset(messages_ahead(conversation, self._old))
        ahead = tuple(messages_ahead(conversation, self._new))
        return Outlook(
            heard=heard,
            ahead=frozenset(ahead),
            dropped=before - frozenset(self._new_words),
            repeated=self._repeated(heard, before, ahead),
            passed=self._passed(conversation),
            goes_back_to=self._goes_back_to(conversation),
        )

    def _repeated(
        self, heard: frozenset[Position], before: frozenset[Position], ahead: tuple[Position, ...]
    ) -> tuple[Position, ...]:
        """Return what would be said again; what the older version repeats was meant so."""
        said = {self._old_words[position] for position in heard if position in self._old_words}
        said -= {self._old_words[position] for position in before}
        return tuple(position for position in ahead if self._new_words[position] in said)

    def _passed(self, conversation: Conversation) -> tuple[StageName, ...]:
        expected = {*self.stages_added, *(stage.name for stage in _ahead(conversation, self._old))}
        visited = {visit.name for visit in conversation.stages}
        entered = {stage.name for stage in _ahead(conversation, self._new)} | visited
        return tuple(
            stage.name
            for stage in self._new.stages
            if stage.name in expected and stage.name not in entered and not stage.skip_in_order
        )

    def _goes_back_to(self, conversation: Conversation) -> StageName | None:
        current, order = conversation.current_stage, self._old.stage_names
        if current not in self.stages_removed:
            return None
        following = next((stage.name for stage in _ahead(conversation, self._new)), None)
        if following not in order or order.index(following) > order.index(current):
            return None
        return following


def messages_ahead(conversation: Conversation, template: CampaignTemplate) -> Iterator[Position]:
    """Yield the positions that a template may still say to a conversation, in their order."""
    current, visit = conversation.current_stage, conversation.visit
    if current in template.stage_names:
        count = len(template.stage(current).messages)
        yield from ((current, index) for index in range(visit.next_message, count))
    for stage in _ahead(conversation, template):
        yield from ((stage.name, index) for index in range(len(stage.messages)))


def _ahead(conversation: Conversation, template: CampaignTemplate) -> tuple[Stage, ...]:
    """Return the stages that follow the one that is under way."""
    is_there = conversation.current_stage in template.stage_names
    following = (stage_after if is_there else stage_after_removed)(conversation, template)
    if following is None:
        return ()
    visited = {visit.name for visit in conversation.stages}
    position = template.stage_names.index(following.name)
    return tuple(
        stage
        for stage in template.stages[position:]
        if not stage.skip_in_order and stage.name not in visited
    )


def _words(template: CampaignTemplate, without: frozenset[str]) -> dict[Position, str]:
    """Return what makes the words of each message, as text that can be compared."""
    return {
        (stage.name, index): _words_of(message, without)
        for stage in template.stages
        for index, message in enumerate(stage.messages)
    }


def _words_of(message: MessageTemplate, without: frozenset[str]) -> str:
    return message.model_dump_json(exclude=set(without))
