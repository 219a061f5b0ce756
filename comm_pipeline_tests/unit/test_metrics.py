"""The metrics document's shape, and the rules by which counts agree."""

from dataclasses import replace

import pytest

from comm_pipeline.domain.metrics import (
    CampaignCounts,
    ConversationCount,
    CrossCounts,
    StageMetrics,
    reconcile,
)
from comm_pipeline_tests.metrics_builders import COUNTS, CROSS, DOCUMENTED, a_campaign, some_metrics


def test_the_document_has_the_documented_shape() -> None:
    dumped = some_metrics().model_dump(mode="json")
    assert {name: dumped[name] for name in DOCUMENTED} == DOCUMENTED
    assert list(dumped["stage_metrics"]["awareness"]) == [
        "entered",
        "completed",
        "avg_duration_seconds",
    ]


def test_what_storage_adds_is_not_part_of_the_document() -> None:
    assert "day" not in some_metrics(day="latest", _id="campaign123").model_dump()


@pytest.mark.parametrize(("entered", "completed", "share"), [(0, 0, 0.0), (4, 1, 0.25)])
def test_conversion(entered: int, completed: int, share: float) -> None:
    assert StageMetrics(entered=entered, completed=completed).conversion == share


def test_counts_that_agree_have_no_discrepancy() -> None:
    assert reconcile(a_campaign(), COUNTS, CROSS) == []


def test_recipients_are_compared_once_the_campaign_is_initialised() -> None:
    assert reconcile(a_campaign(total_recipients=101), COUNTS, CROSS) == [
        "recipients: 101, but conversations of any status: 100"
    ]
    early = a_campaign(total_recipients=101, conversation_states_initialized=False)
    assert reconcile(early, COUNTS, CROSS) == []


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (
            ConversationCount("completed", None, 100, 252, 120, 70),
            "completed conversations have no",
        ),
        (
            ConversationCount("active", "success", 100, 252, 120, 70),
            "active conversations have suc",
        ),
    ],
)
def test_an_outcome_stands_beside_an_end_only(row: ConversationCount, words: str) -> None:
    (found,) = reconcile(a_campaign(), replace(COUNTS, conversations=[row]), CROSS)
    assert words in found


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"written": 251, "unreserved": -1},
            "messages_sent: 252, but outbound history entries: 251",
        ),
        ({"unreserved": 1}, "ledger entries: 252, and in outboxes only: 1"),
        (
            {"heard": 119, "applied_replies": 119},
            "messages_received: 120, but inbound history entries: 119",
        ),
        ({"applied_replies": 121, "waiting_replies": 5}, "applied replies: 121"),
        ({"applied_replies": 118, "waiting_replies": 1}, "applied replies: 118, and waiting"),
    ],
)
def test_messages_that_disagree(changes: dict[str, int], words: str) -> None:
    (found,) = reconcile(a_campaign(), COUNTS, replace(CROSS, **changes))
    assert words in found


def test_a_reply_in_a_history_may_wait_to_be_settled() -> None:
    cross = replace(CROSS, applied_replies=118, waiting_replies=7)
    assert reconcile(a_campaign(), COUNTS, cross) == []


def test_a_stage_entered_without_a_progression() -> None:
    stages = [*COUNTS.stages[:-1], COUNTS.stages[-1]._replace(entered=51)]
    assert reconcile(a_campaign(), replace(COUNTS, stages=stages), CROSS) == [
        "stages entered: 171, but conversations and their progressions: 170"
    ]


def test_a_campaign_without_conversations() -> None:
    campaign = a_campaign(total_recipients=0)
    assert reconcile(campaign, CampaignCounts([], [], []), CrossCounts(0, 0, 0, 0, 0)) == []
