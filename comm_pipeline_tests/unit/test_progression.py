"""Every rule in the docstring of ``domain.progression``, with the numbers that follow from it."""

from datetime import datetime
from typing import Any

import pytest

from comm_pipeline.domain.conversations import StageVisit
from comm_pipeline.domain.progression import (
    Progression,
    Verdict,
    current_message,
    evaluate_progression,
    is_satisfied,
    stage_clock_start,
)
from comm_pipeline.domain.templates import Stage
from comm_pipeline_tests.builders import a_message, a_stage, a_visit, a_visit_after_message, at

STAY, ADVANCE, FAIL, ESCALATE = Verdict.STAY, Verdict.ADVANCE, Verdict.FAIL, Verdict.ESCALATE

#: The three examples of the configuration guide, under "Stage Progression Rules".
TIME_BASED: dict[str, Any] = {
    "response_required": False,
    "min_stage_duration_hours": 24,
    "max_stage_duration_hours": 72,
    "auto_advance_after_max_duration": True,
}
RESPONSE_BASED: dict[str, Any] = {
    "response_required": True,
    "specific_response_required": "appointment_accepted",
    "min_stage_duration_hours": 0,
    "max_stage_duration_hours": 168,
    "max_follow_ups": 3,
    "advance_on_failure": True,
}
HYBRID: dict[str, Any] = {
    "response_required": True,
    "min_responses_required": 2,
    "min_stage_duration_hours": 48,
    "max_stage_duration_hours": 168,
    "advance_on_failure": False,
    "escalation_after_hours": 120,
    "escalation_action": "notify_manager",
}


def silent(**changes: Any) -> StageVisit:
    """Return a visit whose first message left at 0 h, without an answer."""
    return a_visit_after_message(**changes)


def answered(hours: float = 1, *named: str, responses: int = 1, **changes: Any) -> StageVisit:
    fields: dict[str, Any] = {
        "responses": responses,
        "last_response_at": at(hours),
        "named_responses": named,
    }
    return a_visit_after_message(**(fields | changes))


def followed_up(number: int, hours: float, **changes: Any) -> StageVisit:
    """Return a silent visit whose latest follow-up left at ``hours``."""
    return silent(follow_ups_sent=number, last_sent_at=at(hours), **changes)


def evaluate(visit: StageVisit, stage: Stage, hours: float, factor: float = 1.0) -> Progression:
    return evaluate_progression(visit, stage, factor, at(hours))


def shown(progression: Progression) -> tuple[Verdict, str, datetime | None]:
    return progression.verdict, progression.rule, progression.until


@pytest.mark.parametrize(
    ("visit", "hours", "verdict", "rule", "until"),
    [
        # Entered at 0, first message at 0, minimum 24, maximum 72.
        (a_visit(), 0, STAY, "first_message", None),
        (silent(), 0, STAY, "waiting_for_response", 72),
        (silent(), 24, STAY, "waiting_for_response", 72),
        (silent(), 71.99, STAY, "waiting_for_response", 72),
        (silent(), 72, ADVANCE, "auto_advance_after_max_duration", None),
        (silent(), 500, ADVANCE, "auto_advance_after_max_duration", None),
        # An answer shortens the stage, but not below its minimum.
        (answered(1), 1, STAY, "min_stage_duration_hours", 24),
        (answered(1), 24, ADVANCE, "response", None),
        (answered(30), 30, ADVANCE, "response", None),
        # An answer at 100 h, read before the stage was left at 72 h, is the better reason.
        (answered(100), 100, ADVANCE, "response", None),
    ],
)
def test_time_based_progression(
    visit: StageVisit, hours: float, verdict: Verdict, rule: str, until: float | None
) -> None:
    stage = a_stage(**TIME_BASED)
    expected = verdict, rule, None if until is None else at(until)
    assert shown(evaluate(visit, stage, hours)) == expected


@pytest.mark.parametrize(
    ("visit", "hours", "verdict", "rule", "until"),
    [
        # Maximum 168; three follow-ups, 48 h apart: they leave at 48, 96 and 144.
        (silent(), 0, STAY, "waiting_for_response", 168),
        (answered(1), 1, STAY, "waiting_for_response", 168),
        (answered(1, "other"), 1, STAY, "waiting_for_response", 168),
        (answered(1, "appointment_accepted"), 1, ADVANCE, "response", None),
        (answered(1, "other", "appointment_accepted"), 1, ADVANCE, "response", None),
        # The third follow-up at 144 would be answered until 144 + 48 = 192, after the maximum.
        (followed_up(3, 144), 167, STAY, "waiting_for_response", 168),
        (followed_up(3, 144), 168, ADVANCE, "advance_on_failure", None),
        (answered(1), 168, ADVANCE, "advance_on_failure", None),
        # With the third at 100 (a shorter delay was in force), silence ends at 100 + 48 = 148.
        (followed_up(3, 100), 147, STAY, "waiting_for_response", 148),
        (followed_up(3, 100), 148, ADVANCE, "advance_on_failure", None),
        # Two of three follow-ups: not everything is said.
        (followed_up(2, 96), 150, STAY, "waiting_for_response", 168),
    ],
)
def test_response_based_progression(
    visit: StageVisit, hours: float, verdict: Verdict, rule: str, until: float | None
) -> None:
    stage = a_stage(**RESPONSE_BASED)
    expected = verdict, rule, None if until is None else at(until)
    assert shown(evaluate(visit, stage, hours)) == expected


@pytest.mark.parametrize(
    ("visit", "hours", "verdict", "rule", "until"),
    [
        # Two responses, minimum 48, maximum 168, a person is called at 120; no follow-ups.
        (silent(), 0, STAY, "waiting_for_response", 120),
        (answered(1), 1, STAY, "waiting_for_response", 120),
        (answered(2, responses=2), 2, STAY, "min_stage_duration_hours", 48),
        (answered(2, responses=2), 48, ADVANCE, "response", None),
        (answered(2, responses=3), 48, ADVANCE, "response", None),
        (answered(1), 119.9, STAY, "waiting_for_response", 120),
        (answered(1), 120, ESCALATE, "escalation_after_hours", None),
        (silent(), 120, ESCALATE, "escalation_after_hours", None),
        (answered(2, responses=2), 130, ADVANCE, "response", None),
        # Once called, a person is not called again; then the maximum is the end.
        (silent(is_escalated=True), 120, STAY, "waiting_for_response", 168),
        (silent(is_escalated=True), 168, FAIL, "max_stage_duration_hours", None),
        (answered(1, is_escalated=True), 168, FAIL, "max_stage_duration_hours", None),
        # First asked after the maximum: the stage has failed, and nobody is called for it.
        (silent(), 168, FAIL, "max_stage_duration_hours", None),
    ],
)
def test_hybrid_progression(
    visit: StageVisit, hours: float, verdict: Verdict, rule: str, until: float | None
) -> None:
    stage = a_stage(**HYBRID)
    expected = verdict, rule, None if until is None else at(until)
    assert shown(evaluate(visit, stage, hours)) == expected


def test_the_reason_of_an_escalation_names_the_hours() -> None:
    assert "120 hours" in evaluate(silent(), a_stage(**HYBRID), 120).reason


@pytest.mark.parametrize(
    ("rules", "verdict", "rule"),
    [
        # Rule 2, in the order of its parts, one hour after a maximum of 10.
        ({"auto_advance_after_max_duration": True}, ADVANCE, "auto_advance_after_max_duration"),
        (
            {"auto_advance_after_max_duration": True, "advance_on_failure": True},
            ADVANCE,
            "auto_advance_after_max_duration",
        ),
        ({"advance_on_failure": True}, ADVANCE, "advance_on_failure"),
        ({}, FAIL, "max_stage_duration_hours"),
    ],
)
def test_what_the_maximum_means(rules: dict[str, Any], verdict: Verdict, rule: str) -> None:
    stage = a_stage(max_stage_duration_hours=10, **rules)
    assert shown(evaluate(silent(), stage, 11)) == (verdict, rule, None)


def test_without_a_required_response_the_maximum_advances() -> None:
    # The second message would leave at 100, after the maximum of 10.
    messages = (a_message(), a_message(delay_hours=100))
    stage = a_stage(messages=messages, response_required=False, max_stage_duration_hours=10)
    assert shown(evaluate(silent(), stage, 10)) == (ADVANCE, "max_stage_duration_hours", None)


@pytest.mark.parametrize(
    ("timing", "rules", "visit", "silence_ends"),
    [
        # Rule 3: the last thing said, and one more follow-up delay of silence.
        ({}, {}, silent(), 48),
        ({"follow_up_delay_hours": 10}, {}, silent(), 10),
        ({"max_follow_ups": 2}, {}, followed_up(2, 96), 144),
        ({"max_follow_ups": 2, "follow_up_delay_hours": 24}, {}, followed_up(2, 48), 72),
        # The stage's number of follow-ups goes before the message's: one, sent at 48.
        ({"max_follow_ups": 5}, {"max_follow_ups": 1}, followed_up(1, 48), 96),
        # The minimum holds the end: 48 h of silence are over, 60 h of stage are not.
        ({}, {"min_stage_duration_hours": 60}, silent(), 60),
    ],
)
def test_silence_fails_a_stage_that_wants_a_response(
    timing: dict[str, Any], rules: dict[str, Any], visit: StageVisit, silence_ends: float
) -> None:
    stage = a_stage(messages=(a_message(**timing),), **rules)
    waiting = evaluate(visit, stage, silence_ends - 0.01)
    assert shown(waiting) == (STAY, "waiting_for_response", at(silence_ends))
    assert shown(evaluate(visit, stage, silence_ends)) == (FAIL, "max_follow_ups", None)


def test_silence_advances_a_stage_that_may_fail() -> None:
    stage = a_stage(advance_on_failure=True)
    assert shown(evaluate(silent(), stage, 48)) == (ADVANCE, "advance_on_failure", None)


def test_silence_after_follow_ups_comes_before_a_later_maximum() -> None:
    # One follow-up at 48, silence until 96; the maximum would be 168.
    stage = a_stage(max_follow_ups=1, max_stage_duration_hours=168)
    assert shown(evaluate(followed_up(1, 48), stage, 96)) == (FAIL, "max_follow_ups", None)


def test_without_follow_ups_a_maximum_is_how_long_an_answer_may_take() -> None:
    stage = a_stage(max_stage_duration_hours=168)
    assert shown(evaluate(silent(), stage, 167)) == (STAY, "waiting_for_response", at(168))
    assert evaluate(silent(), stage, 168).verdict is FAIL


def test_who_asked_to_be_advanced_at_the_maximum_waits_for_it() -> None:
    # Silence would end at 48 + 48 = 96.
    stage = a_stage(
        max_follow_ups=1, max_stage_duration_hours=168, auto_advance_after_max_duration=True
    )
    visit = followed_up(1, 48)
    assert shown(evaluate(visit, stage, 100)) == (STAY, "waiting_for_response", at(168))
    assert evaluate(visit, stage, 168).verdict is ADVANCE


def test_without_a_required_response_nobody_is_waited_for() -> None:
    stage = a_stage(response_required=False)
    assert shown(evaluate(silent(), stage, 0)) == (ADVANCE, "everything_said", None)


def test_without_a_required_response_the_minimum_still_holds() -> None:
    stage = a_stage(response_required=False, min_stage_duration_hours=24)
    assert shown(evaluate(silent(), stage, 1)) == (STAY, "waiting_for_response", at(24))
    assert shown(evaluate(silent(), stage, 24)) == (ADVANCE, "everything_said", None)


def test_everything_said_means_every_message_and_every_follow_up() -> None:
    stage = a_stage(messages=(a_message(), a_message(max_follow_ups=1)), response_required=False)
    assert evaluate(silent(), stage, 1).verdict is STAY
    assert evaluate(silent(next_message=2), stage, 1).verdict is STAY
    said = silent(next_message=2, follow_ups_sent=1)
    assert evaluate(said, stage, 1).rule == "everything_said"


def test_an_insufficient_answer_ends_the_silence() -> None:
    # The answer at 1 h came after the only message: only the maximum ends the stage.
    stage = a_stage(min_responses_required=2, max_follow_ups=1, max_stage_duration_hours=100)
    assert shown(evaluate(answered(1), stage, 99)) == (STAY, "waiting_for_response", at(100))


def test_an_answer_at_the_very_instant_of_a_message_came_before_it() -> None:
    # A pass applies replies first, then speaks, at one `now`: the new message is unanswered.
    stage = a_stage(messages=(a_message(), a_message()), min_responses_required=2)
    visit = answered(5, next_message=2, last_sent_at=at(5))
    assert shown(evaluate(visit, stage, 6)) == (STAY, "waiting_for_response", at(53))
    assert shown(evaluate(visit, stage, 53)) == (FAIL, "max_follow_ups", None)


@pytest.mark.parametrize(("hours", "verdict"), [(11, STAY), (12, ESCALATE), (13, ESCALATE)])
def test_escalation_counts_from_the_stage_and_needs_no_minimum(
    hours: float, verdict: Verdict
) -> None:
    stage = a_stage(escalation_after_hours=12, min_stage_duration_hours=24)
    assert evaluate(silent(), stage, hours).verdict is verdict


def test_nobody_is_called_for_an_answer_that_is_not_required() -> None:
    stage = a_stage(
        response_required=False,
        escalation_after_hours=12,
        max_stage_duration_hours=72,
        auto_advance_after_max_duration=True,
    )
    assert evaluate(silent(), stage, 13).verdict is STAY


def test_the_end_of_a_stage_goes_before_its_escalation() -> None:
    stage = a_stage(escalation_after_hours=48)
    assert evaluate(silent(), stage, 48).verdict is FAIL


@pytest.mark.parametrize(
    ("delay", "first_sent", "start"),
    [
        # Left as planned: the clock starts at the entry.
        (0, 0, 0),
        (24, 24, 0),
        # Left 6 h later than planned: so does the clock.
        (0, 6, 6),
        (24, 30, 6),
        # Left earlier than planned (the factor was lowered since): never before the entry.
        (24, 20, 0),
    ],
)
def test_the_clock_stands_still_until_the_first_message(
    delay: float, first_sent: float, start: float
) -> None:
    stage = a_stage(messages=(a_message(delay_hours=delay),))
    visit = a_visit(first_sent_at=at(first_sent))
    assert stage_clock_start(visit, stage, 1.0) == at(start)


def test_a_stage_that_could_not_speak_has_not_failed() -> None:
    stage = a_stage(max_stage_duration_hours=10)
    assert stage_clock_start(a_visit(), stage, 1.0) is None
    assert shown(evaluate(a_visit(), stage, 1000)) == (STAY, "first_message", None)


def test_a_first_message_that_was_late_moves_every_duration() -> None:
    # It left at 30 instead of 24, so everything comes 6 h later: 120 -> 126, 48 -> 54.
    stage = a_stage(
        messages=(a_message(delay_hours=24),), **(HYBRID | {"min_responses_required": 1})
    )
    visit = a_visit(next_message=1, first_sent_at=at(30), last_sent_at=at(30))
    assert evaluate(visit, stage, 31).until == at(126)
    replied = visit.model_copy(update={"responses": 1, "last_response_at": at(31)})
    assert evaluate(replied, stage, 31).until == at(54)


def test_a_stage_without_messages_counts_from_its_entry() -> None:
    stage = a_stage(messages=(), response_required=False, min_stage_duration_hours=24)
    assert shown(evaluate(a_visit(), stage, 0)) == (STAY, "waiting_for_response", at(24))
    assert shown(evaluate(a_visit(), stage, 24)) == (ADVANCE, "everything_said", None)


def test_a_stage_without_messages_can_wait_for_a_response() -> None:
    stage = a_stage(messages=(), max_stage_duration_hours=24)
    assert evaluate(a_visit(), stage, 1).until == at(24)
    visit = a_visit(responses=1, last_response_at=at(1))
    assert evaluate(visit, stage, 1).rule == "response"


def test_the_factor_multiplies_every_duration() -> None:
    # Half of the time: 120 / 2 = 60, 168 / 2 = 84, 48 / 2 = 24.
    stage = a_stage(**HYBRID)
    assert evaluate(silent(), stage, 0, 0.5).until == at(60)
    assert evaluate(silent(is_escalated=True), stage, 60, 0.5).until == at(84)
    assert evaluate(answered(1, responses=2), stage, 1, 0.5).until == at(24)


@pytest.mark.parametrize(
    ("rules", "visit", "expected"),
    [
        ({}, silent(), False),
        ({}, answered(), True),
        ({"min_responses_required": 2}, answered(), False),
        ({"min_responses_required": 2}, answered(responses=2), True),
        ({"specific_response_required": "accept_proposal"}, answered(), False),
        ({"specific_response_required": "deal"}, answered(1, "deal"), True),
        # Both are asked for: the name alone is not enough.
        (
            {"specific_response_required": "deal", "min_responses_required": 2},
            answered(1, "deal"),
            False,
        ),
        ({"response_required": False}, silent(), False),
    ],
)
def test_when_a_stage_has_what_it_wants(
    rules: dict[str, Any], visit: StageVisit, expected: bool
) -> None:
    assert is_satisfied(visit, a_stage(**rules)) is expected


@pytest.mark.parametrize(("next_message", "expected"), [(0, None), (1, 0), (2, 1), (3, 1)])
def test_the_message_whose_follow_ups_are_due(next_message: int, expected: int | None) -> None:
    stage = a_stage(messages=(a_message("one"), a_message("two")))
    message = current_message(a_visit(next_message=next_message), stage)
    assert message == (None if expected is None else stage.messages[expected])
