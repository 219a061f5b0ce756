"""What guidance wants to know: its forms, its mistakes, and what goes before it."""

from typing import Any

import pytest

from comm_pipeline.bot.patterns import check_patterns
from comm_pipeline.bot.rules import analyse
from comm_pipeline.domain.information import Information, information_name, read_information
from comm_pipeline.domain.template_extraction import Extraction
from comm_pipeline.domain.templates import Stage
from comm_pipeline.domain.wanted_information import wanted_information
from comm_pipeline.errors import InvalidTemplateError
from comm_pipeline_tests.builders import a_message, a_stage, a_template


def asking(wanted: Any, **further: Any) -> Stage:
    guidance = {"information_to_extract": wanted}
    return Stage(name="interest", title="Interest", guidance=guidance, **further)


MONEY = Information("budget", "", Extraction(type="money"))


@pytest.mark.parametrize(
    ("wanted", "read"),
    [
        (None, []),
        ([], []),
        ("team size", [Information("team_size", "team size")]),
        (["Who makes reports?"], [Information("who_makes_reports", "Who makes reports?")]),
        ([{"name": "budget", "type": "money"}], [MONEY]),
        ({"budget": {"type": "money"}}, [MONEY]),
        ({"budget": "what they may spend"}, [Information("budget", "what they may spend")]),
        ([{"name": "role", "type": "text"}], [Information("role")]),
        (
            [{"name": "size", "type": "number", "minimum": 1, "description": "of the team"}],
            [Information("size", "of the team", Extraction(type="number", minimum=1))],
        ),
    ],
)
def test_each_form_is_read(wanted: Any, read: list[Information]) -> None:
    assert list(read_information({"information_to_extract": wanted}).values()) == read


@pytest.mark.parametrize(
    ("wanted", "problem"),
    [
        (7, "conversation_guidance.information_to_extract: must be a list"),
        ([7], "information_to_extract.0: must be text, or a mapping"),
        (["?"], "information_to_extract.0: needs a name of letters"),
        ([{"type": "money"}], "information_to_extract.0: needs a name"),
        ([{"name": "a", "type": "colour"}], "information_to_extract.0.type: must be one of number"),
        ({"a": {"type": "choice"}}, "information_to_extract.a: type choice needs choices"),
        ({"a": {"description": 7}}, "information_to_extract.a.description: must be text"),
        ({"a": {"kind": "money"}}, "information_to_extract.a.kind: is not a known field"),
    ],
)
def test_a_mistake_is_named_with_its_place(wanted: Any, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        asking(wanted)


def test_a_pattern_that_is_none_is_found_before_it_is_used() -> None:
    stage = asking([{"name": "size", "type": "number", "pattern": "("}])
    with pytest.raises(InvalidTemplateError, match=r"information_to_extract\.size\.pattern"):
        check_patterns(a_template(stage))


@pytest.mark.parametrize(
    ("words", "name"),
    [("Team size", "team_size"), ("größe", "größe"), ("  a - b ", "a_b"), ("x" * 99, "x" * 60)],
)
def test_words_become_a_name(words: str, name: str) -> None:
    assert information_name(words) == name


def test_extractions_go_before_guidance_which_adds_its_words() -> None:
    stage = asking(["team size", "pain"], extract={"team_size": {"type": "number", "minimum": 1}})
    template = a_template(stage, extract={"team_size": {"type": "money"}, "tool": {}})
    wanted = wanted_information(template, stage)
    assert wanted == {
        "team_size": Information("team_size", "team size", Extraction(type="number", minimum=1)),
        "pain": Information("pain", "pain"),
        "tool": Information("tool", "", Extraction()),
    }


def test_a_template_that_speaks_of_a_rating_wants_one() -> None:
    stage = a_stage("survey", (a_message("{{ response.rating }} of 5"),))
    assert wanted_information(a_template(stage), stage)["rating"].extraction == Extraction(
        type="rating", minimum=1, maximum=5
    )


def test_rules_find_what_guidance_asks_for_with_a_type() -> None:
    stage = asking(["pain", {"name": "budget", "type": "money"}, {"name": "n", "type": "number"}])
    values = analyse("We have $4,000 for 1,200 people", a_template(stage), stage).values
    assert values["budget"] == {"amount": 4000, "currency": "USD"}
    assert "pain" not in values


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("we are 1,200 people", 1200),
        ("1.200 Leute", 1200),
        ("1'200", 1200),
        ("12,345,678.5", 12_345_678.5),
        ("1.200,50", 1200.5),
        ("3,5", 3.5),
        ("0.125", 0.125),
        ("1.2345", 1.2345),
        ("-3", -3),
    ],
)
def test_numbers_are_read_as_they_are_written(text: str, number: float) -> None:
    template = a_template(extract={"n": {"type": "number"}})
    assert analyse(text, template, template.stages[0]).values == {"n": number}
