"""One conversation under any template, passed over and answered at any time."""

from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from comm_pipeline.domain.conversations import (
    Conversation,
    Direction,
    HistoryEntry,
    Standstill,
)
from comm_pipeline.domain.decision import CampaignFacts, DeliveryFact, Wait
from comm_pipeline.domain.messages import ledger_entry
from comm_pipeline.domain.standstills import stand_still
from comm_pipeline.domain.statuses import DeliveryStatus, Outcome
from comm_pipeline.domain.templates import CampaignTemplate
from comm_pipeline_tests.builders import (
    FACTS,
    START,
    a_conversation,
    a_reply,
    a_visit,
    an_analysis,
)
from comm_pipeline_tests.passes import receive, run_pass
from comm_pipeline_tests.profiles import machine_settings
from comm_pipeline_tests.property.generated_templates import NAMED, templates

_WAITING = [DeliveryStatus.QUEUED, DeliveryStatus.SENDING, DeliveryStatus.DEFERRED]
_gaps = st.sampled_from([0, 0.5, 1, 4, 23, 24, 48, 49, 300])


def start(template: CampaignTemplate) -> Conversation:
    """Return the conversation in its template's initial stage, due at START."""
    return a_conversation(a_visit(template.initial_stage))


class ConversationMachine(RuleBasedStateMachine):
    """Leads one conversation by ``decide`` and ``transition`` alone; the clock goes forward."""

    now: datetime
    conversation: Conversation
    template: CampaignTemplate
    facts: CampaignFacts

    @initialize(
        template=templates(),
        factor=st.sampled_from([0.01, 0.5, 1.0, 2.0]),
        ends_after=st.none() | st.sampled_from([10, 100, 500]),
    )
    def begin(self, template: CampaignTemplate, factor: float, ends_after: int | None) -> None:
        self.now, self.template = START, template
        ends_at = None if ends_after is None else START + timedelta(hours=ends_after)
        self.facts = CampaignFacts(factor, ends_at)
        self.conversation = start(template)

    def lead(self, delivery: DeliveryFact | None = None) -> None:
        was_active = self.conversation.is_active
        result = run_pass(self.conversation, self.template, self.facts, self.now, delivery)
        self.conversation = result.conversation
        assert was_active or not result.said
        if self.facts.ends_at is not None and self.now >= self.facts.ends_at:
            assert not result.said
        last = result.decisions[-1]
        if isinstance(last, Wait):
            assert last.until is None or last.until > self.now
            assert self.conversation.next_action_at == last.until

    @rule(gap=_gaps)
    def pass_later(self, gap: float) -> None:
        self.now += timedelta(hours=gap)
        self.lead()

    @precondition(lambda self: self.conversation.next_action_at is not None)
    @rule()
    def pass_when_due(self) -> None:
        due = self.conversation.next_action_at
        assert due is not None
        self.now = max(self.now, due)
        self.lead()

    @rule()
    def pass_again(self) -> None:
        self.lead()
        before = self.conversation
        self.lead()
        assert self.conversation == before

    @rule(status=st.sampled_from(_WAITING), gap=_gaps)
    def pass_while_a_message_waits(self, status: DeliveryStatus, gap: float) -> None:
        if self.conversation.visit.next_message == 0:
            return
        sent = self.conversation.metrics.messages_sent
        stage = self.conversation.current_stage
        self.now += timedelta(hours=gap)
        self.lead(DeliveryFact(status, self.now + timedelta(hours=1)))
        if self.conversation.current_stage == stage:
            assert self.conversation.metrics.messages_sent == sent

    @rule(gap=_gaps, named=st.lists(st.sampled_from(NAMED), max_size=2), number=st.integers(0, 5))
    def reply(self, gap: float, named: list[str], number: int) -> None:
        self.now += timedelta(hours=gap)
        before = self.conversation
        reply = a_reply(id=f"reply_{number}", received_at=self.now)
        self.conversation = receive(before, self.template, reply, an_analysis(*named), self.now)
        if self.conversation.is_active and self.conversation != before:
            assert self.conversation.next_action_at == self.now

    @rule(gap=_gaps, lasts=st.sampled_from([1, 48, 400]))
    def go_away(self, gap: float, lasts: int) -> None:
        self.now += timedelta(hours=gap)
        away = Standstill(
            rule="out_of_office",
            reason="away",
            until=self.now + timedelta(hours=lasts),
            message_id=str(self.now),
        )
        moved = stand_still(self.conversation, away, self.now)
        if moved is None:
            return
        self.conversation = moved[0]
        before = self.conversation
        self.lead()
        after = self.conversation
        assert after.metrics == before.metrics
        assert not after.is_active or after.current_stage == before.current_stage

    @rule()
    def opt_out(self) -> None:
        had_ended = self.conversation.outcome is not None
        reply = a_reply(id=f"stop_{len(self.conversation.message_history)}")
        self.conversation = receive(
            self.conversation, self.template, reply, an_analysis(is_opt_out=True), self.now
        )
        assert had_ended or self.conversation.outcome is Outcome.OPTED_OUT
        sent = self.conversation.metrics.messages_sent
        self.lead()
        assert self.conversation.metrics.messages_sent == sent
        assert not self.conversation.is_active

    @invariant()
    def nothing_is_said_twice(self) -> None:
        keys = [entry.message_id for entry in self.conversation.message_history]
        assert len(keys) == len(set(keys))

    @invariant()
    def every_message_can_enter_the_ledger(self) -> None:
        outbound = self.entries(Direction.OUTBOUND)
        made = [ledger_entry(self.conversation, entry) for entry in outbound]
        assert tuple(entry.id for entry in made) == self.conversation.outbox
        assert len({entry.message_id for entry in made}) == len(made)

    @invariant()
    def no_stage_is_visited_twice(self) -> None:
        names = [visit.name for visit in self.conversation.stages]
        assert names == list(self.template.stage_names[: len(names)])
        assert names[-1] == self.conversation.current_stage

    @invariant()
    def left_stages_are_complete_and_follow_each_other(self) -> None:
        *left, current = self.conversation.stages
        assert all(visit.completed and visit.exited_at is not None for visit in left)
        for before, after in pairwise(self.conversation.stages):
            assert before.exited_at == after.entered_at
        assert (current.exited_at is None) == (self.conversation.outcome is None)

    @invariant()
    def follow_ups_keep_to_their_limit(self) -> None:
        said: Counter[tuple[str, int]] = Counter()
        for entry in self.entries(Direction.OUTBOUND):
            said[entry.metadata["stage"], entry.metadata["message_index"]] += 1
        for (name, index), count in said.items():
            stage = self.template.stage(name)
            assert count <= 1 + stage.max_follow_ups(stage.messages[index])

    @invariant()
    def metrics_agree_with_the_history(self) -> None:
        metrics = self.conversation.metrics
        assert metrics.messages_sent == len(self.entries(Direction.OUTBOUND))
        assert metrics.messages_received == len(self.entries(Direction.INBOUND))
        assert metrics.stage_progressions == len(self.conversation.stages) - 1

    @invariant()
    def what_has_ended_plans_nothing(self) -> None:
        if not self.conversation.is_active:
            assert self.conversation.next_action_at is None

    @invariant()
    def it_survives_being_stored(self) -> None:
        stored = self.conversation.model_dump_json(by_alias=True)
        assert Conversation.model_validate_json(stored).model_dump(mode="json") == (
            self.conversation.model_dump(mode="json")
        )

    def entries(self, direction: Direction) -> list[HistoryEntry]:
        history = self.conversation.message_history
        return [entry for entry in history if entry.direction is direction]


TestConversationMachine = ConversationMachine.TestCase
TestConversationMachine.settings = machine_settings(120, 5_000, 25)


def follow_to_the_end(
    template: CampaignTemplate,
    facts: CampaignFacts,
    conversation: Conversation | None = None,
    now: datetime = START,
) -> Conversation:
    """Let nobody answer and look exactly when the conversation asks for it, until it ends."""
    conversation = conversation or start(template)
    for _ in range(200):
        conversation = run_pass(conversation, template, facts, now).conversation
        if not conversation.is_active or conversation.next_action_at is None:
            return conversation
        assert conversation.next_action_at > now
        now = conversation.next_action_at
    raise AssertionError("the conversation does not end")


@settings(max_examples=200, deadline=None)
@given(template=templates(has_maximum=True))
def test_with_maximum_durations_silence_ends_the_conversation(template: CampaignTemplate) -> None:
    assert not follow_to_the_end(template, FACTS).is_active


@settings(max_examples=200, deadline=None)
@given(template=templates())
def test_silence_ends_every_conversation_whose_stages_speak_or_have_a_maximum(
    template: CampaignTemplate,
) -> None:
    conversation = follow_to_the_end(template, FACTS)
    if conversation.is_active:
        stage = template.stage(conversation.current_stage)
        assert not stage.messages
        assert stage.progression.max_stage_duration_hours is None


@settings(max_examples=200, deadline=None)
@given(
    template=templates(),
    answers=st.lists(st.tuples(_gaps, st.lists(st.sampled_from(NAMED), max_size=1)), max_size=4),
)
def test_silence_after_any_answers_ends_it_or_calls_a_person(
    template: CampaignTemplate, answers: list[tuple[float, list[str]]]
) -> None:
    """Nobody is waited for in vain: an answer that is not the one needed is no dead end."""
    conversation, now = start(template), START
    for number, (gap, named) in enumerate(answers):
        conversation = run_pass(conversation, template, FACTS, now).conversation
        now += timedelta(hours=gap)
        reply = a_reply(id=f"reply_{number}", received_at=now)
        conversation = receive(conversation, template, reply, an_analysis(*named), now)
    conversation = follow_to_the_end(template, FACTS, conversation, now)
    if conversation.is_active:
        stage = template.stage(conversation.current_stage)
        assert not stage.messages
        assert stage.progression.max_stage_duration_hours is None


@settings(max_examples=100, deadline=None)
@given(template=templates(), ends_after=st.integers(1, 400))
def test_the_campaign_end_ends_every_conversation(
    template: CampaignTemplate, ends_after: int
) -> None:
    ends_at = START + timedelta(hours=ends_after)
    assert not follow_to_the_end(template, CampaignFacts(1.0, ends_at)).is_active


@settings(max_examples=100, deadline=None)
@given(template=templates(has_maximum=True), gap=st.sampled_from([1, 7, 24, 500]))
def test_looking_at_other_times_than_asked_ends_it_too(
    template: CampaignTemplate, gap: int
) -> None:
    conversation, now = start(template), START
    while conversation.is_active:
        conversation = run_pass(conversation, template, FACTS, now).conversation
        now += timedelta(hours=gap)
        assert now < START + timedelta(days=3650)
