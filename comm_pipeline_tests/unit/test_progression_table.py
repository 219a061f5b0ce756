"""The table of docs/templates.md on leaving a stage, walked row by row."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from comm_pipeline.domain.conversations import StageVisit
from comm_pipeline.domain.progression import Verdict, evaluate_progression
from comm_pipeline_tests.builders import a_message, a_stage, a_visit_after_message, at

PAGE = Path(__file__).parents[2] / "docs" / "templates.md"
HEADING = "## When a conversation leaves a stage"
#: What the second column says of each verdict.
WORDS = {
    Verdict.ADVANCE: "next stage",
    Verdict.FAIL: "the conversation ends: `no_response`",
    Verdict.ESCALATE: "a person is called",
    Verdict.STAY: "waits",
}


@dataclass(frozen=True)
class Row:
    """One row of the table; ``rules`` are those that its decisions may have."""

    situation: str
    happens: str
    rules: tuple[str, ...]


@dataclass(frozen=True)
class Case:
    """A stage's rules, where its visit stands at ``hours``, and what is decided."""

    rules: dict[str, Any]
    visit: StageVisit
    hours: float
    verdict: Verdict
    rule: str


def table() -> list[Row]:
    section = PAGE.read_text().split(HEADING)[1].split("\n## ")[0]
    lines = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("|")]
    return [
        Row(situation.strip(), happens.strip(), tuple(re.findall("`(.*?)`", rules)))
        for situation, happens, rules in lines[2:]
    ]


def silent(hours: float = 0, follow_ups: int = 0) -> StageVisit:
    """Return a visit in which nothing was answered; the last word left at ``hours``."""
    return a_visit_after_message(last_sent_at=at(hours), follow_ups_sent=follow_ups)


def answered(hours: float, *named: str) -> StageVisit:
    return a_visit_after_message(responses=1, last_response_at=at(hours), named_responses=named)


ADVANCE, FAIL, ESCALATE, STAY = Verdict.ADVANCE, Verdict.FAIL, Verdict.ESCALATE, Verdict.STAY
MAX: dict[str, Any] = {"max_stage_duration_hours": 72}
AUTO: dict[str, Any] = MAX | {"auto_advance_after_max_duration": True}
WANTED: dict[str, Any] = {"specific_response_required": "appointment_accepted"}
FREE: dict[str, Any] = {"response_required": False}
GO_ON: dict[str, Any] = {"advance_on_failure": True}
CALL: dict[str, Any] = {"escalation_after_hours": 30}

#: For each row, in the table's order. The message's follow-up delay is 48 hours.
CASES: Sequence[Sequence[Case]] = (
    [
        Case(MAX, answered(1), 1, ADVANCE, "response"),
        Case(WANTED, answered(1, "appointment_accepted"), 1, ADVANCE, "response"),
        Case(FREE | AUTO, answered(1), 1, ADVANCE, "response"),
    ],
    [
        Case(AUTO, silent(), 72, ADVANCE, "auto_advance_after_max_duration"),
        Case(AUTO | FREE, silent(), 72, ADVANCE, "auto_advance_after_max_duration"),
        Case(AUTO | WANTED, answered(1), 72, ADVANCE, "auto_advance_after_max_duration"),
    ],
    # Two messages, of which the second has not been said: else nobody would be waited for.
    [Case(MAX | FREE | {"later": True}, silent(), 72, ADVANCE, "max_stage_duration_hours")],
    [Case(MAX | GO_ON, silent(), 72, ADVANCE, "advance_on_failure")],
    [
        Case(MAX, silent(), 72, FAIL, "max_stage_duration_hours"),
        Case(MAX | WANTED, answered(1), 72, FAIL, "max_stage_duration_hours"),
    ],
    [
        Case(FREE, silent(), 0, ADVANCE, "everything_said"),
        Case(FREE | MAX, silent(), 0, ADVANCE, "everything_said"),
        Case(FREE | AUTO, silent(), 72, ADVANCE, "auto_advance_after_max_duration"),
    ],
    [
        Case(GO_ON, silent(), 48, ADVANCE, "advance_on_failure"),
        Case(GO_ON | {"max_follow_ups": 1}, silent(48, 1), 96, ADVANCE, "advance_on_failure"),
    ],
    [
        Case({}, silent(), 48, FAIL, "max_follow_ups"),
        Case(MAX | {"max_follow_ups": 1}, silent(20, 1), 68, FAIL, "max_follow_ups"),
    ],
    [
        Case(MAX, silent(), 71, STAY, "waiting_for_response"),
        Case(AUTO | {"max_follow_ups": 1}, silent(20, 1), 71, STAY, "waiting_for_response"),
    ],
    [Case(MAX | WANTED, answered(1), 71, STAY, "waiting_for_response")],
    [
        Case(WANTED | GO_ON, answered(1), 49, ADVANCE, "advance_on_failure"),
        Case(WANTED, answered(1), 49, ESCALATE, "insufficient_response"),
    ],
    [
        Case(MAX | CALL, silent(), 30, ESCALATE, "escalation_after_hours"),
        Case(MAX | CALL | WANTED, answered(1), 30, ESCALATE, "escalation_after_hours"),
    ],
)


def test_the_table_has_a_case_for_each_row() -> None:
    assert len(CASES) == len(table())


@pytest.mark.parametrize("number", range(len(CASES)))
def test_a_row_says_what_is_decided(number: int) -> None:
    row = table()[number]
    for case in CASES[number]:
        rules = dict(case.rules)
        texts = ["Hello", "Hello again"] if rules.pop("later", False) else ["Hello"]
        stage = a_stage(messages=tuple(map(a_message, texts)), **rules)
        found = evaluate_progression(case.visit, stage, 1.0, at(case.hours))
        assert (found.verdict, found.rule) == (case.verdict, case.rule), row.situation
        assert WORDS[case.verdict] in row.happens
        assert case.rule in row.rules or case.rule == "auto_advance_after_max_duration"


@pytest.mark.parametrize("number", range(len(CASES)))
def test_nothing_leaves_before_the_minimum_but_to_a_person(number: int) -> None:
    for case in CASES[number]:
        rules = {key: value for key, value in case.rules.items() if key != "later"}
        if case.verdict in (ESCALATE, STAY) or rules.get("max_stage_duration_hours"):
            continue
        stage = a_stage(min_stage_duration_hours=case.hours + 1, **rules)
        found = evaluate_progression(case.visit, stage, 1.0, at(case.hours))
        assert found.verdict is Verdict.STAY
        assert found.until == at(case.hours + 1)
