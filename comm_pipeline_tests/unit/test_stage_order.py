"""Which stage follows, also under a template that has changed meanwhile."""

import pytest

from comm_pipeline.domain.stage_order import stage_after, stage_after_removed
from comm_pipeline.domain.templates import CampaignTemplate
from comm_pipeline_tests.builders import a_conversation, a_stage, a_template, a_visit


def the_template(*names: str) -> CampaignTemplate:
    """Return a template with stages of these names; those in brackets are skipped in order."""
    return a_template(
        *(
            a_stage(name.strip("()")).model_copy(update={"skip_in_order": name.startswith("(")})
            for name in names
        )
    )


@pytest.mark.parametrize(
    ("visited", "following"),
    [
        (["a"], "b"),
        (["b"], "d"),
        (["a", "b"], "d"),
        (["a", "d", "b"], "e"),
        (["d", "e", "b"], None),
        (["e"], None),
    ],
)
def test_the_next_new_stage_in_order_follows(visited: list[str], following: str | None) -> None:
    template = the_template("a", "b", "(c)", "d", "e")
    conversation = a_conversation(
        a_visit(visited[-1]), stages=tuple(a_visit(name) for name in visited)
    )
    found = stage_after(conversation, template)
    assert (found.name if found else None) == following


@pytest.mark.parametrize(
    ("visited", "following"),
    [
        (["gone"], "a"),
        (["a", "gone"], "b"),
        (["b", "gone"], "d"),
        (["d", "a", "gone"], "e"),
        (["gone", "e", "gone too"], None),
    ],
)
def test_after_a_removed_stage_the_last_visited_one_says_where_to_go_on(
    visited: list[str], following: str | None
) -> None:
    template = the_template("a", "b", "(c)", "d", "e")
    conversation = a_conversation(
        a_visit(visited[-1]), stages=tuple(a_visit(name) for name in visited)
    )
    found = stage_after_removed(conversation, template)
    assert (found.name if found else None) == following
