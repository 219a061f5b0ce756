"""Conversations are shared out to senders evenly, and keep theirs for as long as it is named."""

from collections import Counter

import pytest

from comm_pipeline.channels.senders import sender_of_conversation
from comm_pipeline.channels.smtp_message import MessageWriter
from comm_pipeline_tests.smtp_servers import NOW, a_channel_message, an_smtp_config

SENDERS = ("a@acme.example", "b@acme.example", "c@acme.example")
CONVERSATIONS = [f"campaign_1:user_{number}" for number in range(3_000)]


def senders_of(*named: str, used: dict[str, str] | None = None) -> dict[str, str]:
    """Return who each conversation is written to from, as the settings name the senders."""
    writer = MessageWriter(an_smtp_config(25, sender=named[0], more_senders=named[1:]))
    before = used or {}
    return {
        one: writer.sender_for(one, [before[one]] if one in before else ()).spec.lower()
        for one in CONVERSATIONS
    }


def moved(before: dict[str, str], after: dict[str, str]) -> list[str]:
    return [one for one in before if after[one] != before[one]]


def test_every_sender_gets_its_share() -> None:
    counts = Counter(sender_of_conversation(SENDERS, one) for one in CONVERSATIONS)
    # 1,000 each; the standard deviation of such a share is 26.
    assert all(870 < counts[sender] < 1_130 for sender in SENDERS)


def test_a_sender_more_gets_new_conversations_only() -> None:
    before = senders_of(*SENDERS[:2])
    assert moved(before, senders_of(*SENDERS, used=before)) == []
    # Those that nobody was written in yet are shared out to three.
    anew = senders_of(*SENDERS)
    shared = moved(before, anew)
    assert 870 < len(shared) < 1_130
    assert {anew[one] for one in shared} == {SENDERS[2]}


def test_a_sender_less_moves_its_conversations_only() -> None:
    before = senders_of(*SENDERS)
    after = senders_of(*SENDERS[:2], used=before)
    assert {before[one] for one in moved(before, after)} == {SENDERS[2]}
    assert SENDERS[2] not in after.values()


def test_the_order_in_which_they_are_named_changes_nothing() -> None:
    assert moved(senders_of(*SENDERS), senders_of(*SENDERS[::-1])) == []


@pytest.mark.parametrize(
    "named",
    [
        ("Acme <a@acme.example>", "b@acme.example", "c@acme.example"),
        ("Acme <a@acme.example>", '"Ann, of Acme" <b@acme.example>', "Cé <c@acme.example>"),
        ("a@ACME.example", "B@Acme.Example", "c@acme.example"),
        (*SENDERS, "Acme <a@acme.example>"),
    ],
)
def test_only_the_address_counts(named: tuple[str, ...]) -> None:
    assert moved(senders_of(*SENDERS), senders_of(*named)) == []


def test_a_domain_is_the_same_in_both_its_forms() -> None:
    unicode, ascii_form = "a@bücher.example", "a@xn--bcher-kva.example"
    assert moved(senders_of("b@x.example", unicode), senders_of("b@x.example", ascii_form)) == []


def test_the_latest_that_is_still_named_is_kept() -> None:
    # By the hash it is another's.
    one = next(c for c in CONVERSATIONS if sender_of_conversation(SENDERS, c) == SENDERS[2])
    used = ["+491701234567", "gone@acme.example", SENDERS[1], SENDERS[0]]
    assert sender_of_conversation(SENDERS, one, used) == SENDERS[1]
    assert sender_of_conversation(SENDERS, one, used[:2]) == SENDERS[2]


def test_the_first_name_of_an_address_counts() -> None:
    config = an_smtp_config(25, sender="One <a@acme.example>", more_senders=("B <A@acme.example>",))
    writer = MessageWriter(config)
    assert not writer.has_several_senders
    assert b"One" in writer.envelope(a_channel_message(), NOW).body
