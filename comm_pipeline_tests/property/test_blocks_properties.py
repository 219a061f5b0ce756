"""What ``explain`` lists as in the way, against the functions that decide."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from comm_pipeline.domain.blocks import Block, Situation, blocks
from comm_pipeline.domain.contact_calendar import ALWAYS_OPEN, ContactCalendar
from comm_pipeline.domain.contact_hours import BusinessHours
from comm_pipeline.domain.conversations import Conversation
from comm_pipeline.domain.decision import (
    CampaignFacts,
    DeliveryFact,
    Send,
    Wait,
    as_it_will_leave,
    decide,
)
from comm_pipeline.domain.frequency import CapReached
from comm_pipeline.domain.gates import SendingFacts, gate
from comm_pipeline.domain.messages import RenderedText, ledger_entry
from comm_pipeline.domain.statuses import CampaignStatus, DeliveryStatus
from comm_pipeline.domain.templates import CampaignTemplate
from comm_pipeline.domain.time_windows import parse_window
from comm_pipeline.domain.transition import with_message
from comm_pipeline_tests.builders import (
    DOMAIN,
    START,
    a_conversation,
    a_reply,
    a_visit,
    an_analysis,
    gate_facts,
)
from comm_pipeline_tests.passes import receive, run_pass
from comm_pipeline_tests.property.generated_templates import NAMED, templates

MOMENT = timedelta(microseconds=1)


class EveryDay:
    """Holidays without end."""

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date)


def hours_of(zone: str, **windows: list[str]) -> ContactCalendar:
    return ContactCalendar(ZoneInfo(zone), BusinessHours.model_validate(windows), frozenset())


OFFICE = {day: ["09:00-12:00", "13:00-17:00"] for day in ("monday", "tuesday", "thursday")}
CALENDARS = (
    ALWAYS_OPEN,
    hours_of("Europe/Berlin", **OFFICE),
    hours_of("America/Los_Angeles", friday=["22:00-03:00"], sunday=["08:00-09:00"]),
    replace(hours_of("Asia/Kolkata", **OFFICE), preferred=(parse_window("10:00-11:00"),)),
    ContactCalendar(
        ZoneInfo("UTC"), None, frozenset({date(2026, 3, 3)}), (parse_window("18:00-20:00"),)
    ),
    ContactCalendar(ZoneInfo("UTC"), None, EveryDay()),
)

_gaps = st.sampled_from([0, 0.25, 1, 5, 20, 26, 49, 100, 400])
_waiting = st.sampled_from([DeliveryStatus.QUEUED, DeliveryStatus.SENDING, DeliveryStatus.DEFERRED])


@dataclass(frozen=True)
class Case:
    """A conversation, and all that is known at an instant."""

    conversation: Conversation
    template: CampaignTemplate
    situation: Situation
    now: datetime

    def blocks(self) -> list[Block]:
        return blocks(self.conversation, self.template, self.situation, self.now)

    def decide(self) -> object:
        known = self.situation
        return decide(
            self.conversation,
            self.template,
            known.campaign,
            self.now,
            known.delivery,
            known.calendar,
        )

    def at(self, instant: datetime) -> "Case":
        """Return it at a later time, if nothing came in and a message on its way has left."""
        cap, delivery = self.situation.cap, self.situation.delivery
        if cap is not None and cap.clears_at <= instant:
            cap = None
        conversation = self.conversation
        if delivery is not None and (delivery.at is None or delivery.at <= instant):
            conversation = as_it_will_leave(conversation, delivery, self.now)
            delivery = None
        situation = replace(self.situation, cap=cap, delivery=delivery)
        return replace(self, conversation=conversation, now=instant, situation=situation)


@st.composite
def conversations(
    draw: st.DrawFn, template: CampaignTemplate, facts: CampaignFacts, calendar: ContactCalendar
) -> tuple[Conversation, datetime]:
    """Draw a conversation that has been led for a while, and a time after that."""
    conversation, now = a_conversation(a_visit(template.initial_stage)), START
    for number in range(draw(st.integers(0, 6))):
        now += timedelta(hours=draw(_gaps))
        if draw(st.booleans()):
            named = draw(st.lists(st.sampled_from(NAMED), max_size=1))
            analysis = an_analysis(*named, is_opt_out=draw(st.integers(0, 9)) == 0)
            reply = a_reply(id=f"reply_{number}", received_at=now)
            conversation = receive(conversation, template, reply, analysis, now)
        if draw(st.integers(0, 3)):
            passed = run_pass(conversation, template, facts, now, calendar=calendar)
            conversation = passed.conversation
    return conversation, now + timedelta(hours=draw(_gaps))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Draw a case of a campaign that is active."""
    template, calendar = draw(templates()), draw(st.sampled_from(CALENDARS))
    ends_after = draw(st.none() | st.sampled_from([10, 100, 500]))
    ends_at = None if ends_after is None else START + timedelta(hours=ends_after)
    facts = CampaignFacts(draw(st.sampled_from([0.01, 1.0, 2.0])), ends_at)
    conversation, now = draw(conversations(template, facts, calendar))
    delivery = None
    if conversation.visit.last_sent_at is not None and draw(st.booleans()):
        delivery = DeliveryFact(draw(_waiting), now + timedelta(hours=draw(_gaps)))
    situation = Situation(CampaignStatus.ACTIVE, facts, delivery=delivery, calendar=calendar)
    return Case(conversation, template, situation, now)


@st.composite
def capped_cases(draw: st.DrawFn) -> Case:
    """Draw a case in which a frequency cap may be reached."""
    case = draw(cases())
    clears_at = case.now + timedelta(hours=draw(_gaps)) + MOMENT
    cap = draw(st.none() | st.just(CapReached("enough for now", clears_at)))
    return replace(case, situation=replace(case.situation, cap=cap))


@settings(deadline=None)
@given(cases())
def test_the_first_block_is_the_rule_that_decides(case: Case) -> None:
    decision, found = case.decide(), case.blocks()
    if isinstance(decision, Wait):
        assert found[0].rule == decision.rule
    elif found:
        assert {block.rule for block in found} <= {"campaign_end", "contact_hours"}
        assert found[0].rule == decision.rule


@settings(deadline=None)
@given(
    capped_cases(),
    st.sampled_from(list(CampaignStatus)),
    st.none() | st.just("said stop"),
)
def test_what_would_be_said_now_is_blocked_by_what_its_gate_says(
    case: Case, status: CampaignStatus, suppression: str | None
) -> None:
    decision = case.decide()
    if not isinstance(decision, Send):
        return
    known = replace(case.situation, campaign_status=status, suppression=suppression)
    found = replace(case, situation=known).blocks()
    text = RenderedText(subject="A subject", text="A text")
    after, entry = with_message(case.conversation, decision, text, DOMAIN, case.now)
    withheld = gate(
        ledger_entry(after, entry),
        SendingFacts(
            status,
            known.campaign.ends_at,
            gate_facts(after.status, after.outcome, None, after.current_stage),
            suppression,
            known.calendar,
            known.cap,
        ),
        case.now,
    )
    if withheld is None:
        assert found == []
    elif status is CampaignStatus.ACTIVE:
        assert found[0].rule == withheld.rule
    else:  # a campaign that is not active plans nothing, and asks no gate
        assert found[0].rule == "campaign_status"


@settings(deadline=None)
@given(capped_cases())
def test_what_blocks_has_ended_when_it_is_said_to(case: Case) -> None:
    found = case.blocks()
    if not found or any(block.clears_at is None for block in found):
        return
    clears_at = max(block.clears_at for block in found if block.clears_at is not None)
    after = case.at(clears_at).blocks()
    assert {block.rule for block in found}.isdisjoint(block.rule for block in after)
    # A preference alone is waited for, but whoever is asked in the open hours before may speak.
    if clears_at - MOMENT > case.now and not case.situation.calendar.preferred:
        assert case.at(clears_at - MOMENT).blocks()
