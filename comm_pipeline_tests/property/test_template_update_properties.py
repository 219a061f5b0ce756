"""Any newer template, applied to a conversation at any point: nothing happens twice."""

from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from comm_pipeline.domain.conversations import Conversation, Direction
from comm_pipeline.domain.ids import StageName
from comm_pipeline.domain.template_differences import TemplateDifferences
from comm_pipeline.domain.templates import CampaignTemplate
from comm_pipeline_tests.builders import FACTS, START, a_conversation, a_reply, a_visit, an_analysis
from comm_pipeline_tests.passes import receive, run_pass
from comm_pipeline_tests.property.generated_templates import NAMED, templates

_NAMES = [StageName(f"stage {number}") for number in range(6)]
_gaps = st.sampled_from([0, 1, 24, 49, 300])
#: Whether each pass follows an answer, and how long after the pass before it comes.
_passes = st.lists(st.tuples(_gaps, st.sampled_from([None, (), NAMED])), max_size=8)


@st.composite
def _renamed(draw: st.DrawFn) -> CampaignTemplate:
    """Draw a template whose stages have any names in any order, so that versions overlap."""
    template = draw(templates())
    names = draw(st.permutations(_NAMES))
    stages = tuple(
        stage.model_copy(update={"name": name})
        for stage, name in zip(template.stages, names, strict=False)
    )
    return CampaignTemplate(
        template_id=template.template_id,
        name=template.name,
        type=template.type,
        stages=stages,
        initial_stage=stages[0].name,
        completion=template.completion,
    )


_versions = st.lists(st.tuples(_renamed(), _passes), min_size=2, max_size=4)


@settings(max_examples=150, deadline=None)
@given(versions=_versions)
def test_no_update_makes_a_stage_or_a_message_come_twice(
    versions: list[tuple[CampaignTemplate, list[tuple[int, tuple[str, ...] | None]]]],
) -> None:
    now, conversation = START, a_conversation(a_visit(versions[0][0].initial_stage))
    for template, passes in versions:
        # The update makes the conversation due, so that a pass looks at it under the template.
        conversation = run_pass(conversation, template, FACTS, now).conversation
        for gap, answer in passes:
            now += timedelta(hours=gap)
            if answer is not None and conversation.is_active:
                conversation = _answered(conversation, template, answer, now)
            conversation = run_pass(conversation, template, FACTS, now).conversation
            _check(conversation)
    _check(conversation)


@settings(max_examples=100, deadline=None)
@given(old=_renamed(), new=_renamed(), passes=_passes)
def test_what_is_said_after_an_update_was_in_its_outlook(
    old: CampaignTemplate, new: CampaignTemplate, passes: list[tuple[int, tuple[str, ...] | None]]
) -> None:
    now, conversation = START, a_conversation(a_visit(old.initial_stage))
    for gap, _ in passes:
        now += timedelta(hours=gap)
        conversation = run_pass(conversation, old, FACTS, now).conversation
    outlook = TemplateDifferences(old, new).outlook(conversation)
    before = len(conversation.message_history)
    for _ in range(40):
        now += timedelta(hours=100)
        conversation = run_pass(conversation, new, FACTS, now).conversation
    for entry in conversation.message_history[before:]:
        position = (entry.metadata["stage"], entry.metadata["message_index"])
        assert position in outlook.ahead or entry.metadata["follow_up"]
    entered = {visit.name for visit in conversation.stages}
    assert not entered & set(outlook.passed)


def _answered(
    conversation: Conversation, template: CampaignTemplate, named: tuple[str, ...], now: datetime
) -> Conversation:
    reply = a_reply(id=f"reply_{len(conversation.message_history)}", received_at=now)
    return receive(conversation, template, reply, an_analysis(*named), now)


def _check(conversation: Conversation) -> None:
    stages = [visit.name for visit in conversation.stages]
    assert len(stages) == len(set(stages))
    keys = [
        entry.message_id
        for entry in conversation.message_history
        if entry.direction is Direction.OUTBOUND
    ]
    assert len(keys) == len(set(keys))
