"""The reasons that ``explain`` shows of a stage, each as a whole; and ends at one time."""

from typing import Any

import pytest

from comm_pipeline.domain.conversations import StageVisit
from comm_pipeline.domain.progression import Verdict, evaluate_progression
from comm_pipeline_tests.builders import a_message, a_stage, a_visit, a_visit_after_message, at


def silent(**changes: Any) -> StageVisit:
    """Return a visit whose first message left at 0 h, without an answer."""
    return a_visit_after_message(**changes)


def answered(*named: str, responses: int = 1) -> StageVisit:
    """Return a visit that was answered at 1 h."""
    return silent(responses=responses, last_response_at=at(1), named_responses=named)


@pytest.mark.parametrize(
    ("rules", "visit", "hours", "reason"),
    [
        ({}, a_visit(), 0, "the first message has not left yet"),
        ({}, silent(), 0, "waits for a response (0 of 1)"),
        ({"min_responses_required": 2}, answered(), 1, "waits for a response (1 of 2)"),
        ({"specific_response_required": "deal"}, silent(), 0, "waits for the response deal"),
        (
            {"specific_response_required": "deal", "min_responses_required": 2},
            answered("deal"),
            1,
            "waits for a response (1 of 2)",
        ),
        (
            {"response_required": False, "min_stage_duration_hours": 5},
            silent(),
            1,
            "the stage's time is not over",
        ),
        ({}, answered(), 1, "1 response(s) received"),
        ({}, answered("deal", "meeting", responses=2), 1, "2 response(s) received (deal, meeting)"),
        (
            {"min_stage_duration_hours": 5},
            answered("deal"),
            1,
            "1 response(s) received (deal); the stage's minimum duration is not over",
        ),
        ({"max_stage_duration_hours": 1.5}, silent(), 2, "1.5 hours in the stage are over"),
        ({"response_required": False}, silent(), 0, "no response is required"),
        (
            {"max_follow_ups": 2},
            silent(follow_ups_sent=2, last_sent_at=at(96)),
            144,
            "no response after 2 follow-ups",
        ),
        (
            {"min_responses_required": 2},
            answered(),
            49,
            "an answer came, but not the one that the stage needs",
        ),
        ({"escalation_after_hours": 12}, silent(), 12, "no sufficient response within 12 hours"),
    ],
)
def test_a_reason_says_what_is_waited_for_or_what_has_happened(
    rules: dict[str, Any], visit: StageVisit, hours: float, reason: str
) -> None:
    assert evaluate_progression(visit, a_stage(**rules), 1.0, at(hours)).reason == reason


def test_of_two_ends_at_one_time_the_maximum_is_told() -> None:
    # One follow-up at 48 h; silence ends at 96 h, and so does the stage.
    stage = a_stage(max_follow_ups=1, max_stage_duration_hours=96)
    visit = silent(follow_ups_sent=1, last_sent_at=at(48))
    assert evaluate_progression(visit, stage, 1.0, at(96)).rule == "max_stage_duration_hours"


def test_a_stage_that_no_longer_has_its_latest_message_follows_nothing_up() -> None:
    # Two messages were said; the newer version has the first one only, with its follow-ups.
    stage = a_stage(messages=(a_message(max_follow_ups=2),), response_required=False)
    found = evaluate_progression(silent(next_message=2), stage, 1.0, at(1))
    assert (found.verdict, found.rule) == (Verdict.ADVANCE, "everything_said")
