"""Answers to replies: the template's fields, the state, and what follows from it."""

from datetime import timedelta
from typing import Any

import pytest

from comm_pipeline.domain.analysis import Intent, ReplyKind, Sentiment
from comm_pipeline.domain.answers_expecting import expect_answer
from comm_pipeline.domain.answers_findings import find_in_answers
from comm_pipeline.domain.answers_state import Answering, PendingAnswer
from comm_pipeline.domain.answers_transition import (
    key_for_person,
    resumed,
    with_answer,
    with_words_of_a_person,
)
from comm_pipeline.domain.contact_calendar import ALWAYS_OPEN
from comm_pipeline.domain.conversations import Conversation, last_outbound_key
from comm_pipeline.domain.decision import (
    Answer,
    CampaignFacts,
    Complete,
    DeliveryFact,
    Escalate,
    Send,
    Silence,
    Wait,
    as_it_left,
    decide,
)
from comm_pipeline.domain.gates import SendingFacts, gate
from comm_pipeline.domain.ids import StageName, answer_key
from comm_pipeline.domain.messages import MessageKind, ledger_entry
from comm_pipeline.domain.statuses import (
    CampaignStatus,
    ConversationStatus,
    DeliveryStatus,
    Outcome,
)
from comm_pipeline.domain.template_shapes import parse_template
from comm_pipeline.domain.templates import CampaignTemplate
from comm_pipeline.errors import AnswerRefusedError, IllegalTransitionError, InvalidTemplateError
from comm_pipeline.services.advancing import advance_conversation
from comm_pipeline.services.answering import check_answer, compose_answer
from comm_pipeline_tests.builders import (
    DOMAIN,
    START,
    TEXT,
    a_conversation,
    a_reply,
    a_visit_after_message,
    an_analysis,
    at,
    gate_facts,
)

FACTS = CampaignFacts(1.0)
NOW = at(1)
ANSWER = Answer("answer", "for the test", ("intents.thanks", "ask_for.team_size"))


def a_document(**answers: Any) -> dict[str, Any]:
    rules = answers.pop("rules", {"min_delay_minutes": 0, "max_delay_minutes": 0})
    texts = {"intents": {"thanks": "You are welcome, {{ recipient.first_name }}."}}
    return {
        "stages": {"awareness": {"messages": [{"subject": "Reports", "template": "Hello?"}]}},
        "extract": {"team_size": {"type": "number"}},
        "answers": {**texts, "ask_for": {"team_size": "How many?"}} | answers,
        "global_settings": {"answer_rules": rules},
    }


def a_template_with_answers(**answers: Any) -> CampaignTemplate:
    return parse_template(a_document(**answers))


def waiting(**pending: Any) -> Conversation:
    """Return a conversation in which a reply of thanks waits for an answer."""
    said = {"reply_id": "reply_1", "stage": "awareness", "at": NOW, "confidence": 1.0}
    one = PendingAnswer.model_validate(said | {"intents": ("thanks",)} | pending)
    return a_conversation(
        a_visit_after_message(last_response_at=NOW, responses=0),
        answering=Answering(pending=one),
        context={"recipient": {"first_name": "Ada"}},
    )


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"intents": {"gratitude": "x"}}, "template.answers.intents.gratitude"),
        ({"intents": {"opt_out": "x"}}, "intents.opt_out: is never answered by a text"),
        ({"ask_for": {"budget": "How much?"}}, "answers.ask_for.budget: nothing finds 'budget'"),
        ({"greetings": "Hi"}, "template.answers.greetings: is not a known field"),
        ({"rules": {"min_delay_minutes": 9, "max_delay_minutes": 3}}, "lower the one or raise"),
        ({"rules": {"min_confidence": 2}}, "template.global_settings.answer_rules.min_confidence"),
        ({"languages": {"german": {}}}, "template.answers.languages"),
    ],
)
def test_a_mistake_in_answers_is_named(answers: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidTemplateError, match="template") as caught:
        a_template_with_answers(**answers)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("answers", "rules"),
    [
        ({"rules": {"never_say": ["you are welcome"]}}, ["answer_refused", "no_time_to_ask"]),
        ({"rules": {"max_characters": 20}}, ["answer_refused", "no_time_to_ask"]),
        ({"ask_for": {}}, []),
    ],
)
def test_the_check_finds_answers_that_cannot_help(
    answers: dict[str, Any], rules: list[str]
) -> None:
    assert [one.rule for one in find_in_answers(a_template_with_answers(**answers))] == rules


def test_a_stage_completes_the_answers_and_rules_of_its_template() -> None:
    document = a_document(rules={"max_per_day": 2, "approval": True})
    document["stages"]["awareness"] |= {
        "answers": {"greeting": "Hello,", "intents": {"thanks": "Gladly."}},
        "answer_rules": {"approval": False},
    }
    guide = parse_template(document).answer_guide(StageName("awareness"))
    assert guide is not None
    assert (guide.texts.greeting, guide.texts.intents) == ("Hello,", {Intent.THANKS: "Gladly."})
    assert dict(guide.texts.ask_for) == {"team_size": "How many?"}
    assert (guide.rules.max_per_day, guide.rules.approval) == (2, False)


def test_a_template_without_answers_expects_none() -> None:
    template = parse_template({"stages": {"awareness": {"messages": ["Hello?"]}}})
    before = a_conversation()
    assert expect_answer(before, template, a_reply(), an_analysis(), NOW) == (before, ())


@pytest.mark.parametrize("kind", [ReplyKind.AUTO_REPLY, ReplyKind.OUT_OF_OFFICE])
def test_what_nobody_wrote_is_not_answered_and_the_reason_is_kept(kind: ReplyKind) -> None:
    before = waiting()
    analysis = an_analysis(kind=kind)
    after, records = expect_answer(before, a_template_with_answers(), a_reply(), analysis, NOW)
    assert after is before
    assert [(one.kind, one.rule) for one in records] == [("silence", "kind")]


def test_replies_that_come_before_the_answer_are_answered_together() -> None:
    later = a_reply(id="reply_2", message_id="<2@example.com>")
    said = an_analysis(intents=(Intent.ANGER,), confidence=0.7, sentiment=Sentiment.NEGATIVE)
    after, _ = expect_answer(waiting(), a_template_with_answers(), later, said, at(2))
    assert after.answering is not None
    pending = after.answering.pending
    assert pending is not None
    assert (pending.reply_id, pending.intents) == ("reply_2", (Intent.THANKS, Intent.ANGER))
    assert (pending.confidence, pending.sentiment) == (0.7, Sentiment.NEGATIVE)


def test_an_answer_stands_in_the_thread_of_the_reply_under_a_key_of_its_own() -> None:
    before = waiting(message_id="<r1@example.com>").model_copy(
        update={"thread": ("<0@x>", "<r1@example.com>")}
    )
    after, entry = with_answer(before, ANSWER, TEXT, DOMAIN, at(2))
    message = ledger_entry(after, entry)
    assert message.id == answer_key(before.id, StageName("awareness"), "reply_1")
    assert (message.kind, message.message_index) == (MessageKind.ANSWER, -1)
    assert message.in_reply_to == "<r1@example.com>"
    assert message.references == ("<0@x>", "<r1@example.com>")
    assert (after.outbox, after.metrics.messages_sent) == ((message.id,), 1)
    assert last_outbound_key(after) == message.id
    assert after.answering is not None
    assert (after.answering.pending, after.answering.said) == (None, ("ask_for.team_size",))


def test_an_answer_that_left_late_moves_no_clock_of_the_stage() -> None:
    after, _ = with_answer(waiting(), ANSWER, TEXT, DOMAIN, at(2))
    late = as_it_left(after, DeliveryFact(DeliveryStatus.SENT, at(5)))
    assert late.visit.attended_at == at(5)
    assert late.visit.last_sent_at == after.visit.last_sent_at


def test_silence_after_an_answer_counts_from_the_answer() -> None:
    document = a_document()
    document["stages"]["awareness"] |= {
        "messages": [{"template": "Hello?", "timing": {"follow_up_delay_hours": 24}}],
        "progression_rules": {"min_responses_required": 2},
    }
    template = parse_template(document)
    after, _ = with_answer(waiting(), ANSWER, TEXT, DOMAIN, at(20))
    wait = decide(after, template, FACTS, at(25))
    assert getattr(wait, "until", None) == at(44)  # 20 h, when we answered, and 24 h
    assert isinstance(decide(after, template, FACTS, at(44)), Escalate)


def test_a_reply_waits_for_nothing_once_the_template_has_no_answers() -> None:
    bare = parse_template({"stages": {"awareness": {"messages": ["Hello?"]}}})
    assert isinstance(decide(waiting(), bare, FACTS, NOW), Silence)


def test_hours_that_never_open_end_the_conversation() -> None:
    closed = ALWAYS_OPEN.__class__(ALWAYS_OPEN.zone, None, _EveryDay())
    decision = decide(waiting(), a_template_with_answers(), FACTS, NOW, None, closed)
    assert isinstance(decision, Complete)
    assert (decision.rule, decision.outcome) == ("contact_hours", Outcome.ERROR)


class _EveryDay:
    def __contains__(self, day: object) -> bool:
        return True


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("name", "rule"),
    [("https://evil.example", "guard_link"), ("guaranteed", "guard_promise"), (None, "rendering")],
)
async def test_an_answer_that_must_not_be_sent_calls_a_person(name: str | None, rule: str) -> None:
    template = a_template_with_answers()
    person = {} if name is None else {"first_name": name}
    before = waiting().model_copy(update={"context": {"recipient": person}})

    async def decided(state: Conversation, known: DeliveryFact | None) -> Any:
        return decide(state, template, FACTS, NOW, known)

    async def composed(state: Conversation, said: Any) -> Any:
        return compose_answer(state, template, said, {})

    commit = await advance_conversation(before, {}, decided, composed, DOMAIN, NOW)
    assert (commit.entries, commit.after.status) == ((), ConversationStatus.ESCALATED)
    assert [(one.kind, one.rule) for one in commit.decisions] == [("escalate", rule)]


@pytest.mark.parametrize(
    ("status", "due_at", "decision"),
    [
        (DeliveryStatus.QUEUED, at(1), Wait),
        (DeliveryStatus.SENDING, None, Wait),
        (DeliveryStatus.DEFERRED, at(0.5), Wait),
        (DeliveryStatus.DEFERRED, at(3), Answer),  # somebody who writes is not let wait for hours
        (DeliveryStatus.SENT, at(1), Answer),
    ],
)
def test_an_answer_lets_a_message_that_leaves_now_go_first(
    status: DeliveryStatus, due_at: Any, decision: type
) -> None:
    fact = DeliveryFact(status, due_at)
    found = decide(waiting(), a_template_with_answers(), FACTS, NOW, fact)
    assert isinstance(found, decision)
    assert (found.rule == "message_on_its_way") is (decision is Wait)


@pytest.mark.anyio
async def test_one_message_at_most_is_said_at_once() -> None:
    answers = iter([ANSWER, Silence("r", "why"), Send("message", "message 2 of 2", 1, 0)])

    async def decided(state: Conversation, known: DeliveryFact | None) -> Any:
        return next(answers)

    async def composed(state: Conversation, said: Any) -> Any:
        return TEXT

    commit = await advance_conversation(waiting(), {}, decided, composed, DOMAIN, NOW)
    assert [one.kind for one in commit.decisions] == ["answer", "silence", "wait"]
    assert len(commit.entries) == 1
    last = commit.decisions[-1]
    assert (last.rule, last.until) == ("message_on_its_way", NOW + timedelta(seconds=1))
    assert last.reason == "the message before it leaves first; next: message 2 of 2"


def test_free_words_are_held_to_the_recipients_language() -> None:
    template = a_template_with_answers(languages={"de": {"intents": {"thanks": "Gern."}}})
    words = TEXT._replace(text="Thank you, we would like to talk to you about it.")
    with pytest.raises(AnswerRefusedError, match="should be in de"):
        check_answer(
            words, waiting(language="de"), template, {}, language="de", is_written_freely=True
        )


def test_a_person_writes_once_until_the_recipient_writes_again() -> None:
    before = waiting()
    after, entry = with_words_of_a_person(before, TEXT, DOMAIN, NOW)
    assert after.answering is not None
    assert (after.answering.pending, after.outbox) == (None, (entry.message_id,))
    assert key_for_person(after, TEXT.text) == entry.message_id
    heard = after.metrics.model_copy(update={"messages_received": 1})
    assert key_for_person(after.model_copy(update={"metrics": heard}), TEXT.text) != (
        entry.message_id
    )


@pytest.mark.parametrize(
    ("kind", "outcome", "leaves"),
    [
        (MessageKind.PERSON, None, True),
        (MessageKind.PERSON, Outcome.HANDED_OFF, True),
        (MessageKind.PERSON, Outcome.OPTED_OUT, False),
        (MessageKind.PERSON, Outcome.BOUNCED, False),
        (MessageKind.ANSWER, None, False),
    ],
)
def test_a_held_conversation_lets_a_person_write_but_not_the_bot(
    kind: MessageKind, outcome: Outcome | None, leaves: bool
) -> None:
    after, entry = with_words_of_a_person(waiting(), TEXT, DOMAIN, NOW)
    message = ledger_entry(after, entry).model_copy(update={"kind": kind})
    status = ConversationStatus.ESCALATED if outcome is None else ConversationStatus.COMPLETED
    known = gate_facts(status, outcome)
    stop = gate(message, SendingFacts(CampaignStatus.ACTIVE, None, known), NOW)
    assert (stop is None) is leaves


def test_only_a_held_conversation_is_given_back() -> None:
    held = a_conversation(status=ConversationStatus.ESCALATED, reason="angry")
    back = resumed(held, NOW)
    assert (back.status, back.reason, back.next_action_at) == (ConversationStatus.ACTIVE, None, NOW)
    with pytest.raises(IllegalTransitionError):
        resumed(a_conversation(status=ConversationStatus.COMPLETED), NOW)


def test_the_answer_waits_as_a_person_would_need_and_not_longer() -> None:
    rules = {"min_delay_minutes": 10, "max_delay_minutes": 30}
    template = a_template_with_answers(rules=rules)
    wait = decide(waiting(), template, FACTS, NOW)
    until = getattr(wait, "until", START)
    assert NOW + timedelta(minutes=10) <= until <= NOW + timedelta(minutes=30)
    assert isinstance(decide(waiting(), template, FACTS, until), Answer)
