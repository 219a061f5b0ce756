import pytest

from comm_pipeline.domain.sending_health import PauseRules, SendingCounts, why_pause

RULES = PauseRules(bounce_share=0.1, fewest_bounces=20, complaint_share=0.003, fewest_complaints=5)


@pytest.mark.parametrize(
    ("counts", "reason"),
    [
        (SendingCounts(), None),
        # 19 bounces are too few to judge by, whatever their share.
        (SendingCounts(offered=19, bounced=19), None),
        (
            SendingCounts(offered=20, bounced=20),
            "20 of 20 messages bounced (100.0%; allowed: 10.0%)",
        ),
        # 20 of 200 are a tenth, and not more.
        (SendingCounts(offered=200, bounced=20), None),
        (SendingCounts(offered=199, bounced=20), "20 of 199 messages bounced (10.1%"),
        (SendingCounts(offered=1_000, complained=4), None),
        (SendingCounts(offered=1_000, complained=5), "5 of 1000 messages were complained of (0.5%"),
        (SendingCounts(offered=2_000, complained=6), None),
    ],
)
def test_a_share_and_a_number_must_both_be_passed(
    counts: SendingCounts, reason: str | None
) -> None:
    found = why_pause(counts, RULES)
    assert (found is None) if reason is None else (found or "").startswith(reason)


def test_statuses_are_counted_of_what_was_offered() -> None:
    by_status = {"queued": 5, "sent": 4, "delivered": 3, "bounced": 2, "complained": 1, "failed": 9}
    assert SendingCounts.of(by_status) == SendingCounts(offered=10, bounced=2, complained=1)


def test_what_was_counted_before_does_not_count_again() -> None:
    now, then = SendingCounts(100, 30, 3), SendingCounts.read({"offered": 60, "bounced": 28})
    assert now.since(then) == SendingCounts(40, 2, 3)


@pytest.mark.parametrize("offered", [100, 105])
def test_bounces_of_earlier_messages_are_no_more_than_all(offered: int) -> None:
    since = SendingCounts(offered, bounced=60).since(SendingCounts(100, bounced=40))
    assert why_pause(since, RULES) == "20 of 20 messages bounced (100.0%; allowed: 10.0%)"
