"""The model of the audience, and what is wrong with it."""

import json
from pathlib import Path
from typing import Any

import pytest

from comm_pipeline.errors import EnvironmentFailure, InvalidInputError
from comm_pipeline.simulation.habits import check_names, load_habits
from comm_pipeline_tests.simulation_builders import DEFAULT_BEHAVIOUR, some_habits


def test_the_default_explains_each_of_its_fields() -> None:
    document = json.loads(DEFAULT_BEHAVIOUR.read_text())
    explained = " ".join(document["about"])
    fields = {*document["default"], *document} - {"about", "texts"}
    assert {field for field in fields if field not in explained} == set()


def test_a_stage_changes_single_fields() -> None:
    habits = some_habits(stages={"decision": {"answer_rate": 0.9, "delay_hours": {"median": 1}}})
    changed, default = habits.of_stage("decision"), habits.of_stage("awareness")
    assert (changed.answer_rate, changed.delay_hours.median) == (0.9, 1)
    assert changed.delay_hours.sigma == default.delay_hours.sigma
    assert changed.opt_out_rate == default.opt_out_rate


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"bounce_rate": 1.5}, "bounce_rate: .*at most 1"),
        ({"bounce_rate": "many"}, "bounce_rate: .*number"),
        ({"bounce_rat": 0.1}, "bounce_rat: is not a known field"),
        ({"time_zone": "Mars/Olympus"}, "time_zone: is no IANA time zone"),
        ({"time_zone": "../../etc/passwd"}, "time_zone: is no IANA time zone"),
        ({"waking_hours": {"start": "25:00"}}, "waking_hours.start"),
        ({"waking_hours": {"start": "09:00", "end": "09:00"}}, "start and end must differ"),
        ({"values": {"rating": {"5": 0}}}, "values.rating: at least one weight"),
        ({"texts": {"friendly": []}}, "texts.friendly"),
        ({"stages": {"awareness": {"answer_rate": -1}}}, "stages.awareness.answer_rate"),
        ({"stages": {"awareness": {"delay_hours": {"median": 0}}}}, "awareness.delay_hours.median"),
        ({"stages": {"awareness": {"answers": 1}}}, "stages.awareness.answers: is not a known"),
        (
            {"default": {"answer_rate": 1, "opt_out_rate": 0.1, "delay_hours": {"median": 1}}},
            "at mo",
        ),
        ({"default": {"answer_rate": 0.5}}, "default.delay_hours: is missing"),
        ({"default": None}, "default"),
    ],
)
def test_a_hostile_file_is_refused_by_field(
    change: dict[str, Any], words: str, tmp_path: Path
) -> None:
    path = tmp_path / "behaviour.json"
    path.write_text(json.dumps(json.loads(DEFAULT_BEHAVIOUR.read_text()) | change))
    with pytest.raises(InvalidInputError, match=words) as caught:
        load_habits(path)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"\xff\xfe", b"null", b'{"a":' * 5_000])
def test_what_is_no_model_at_all_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "behaviour.json"
    path.write_bytes(content)
    with pytest.raises(InvalidInputError, match=r"behaviour\.json"):
        load_habits(path)


def test_a_file_that_is_not_there_is_no_fault_of_its_author(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFailure, match=r"nowhere\.json cannot be read"):
        load_habits(tmp_path / "nowhere.json")


def test_names_that_the_template_lacks_are_refused() -> None:
    known = (("awareness",), frozenset({"accept_proposal"}))
    with pytest.raises(InvalidInputError, match=r"stages.awarenes: .* it has awareness"):
        check_names(some_habits(stages={"awarenes": {}}), *known)
    with pytest.raises(InvalidInputError, match=r"default\.named_responses\.maybe: .*no such"):
        check_names(some_habits(named_responses={"maybe": 0.5}), *known)
    check_names(some_habits(named_responses={"accept_proposal": 0.5}), *known)
