"""Which texts of a message somebody can get: the composer is asked, with places in place of words.

Nothing of its rules is repeated here: the sources that it puts together for a variant, a channel
and a follow-up are the ones that this recipient gets.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from comm_pipeline.domain.follow_up_strategies import Engagement
from comm_pipeline.domain.template_content import MessageTemplate
from comm_pipeline.domain.template_sources import message_sources, with_places
from comm_pipeline.domain.templates import CampaignTemplate
from comm_pipeline.services.checking.texts import SUBJECT, CheckedText, TextMessage, channel_of
from comm_pipeline.services.composer import Said, parts_of, possible_texts

#: Ways through a message that are remembered.
_REMEMBERED: Final = 1_000

#: Decides a condition; None: nobody knows before the campaign runs.
Decides = Callable[[str], bool | None]
_Way = tuple[TextMessage, int | None, tuple[bool | None, ...], tuple[str, ...]]


class SaidWords:
    """The places of the texts that are said, by anybody or by one way through a message."""

    def __init__(self, template: CampaignTemplate, initial_stage: str) -> None:
        names = [str(name) for name in template.stage_names]
        self._template = template
        self._reached = frozenset(names[names.index(initial_stage) :])
        self._marked: dict[TextMessage, MessageTemplate] = {}
        self._named: dict[TextMessage, frozenset[str]] = {}
        self._known: dict[_Way, frozenset[str]] = {}

    def texts(self, texts: Sequence[CheckedText]) -> list[CheckedText]:
        """Return the texts that anybody can get, and the conditions that are asked."""
        said: set[str] = set()
        for message in messages_of(texts):
            if message.stage.name in self._reached:
                said.update(self._by_anybody(message))
        return [text for text in texts if self._is_asked(text) or text.place in said]

    def by(
        self,
        message: TextMessage,
        variant: int | None,
        decides: Decides,
        channels: tuple[str, ...],
    ) -> frozenset[str]:
        """Return the places of what a recipient may get, by the number of their variant."""
        way = (message, variant, _decisions(message.message, decides), channels)
        if way not in self._known:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[way] = frozenset(self._places(message, variant, decides, channels))
        return self._known[way]

    def _is_asked(self, text: CheckedText) -> bool:
        is_reached = text.message is not None and text.message.stage.name in self._reached
        return text.is_condition and is_reached

    def _by_anybody(self, message: TextMessage) -> Iterator[str]:
        variants = range(len(message.message.variants)) or (None,)
        for variant in variants:
            yield from self._places(message, variant, _undecided, self._template.channel_order)

    def _places(
        self, message: TextMessage, variant: int | None, decides: Decides, channels: Sequence[str]
    ) -> Iterator[str]:
        marked = self._marked_message(message)
        said: Said = marked if variant is None else marked.variants[variant].completed_by(marked)
        subject = SUBJECT if self._template.subject else ""
        # The last text serves all further follow-ups; without any, they repeat what was said.
        count = min(self._most_follow_ups(message), len(said.follow_up_templates))
        for follow_up in range(count + 1):
            for chosen in possible_texts(said, marked, follow_up, decides):
                for channel in self._that_differ(message, channels):
                    parts = parts_of(chosen, said, channel, subject, follow_up)
                    # A follow-up says so before the subject of its message.
                    yield parts.subject.removeprefix("Re: ")
                    yield parts.text
                    if parts.html is not None:
                        yield parts.html

    def _that_differ(self, message: TextMessage, channels: Sequence[str]) -> list[str]:
        """Return the channels that have words of their own in a message, and one that has none."""
        if message not in self._named:
            sources = message_sources(message.place, message.message)
            named = (channel_of(source.place) for source in sources)
            self._named[message] = frozenset(one for one in named if one is not None)
        own = [channel for channel in channels if channel in self._named[message]]
        return own + [one for one in channels if one not in own][:1]

    def _marked_message(self, message: TextMessage) -> MessageTemplate:
        if message not in self._marked:
            self._marked[message] = with_places(message.place, message.message)
        return self._marked[message]

    def _most_follow_ups(self, message: TextMessage) -> int:
        """Return how many follow-ups the message can get, however readily somebody answers."""
        stages = (self._template.stage_for(message.stage.name, one) for one in Engagement)
        return max(stage.max_follow_ups(stage.messages[message.number]) for stage in stages)


def messages_of(texts: Sequence[CheckedText]) -> tuple[TextMessage, ...]:
    """Return the messages that the texts belong to, each once."""
    return tuple(dict.fromkeys(text.message for text in texts if text.message is not None))


def _undecided(_: str) -> None:
    return None


def _decisions(message: MessageTemplate, decides: Decides) -> tuple[bool | None, ...]:
    """Return what is decided of the conditions, up to the first that holds."""
    decided: list[bool | None] = []
    for conditional in message.conditional_templates:
        decided.append(decides(conditional.condition))
        if decided[-1]:
            break
    return tuple(decided)
