"""Conversations are shared out to senders evenly, and move only when their sender goes."""

from collections import Counter

from comm_pipeline.channels.senders import sender_of_conversation

SENDERS = ("a@acme.example", "b@acme.example", "c@acme.example")
CONVERSATIONS = [f"campaign_1:user_{number}" for number in range(3_000)]


def test_every_sender_gets_its_share() -> None:
    counts = Counter(sender_of_conversation(SENDERS, one) for one in CONVERSATIONS)
    # 1,000 each; the standard deviation of such a share is 26.
    assert all(870 < counts[sender] < 1_130 for sender in SENDERS)


def test_a_sender_less_moves_its_conversations_only() -> None:
    for one in CONVERSATIONS:
        before = sender_of_conversation(SENDERS, one)
        after = sender_of_conversation(SENDERS[:2], one)
        assert after == before or before == SENDERS[2]


def test_the_order_in_which_they_are_named_changes_nothing() -> None:
    backwards = SENDERS[::-1]
    assert all(
        sender_of_conversation(SENDERS, one) == sender_of_conversation(backwards, one)
        for one in CONVERSATIONS
    )
