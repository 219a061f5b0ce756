"""What a newer template means for a conversation, by where it stands."""

import pytest

from comm_pipeline.domain.conversations import Conversation
from comm_pipeline.domain.template_differences import Outlook, TemplateDifferences
from comm_pipeline.domain.templates import CampaignTemplate, Stage
from comm_pipeline_tests.builders import a_conversation, a_message, a_stage, a_template, a_visit


def _stage(name: str, *words: str) -> Stage:
    return a_stage(name, tuple(a_message(text) for text in words))


def _in(*visits: tuple[str, int]) -> Conversation:
    made = tuple(a_visit(name, next_message=said) for name, said in visits)
    return a_conversation(made[-1], stages=made)


def _outlook(old: CampaignTemplate, new: CampaignTemplate, *visits: tuple[str, int]) -> Outlook:
    return TemplateDifferences(old, new).outlook(_in(*visits))


def test_equal_templates_differ_in_nothing() -> None:
    template = a_template(_stage("one", "A", "B"), _stage("two", "C"))
    found = TemplateDifferences(template, template)
    outlook = found.outlook(_in(("one", 1)))
    assert (found.stages_added, found.stages_removed, found.positions()) == ((), (), {})
    assert outlook.heard == {("one", 0)}
    assert outlook.ahead == {("one", 1), ("two", 0)}
    assert not outlook.dropped
    assert not outlook.repeated
    assert not outlook.passed


def test_other_times_are_no_other_words() -> None:
    old = a_template(a_stage("one", (a_message("A"),)))
    new = a_template(a_stage("one", (a_message("A", delay_hours=5, max_follow_ups=3),)))
    assert TemplateDifferences(old, new).positions() == {}


def test_positions_that_are_changed_added_and_removed() -> None:
    old = a_template(_stage("one", "A", "B"), _stage("two", "C"))
    new = a_template(_stage("one", "A", "X", "B"), _stage("three", "C"))
    found = TemplateDifferences(old, new)
    assert found.positions() == {
        ("one", 1): "changed",
        ("one", 2): "added",
        ("three", 0): "added",
        ("two", 0): "removed",
    }
    assert (found.stages_added, found.stages_removed) == (("three",), ("two",))


@pytest.mark.parametrize(("said", "repeated"), [(0, ()), (1, ()), (2, (("one", 2),))])
def test_a_message_inserted_in_the_middle_repeats_what_was_pushed_on(
    said: int, repeated: tuple[tuple[str, int], ...]
) -> None:
    old, new = a_template(_stage("one", "A", "B")), a_template(_stage("one", "A", "X", "B"))
    assert _outlook(old, new, ("one", said)).repeated == repeated


def test_a_renamed_stage_repeats_its_messages() -> None:
    old = a_template(_stage("one", "A"), _stage("two", "B"))
    new = a_template(_stage("first", "A"), _stage("two", "B"))
    assert _outlook(old, new, ("one", 1)).repeated == (("first", 0),)
    assert _outlook(old, new, ("one", 1), ("two", 0)).repeated == ()


def test_what_the_older_version_says_twice_is_meant_so() -> None:
    old = a_template(_stage("one", "A"), _stage("two", "A"))
    new = a_template(_stage("one", "A", "X"), _stage("two", "A"))
    assert _outlook(old, new, ("one", 1)).repeated == ()


def test_a_message_taken_out_of_the_middle_is_dropped() -> None:
    old, new = a_template(_stage("one", "A", "B", "C")), a_template(_stage("one", "A", "C"))
    assert _outlook(old, new, ("one", 1)).dropped == {("one", 2)}
    assert _outlook(old, new, ("one", 2)).ahead == frozenset()


def test_stages_before_the_present_one_are_passed() -> None:
    old = a_template(_stage("one", "A"), _stage("three", "C"), _stage("four", "D"))
    new = a_template(
        _stage("one", "A"), _stage("two", "B"), _stage("four", "D"), _stage("three", "C")
    )
    assert _outlook(old, new, ("one", 1)).passed == ()
    assert _outlook(old, new, ("one", 1), ("three", 1)).passed == ("two", "four")


def test_a_stage_that_is_skipped_in_order_is_never_expected() -> None:
    skipped = _stage("two", "B").model_copy(update={"skip_in_order": True})
    old, new = a_template(_stage("one", "A")), a_template(_stage("one", "A"), skipped)
    outlook = _outlook(old, new, ("one", 0))
    assert (outlook.passed, ("two", 0) in outlook.ahead) == ((), False)


def test_a_removed_stage_goes_on_behind_what_was_visited() -> None:
    old = a_template(_stage("one", "A"), _stage("two", "B"), _stage("three", "C"))
    new = a_template(_stage("one", "A"), _stage("three", "C"))
    assert _outlook(old, new, ("one", 1), ("two", 1)).ahead == {("three", 0)}


def test_without_a_stage_that_was_visited_it_goes_back() -> None:
    old = a_template(_stage("one", "A"), _stage("two", "B"), _stage("three", "C"))
    new = a_template(_stage("one", "A"), _stage("three", "C"))
    assert _outlook(old, new, ("two", 1)).goes_back_to == "one"
    assert _outlook(old, new, ("one", 1), ("two", 1)).goes_back_to is None
    assert _outlook(old, a_template(_stage("new", "N")), ("two", 1)).goes_back_to is None
    assert _outlook(old, old, ("two", 1)).goes_back_to is None
