"""What a suppression means: its kind, also of entries older than kinds, and how it is told."""

import pytest

from comm_pipeline.domain.statuses import Outcome
from comm_pipeline.domain.suppressions import Suppression, SuppressionKind


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("bounced: 550 no such user", SuppressionKind.BOUNCE),
        ("mail to the address bounced: 5.1.1", SuppressionKind.BOUNCE),
        ("complained: feedback loop", SuppressionKind.COMPLAINT),
        ("the recipient called our mail unwanted", SuppressionKind.COMPLAINT),
        ("opted out in campaign campaign_1", SuppressionKind.OPT_OUT),
        ("asked by phone", SuppressionKind.OPT_OUT),
        (None, SuppressionKind.OPT_OUT),
    ],
)
def test_an_entry_without_a_kind_is_read_by_its_reason(
    reason: str | None, kind: SuppressionKind
) -> None:
    assert Suppression.of({"_id": "a@example.com", "reason": reason}).kind is kind


def test_a_kind_that_is_given_counts_whatever_the_reason_says() -> None:
    document = {"kind": "opt_out", "reason": "bounced: 550"}
    assert Suppression.of(document).kind is SuppressionKind.OPT_OUT


def test_only_a_bounce_is_no_opt_out() -> None:
    assert {kind: kind.outcome for kind in SuppressionKind} == {
        SuppressionKind.OPT_OUT: Outcome.OPTED_OUT,
        SuppressionKind.COMPLAINT: Outcome.OPTED_OUT,
        SuppressionKind.BOUNCE: Outcome.BOUNCED,
        SuppressionKind.POSSIBLE_OPT_OUT: Outcome.OPTED_OUT,
    }


def test_only_a_doubt_is_not_final() -> None:
    final = Suppression(SuppressionKind.OPT_OUT, "said so")
    doubtful = Suppression(SuppressionKind.POSSIBLE_OPT_OUT, "may have said so")
    assert (final.told_if_final, final.told_if_doubtful) == ("said so (opt-out)", None)
    assert (doubtful.told_if_final, doubtful.told_if_doubtful) == (None, "may have said so")


@pytest.mark.parametrize(
    ("suppression", "told"),
    [
        (Suppression(SuppressionKind.OPT_OUT, "asked by phone"), "asked by phone (opt-out)"),
        (Suppression(SuppressionKind.BOUNCE, "bounced: 550"), "bounced: 550 (bounce)"),
        (Suppression(SuppressionKind.COMPLAINT, ""), "complaint"),
    ],
)
def test_what_people_read_says_which_kind_it_is(suppression: Suppression, told: str) -> None:
    assert suppression.told == told
