"""What arrived, and what is due back."""

from collections.abc import Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from comm_pipeline.channels.base import ChannelMessage
from comm_pipeline.domain.ids import (
    CampaignId,
    RecipientId,
    StageName,
    conversation_id,
    message_key,
)
from comm_pipeline.domain.replies import InboundMessage
from comm_pipeline.simulation.audience import Reaction, ReceivedMessage
from comm_pipeline.simulation.correspondence import Correspondence
from comm_pipeline_tests.simulation_builders import START

CAMPAIGN = CampaignId("campaign_x")
HOUR = timedelta(hours=1)


class Scripted:
    """Answers every message after an hour; ``last`` are those who then say stop."""

    def __init__(self, *last: str) -> None:
        self.read: list[ReceivedMessage] = []
        self._last = last

    def has_mailbox(self, recipient_id: str) -> bool:
        return recipient_id != "nobody"

    def react(self, message: ReceivedMessage, zone: ZoneInfo | None) -> Sequence[Reaction]:
        self.read.append(message)
        is_last = message.recipient_id in self._last
        return [
            Reaction(message.at + HOUR, f"to {message.stage}", is_last=is_last),
            Reaction(message.at + HOUR / 60, "away", is_automatic=True),
        ]


def offered(
    recipient: str, stage: str = "first", index: int = 0, follow_up: int = 0
) -> ChannelMessage:
    conversation = conversation_id(CAMPAIGN, RecipientId(recipient))
    key = message_key(conversation, StageName(stage), index, follow_up)
    return ChannelMessage(
        idempotency_key=key,
        message_id=f"<{key}>",
        recipient_address="ann@example.com",
        subject="Hello",
        text="Hello",
    )


def test_recipient_and_place_are_read_from_the_key() -> None:
    audience = Scripted()
    letters = Correspondence(CAMPAIGN, ["first", "a b:c/ä"], audience)
    letters.receive([offered("weird: id/ü%", "a b:c/ä", 3, 12)], {}, START)
    (read,) = audience.read
    place = (read.recipient_id, read.stage, read.message_index, read.follow_up)
    assert place == ("weird: id/ü%", "a b:c/ä", 3, 12)
    assert not letters.has_mailbox(offered("nobody"))


def test_messages_are_read_in_the_same_order_whatever_the_channel_did() -> None:
    messages = [offered("b"), offered("a", "second"), offered("a", "first", 1), offered("a")]
    read = []
    for order in (messages, messages[::-1]):
        audience = Scripted()
        Correspondence(CAMPAIGN, ["first", "second"], audience).receive(order, {}, START)
        read.append([(one.recipient_id, one.stage, one.message_index) for one in audience.read])
    assert (
        read[0]
        == read[1]
        == [("a", "first", 0), ("a", "first", 1), ("a", "second", 0), ("b", "first", 0)]
    )


def test_nobody_has_two_answers_in_mind() -> None:
    letters = Correspondence(CAMPAIGN, ["first", "second"], Scripted())
    letters.receive([offered("a"), offered("a", "second")], {}, START)
    texts = [one["text"] for one in letters.take_due(START + HOUR)]
    assert texts == ["away", "away", "to first"]
    letters.receive([offered("a", "second", 1)], {}, START + HOUR)
    assert [one["text"] for one in letters.take_due(START + 2 * HOUR)] == ["away", "to second"]


def test_whoever_says_stop_writes_no_more_but_their_mail_program_may() -> None:
    letters = Correspondence(CAMPAIGN, ["first", "second"], Scripted("a"))
    letters.receive([offered("a")], {}, START)
    letters.take_due(START + HOUR)
    letters.receive([offered("a", "second")], {}, START + HOUR)
    assert letters.take_due(START + 9 * HOUR) == []
    assert letters.next_due_at is None


def test_a_reply_is_due_at_its_time_and_is_a_message_of_a_mailbox() -> None:
    letters = Correspondence(CAMPAIGN, ["first"], Scripted())
    letters.receive([offered("a")], {}, START)
    assert letters.next_due_at == START + HOUR / 60
    assert letters.take_due(START) == []
    _, reply = letters.take_due(START + HOUR)
    read = InboundMessage.model_validate(reply)
    assert (read.subject, read.received_at) == ("Re: Hello", START + HOUR)
    assert read.in_reply_to == offered("a").message_id
