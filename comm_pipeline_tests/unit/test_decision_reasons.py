"""The rules and reasons of decisions, as ``explain`` shows them, each as a whole."""

from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from comm_pipeline.domain.answers_state import Answering, PendingAnswer, Proposal
from comm_pipeline.domain.contact_calendar import ALWAYS_OPEN, ContactCalendar
from comm_pipeline.domain.conversations import Conversation, StageVisit
from comm_pipeline.domain.decision import (
    NEXT_PASS,
    Advance,
    Answer,
    CampaignFacts,
    Complete,
    Decision,
    DeliveryFact,
    Escalate,
    Send,
    Silence,
    Wait,
    after_message,
    decide,
)
from comm_pipeline.domain.statuses import ConversationStatus, DeliveryStatus, Outcome
from comm_pipeline.domain.template_shapes import parse_template
from comm_pipeline.domain.templates import CampaignTemplate, CompletionConditions
from comm_pipeline_tests.builders import (
    FACTS,
    a_conversation,
    a_message,
    a_stage,
    a_template,
    a_visit,
    a_visit_after_message,
    at,
)
from comm_pipeline_tests.unit.test_decision_hours import OFFICE

NOW = at(1)
TWO_MESSAGES = a_template(a_stage(messages=(a_message(max_follow_ups=2), a_message(delay_hours=9))))
DEAL = a_template(completion=CompletionConditions(specific_response_received="accept_proposal"))
PROPOSAL = Proposal(subject="Re: Reports", text="Gladly.", parts=("intents.thanks",))
APPROVED = PROPOSAL.model_copy(update={"is_approved": True})


class _EveryDay:
    def __contains__(self, day: object) -> bool:
        return isinstance(day, date)


NEVER_OPEN = ContactCalendar(ZoneInfo("UTC"), None, _EveryDay())


def answering_template(stage: dict[str, Any] | None = None, **rules: Any) -> CampaignTemplate:
    """Return a template that thanks for thanks, at once."""
    minutes = {"min_delay_minutes": 0, "max_delay_minutes": 0}
    spoken = {"messages": [{"subject": "Reports", "template": "Hello?"}]}
    return parse_template(
        {
            "stages": {"awareness": spoken | (stage or {})},
            "answers": {"intents": {"thanks": "You are welcome."}},
            "global_settings": {"answer_rules": minutes | rules},
        }
    )


def thanked(**pending: Any) -> Conversation:
    """Return a conversation in which a reply of thanks waits for an answer since NOW."""
    said = {"reply_id": "reply_1", "stage": "awareness", "at": NOW, "confidence": 1.0}
    one = PendingAnswer.model_validate(said | {"intents": ("thanks",)} | pending)
    visit = a_visit_after_message(last_response_at=NOW)
    return a_conversation(visit, answering=Answering(pending=one))


@pytest.mark.parametrize(
    ("visit", "hours", "decision"),
    [
        (a_visit(), 0, Send("message", "message 1 of 2", 0, 0)),
        (a_visit_after_message(), 48, Send("follow_up", "follow-up 1 of 2", 0, 1)),
        (a_visit_after_message(), 1, Wait("follow_up", "next: follow-up 1 of 2", at(48))),
        (
            a_visit_after_message(follow_ups_sent=2, last_sent_at=at(96)),
            105,
            Send("message", "message 2 of 2", 1, 0),
        ),
        (
            a_visit_after_message("gone"),
            1,
            Advance(
                "stage_removed",
                "the stage gone is not in the template any more",
                a_visit().name,
            ),
        ),
    ],
)
def test_what_a_stage_says_next(visit: StageVisit, hours: float, decision: Decision) -> None:
    assert decide(a_conversation(visit), TWO_MESSAGES, FACTS, at(hours)) == decision


@pytest.mark.parametrize(
    ("conversation", "template", "facts", "delivery", "calendar", "decision"),
    [
        (
            a_conversation(status=ConversationStatus.ESCALATED),
            DEAL,
            FACTS,
            None,
            ALWAYS_OPEN,
            Wait("not_active", "the conversation is escalated", None),
        ),
        (
            a_conversation(),
            DEAL,
            CampaignFacts(1.0, NOW),
            None,
            ALWAYS_OPEN,
            Complete("campaign_end", "the campaign has reached its end", Outcome.EXPIRED),
        ),
        (
            a_conversation(named_responses=("accept_proposal",)),
            DEAL,
            FACTS,
            None,
            ALWAYS_OPEN,
            Complete(
                "specific_response_received",
                "the response accept_proposal was received",
                Outcome.SUCCESS,
            ),
        ),
        (
            a_conversation(a_visit_after_message()),
            DEAL,
            FACTS,
            DeliveryFact(DeliveryStatus.DEFERRED, at(3)),
            ALWAYS_OPEN,
            Wait("message_on_its_way", "the latest message is deferred", at(3 + 30 / 3600)),
        ),
        (
            a_conversation(),
            DEAL,
            FACTS,
            None,
            NEVER_OPEN,
            Complete(
                "contact_hours",
                "message 1 of 1: the recipient's contact hours never open",
                Outcome.ERROR,
            ),
        ),
        (
            a_conversation(a_visit_after_message(last_sent_at=at(0))),
            TWO_MESSAGES,
            CampaignFacts(1.0, at(20)),
            None,
            ALWAYS_OPEN,
            Wait("campaign_end", "the next message would leave at 2026-03-04 09:00 UTC", at(20)),
        ),
    ],
)
def test_why_nothing_more_is_said(
    conversation: Conversation,
    template: CampaignTemplate,
    facts: CampaignFacts,
    delivery: DeliveryFact | None,
    calendar: ContactCalendar,
    decision: Decision,
) -> None:
    assert decide(conversation, template, facts, NOW, delivery, calendar) == decision


@pytest.mark.parametrize(
    ("conversation", "template", "decision"),
    [
        (
            thanked(),
            answering_template(),
            Answer("answer", "answers with intents.thanks", ("intents.thanks",)),
        ),
        (
            thanked(),
            answering_template(approval=True),
            Answer("answer", "answers with intents.thanks", ("intents.thanks",), True),
        ),
        (
            thanked(),
            answering_template(end_on=["thanks"]),
            Answer("answer", "answers with intents.thanks", ("intents.thanks",), ends=True),
        ),
        (
            thanked(),
            a_template(),
            Silence("no_answers", "the template says nothing of answers any more"),
        ),
        (
            thanked(is_answered=True),
            answering_template(),
            Complete("end_on", "the answer ends the conversation", Outcome.NO_RESPONSE),
        ),
        (
            thanked(intents=("refusal",)),
            answering_template(end_on=["refusal"]),
            Complete("end_on", "refusal: does not want what is offered", Outcome.NO_RESPONSE),
        ),
        (
            thanked(intents=("referral",)),
            answering_template(),
            Silence("nothing_to_say", "the template has no text for this reply"),
        ),
        (
            thanked(proposal=PROPOSAL),
            answering_template(approval=True),
            Wait("approval", "the answer waits for a person's approval", None),
        ),
        (
            thanked(proposal=APPROVED),
            answering_template(approval=True, end_on=["thanks"]),
            Answer("approval", "a person approved it", ("intents.thanks",), ends=True),
        ),
        (
            thanked(intents=("anger",)),
            answering_template(),
            Escalate("escalate_on", "anger: is hostile: insults, outrage", "notify_manager"),
        ),
        (
            thanked(intents=("anger",)),
            answering_template({"progression_rules": {"escalation_action": "call_back"}}),
            Escalate("escalate_on", "anger: is hostile: insults, outrage", "call_back"),
        ),
    ],
)
def test_what_becomes_of_a_reply(
    conversation: Conversation, template: CampaignTemplate, decision: Decision
) -> None:
    assert decide(conversation, template, FACTS, NOW) == decision


@pytest.mark.parametrize(
    ("calendar", "ends_at", "decision"),
    [
        (
            NEVER_OPEN,
            None,
            Complete(
                "contact_hours",
                "an answer is due: the recipient's contact hours never open",
                Outcome.ERROR,
            ),
        ),
        (OFFICE, None, Wait("contact_hours", "next: answers with intents.thanks", at(23))),
        (OFFICE, at(12), Wait("contact_hours", "next: answers with intents.thanks", at(12))),
    ],
)
def test_an_answer_waits_for_the_hours(
    calendar: ContactCalendar, ends_at: Any, decision: Decision
) -> None:
    facts = CampaignFacts(1.0, ends_at)
    assert decide(thanked(), answering_template(), facts, at(8), None, calendar) == decision


def test_after_a_message_another_one_waits_for_the_next_pass() -> None:
    reason = "the message before it leaves first; next: why"
    held = Wait("message_on_its_way", reason, NOW + NEXT_PASS)
    said: tuple[Decision, ...] = (
        Send("message", "why", 0, 0),
        Answer("answer", "why", ()),
        Escalate("escalate_on", "why", "notify_manager"),
    )
    assert [after_message(one, NOW) for one in said] == [held, held, held]
    silent: tuple[Decision, ...] = (
        Silence("no_answers", "why"),
        Complete("campaign_end", "why", Outcome.EXPIRED),
        replace(held, rule="other"),
    )
    assert [after_message(one, NOW) for one in silent] == list(silent)
