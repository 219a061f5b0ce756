"""One conversation, led through a script by the engine's own functions.

Beside its template a script may say ``recipient`` (contact data as a request gives them) and
``campaign_ends_at_hours``, ``delay_factor``, ``sent_by_other_campaigns_at_hours``. An event is a
``pass``, a ``reply`` (with ``away_until_hours``: a notice of absence), what a ``person`` does, or a
``template`` (its newer version). With ``"shows_texts": true`` the timeline shows subjects and
texts. What a decision wants said leaves at once, unless a gate holds it back: it is asked again
with every event, and the conversation is told.
"""

import asyncio
import json
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from comm_pipeline.domain.analysis import Analysis
from comm_pipeline.domain.answers_transition import approved, rejected, resumed
from comm_pipeline.domain.conversations import Conversation, HistoryEntry, Standstill
from comm_pipeline.domain.decision import (
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
    decide,
)
from comm_pipeline.domain.frequency import reached_cap
from comm_pipeline.domain.gates import GateFacts, SendingFacts, Withheld, gate
from comm_pipeline.domain.ids import MessageKey
from comm_pipeline.domain.messages import OutboundMessage, RenderedText, ledger_entry
from comm_pipeline.domain.standstills import stand_still
from comm_pipeline.domain.statuses import CampaignStatus, DeliveryStatus, Outcome
from comm_pipeline.domain.template_shapes import parse_template
from comm_pipeline.domain.templates import CampaignTemplate
from comm_pipeline.services.advancing import advance_conversation
from comm_pipeline.services.answering import compose_any
from comm_pipeline.services.calendars import CalendarBook
from comm_pipeline.services.contact_details import contact_of
from comm_pipeline_tests.builders import (
    DOMAIN,
    START,
    TEXT,
    a_conversation,
    a_reply,
    a_visit,
    at,
)
from comm_pipeline_tests.passes import receive

HERE: Final = Path(__file__).parent
Timeline = list[dict[str, Any]]


def load_template(given: str | dict[str, Any]) -> CampaignTemplate:
    """Return a template of the source documents by its name, or the one that is given."""
    if isinstance(given, str):
        given = json.loads((HERE / "templates" / f"{given}.json").read_text())
    return parse_template(given)


def shown(stage: str, decision: Decision) -> dict[str, Any]:
    """Return a decision as the scripts write it."""
    match decision:
        case Send(message_index=index, follow_up=follow_up):
            return {"send": stage, "message": index + 1, "follow_up": follow_up}
        case Answer() | Silence():
            return _shown_answer(decision)
        case Advance(rule=rule, next_stage=following):
            return {"advance": following, "rule": rule}
        case Escalate(rule=rule, action=action):
            return {"escalate": action, "rule": rule}
        case Complete(rule=rule, outcome=outcome):
            return {"complete": outcome.value, "rule": rule}
        case Wait(rule=rule, until=until):
            return {"wait": rule, "until_hours": None if until is None else hours_of(until)}


def _shown_answer(decision: Answer | Silence) -> dict[str, Any]:
    if isinstance(decision, Silence):
        return {"silence": decision.rule}
    return {"propose" if decision.needs_approval else "answer": list(decision.parts)}


def hours_of(instant: Any) -> float:
    hours: float = (instant - START).total_seconds() / 3600
    return round(hours, 4)


def stored_and_loaded(conversation: Conversation) -> Conversation:
    """Return the conversation as storage would give it back."""
    return Conversation.model_validate_json(conversation.model_dump_json(by_alias=True))


class Replay:
    """One conversation on its way through a script."""

    def __init__(self, script: dict[str, Any]) -> None:
        self.template = load_template(script["template"])
        ends = script.get("campaign_ends_at_hours")
        factor = script.get("delay_factor", 1.0)
        self.facts = CampaignFacts(factor, None if ends is None else at(ends))
        self.sent_at = [at(hours) for hours in script.get("sent_by_other_campaigns_at_hours", ())]
        self.recipient = {"id": "user_1"} | script.get("recipient", {})
        self.shows_texts = script.get("shows_texts", False)
        self.conversation = a_conversation(
            a_visit(self.template.initial_stage),
            contact=contact_of(self.recipient, self.template, START),
            context={"recipient": self.recipient},
        )
        self.deliveries: dict[MessageKey, DeliveryFact] = {}
        self.waiting: OutboundMessage | None = None
        self.timeline: Timeline = []

    def play(self, event: dict[str, Any]) -> None:
        self.conversation = stored_and_loaded(self.conversation)
        if "template" in event:
            self.template = load_template(event["template"])
        if "reply" in event:
            self._reply(event)
        if "person" in event:
            self._act(event["person"], at(event["at_hours"]))
        if self.waiting is not None:
            self._offer(self.waiting, event["at_hours"])
        self._pass(event["at_hours"])

    def _reply(self, event: dict[str, Any]) -> None:
        analysis = dict(event["reply"])
        text, now = analysis.pop("text"), at(event["at_hours"])
        if "away_until_hours" in analysis:
            self._stand_still(text, at(analysis["away_until_hours"]), now)
            return
        reply = a_reply(text, id=f"reply at {event['at_hours']}", received_at=now)
        self.conversation = receive(
            self.conversation,
            self.template,
            reply,
            Analysis.model_validate({"analyser": "test"} | analysis),
            now,
            self.deliveries,
        )

    def _act(self, what: str, now: datetime) -> None:
        """Do what a person does: approve, reject or resume."""
        acts = {"approve": approved, "reject": rejected, "resume": resumed}
        self.conversation = acts[what](self.conversation, now)

    def _stand_still(self, text: str, until: datetime, now: datetime) -> None:
        away = Standstill(rule="out_of_office", reason=text, until=until, message_id="away")
        moved = stand_still(self.conversation, away, now)
        assert moved is not None, "the script says that somebody is away"
        self.conversation = moved[0]

    def _pass(self, hours: float) -> None:
        before, made = self.conversation, list[Decision]()

        async def decide_next(state: Conversation, known: DeliveryFact | None) -> Decision:
            calendar = self.calendar()
            made.append(decide(state, self.template, self.facts, at(hours), known, calendar))
            return made[-1]

        commit = asyncio.run(
            advance_conversation(
                before, self.deliveries, decide_next, self._compose, DOMAIN, at(hours)
            )
        )
        if (last := commit.decisions[-1]).rule == "rendering":  # in place of what was to be said
            made[-1] = Complete(last.rule, last.reason, Outcome.ERROR)
        if last.rule == "message_on_its_way":  # in place of a second message
            made[-1] = Wait(last.rule, last.reason, last.until)
        history = (*before.message_history, *commit.entries)
        self.conversation = commit.after.model_copy(update={"message_history": history})
        self._show(before.current_stage, made, list(commit.entries), hours)

    def _show(
        self, stage: str, decisions: list[Decision], said: list[HistoryEntry], hours: float
    ) -> None:
        for decision in decisions:
            line = {"at_hours": hours} | shown(stage, decision)
            is_said = isinstance(decision, Send | Answer) and not (
                isinstance(decision, Answer) and decision.needs_approval
            )
            entry = said.pop(0) if is_said else None
            if entry is not None and self.shows_texts:
                line |= {"subject": entry.metadata["subject"], "text": entry.content}
            self.timeline.append(line)
            if entry is not None:
                self._offer(ledger_entry(self.conversation, entry), hours)
            if isinstance(decision, Advance):
                stage = decision.next_stage

    async def _compose(self, state: Conversation, said: Send | Answer) -> RenderedText:
        variables = self.template.context_data
        return compose_any(state, self.template, said, variables) if self.shows_texts else TEXT

    def _offer(self, message: OutboundMessage, hours: float) -> None:
        """Let a message leave, or wait, or never leave, as the gates say."""
        was_waiting, now = self.waiting is not None, at(hours)
        stop = self._stop(message, hours)
        self.waiting = None
        if stop is None:
            self.sent_at.append(now)
            self.deliveries[message.id] = DeliveryFact(DeliveryStatus.SENT, now)
            if was_waiting:
                self.timeline.append({"at_hours": hours, "leaves": message.stage})
            return
        self.deliveries[message.id] = DeliveryFact(stop.status, stop.until or now)
        line: dict[str, Any] = {"at_hours": hours, str(stop.status): stop.rule}
        if stop.status is DeliveryStatus.DEFERRED:
            self.waiting = message
            line["until_hours"] = stop.until and hours_of(stop.until)
        self.timeline.append(line)

    def _stop(self, message: OutboundMessage, hours: float) -> Withheld | None:
        one, now = self.conversation, at(hours)
        known = GateFacts.after(one)
        cap = reached_cap(self.template.frequency_caps, self.sent_at, now)
        ends_at, calendar = self.facts.ends_at, self.calendar()
        stage = self.template.stage(message.stage)
        facts = SendingFacts(
            CampaignStatus.ACTIVE, ends_at, known, calendar=calendar, cap=cap, stage=stage
        )
        return gate(message, facts, now)

    def calendar(self) -> Any:
        one = self.template
        book = CalendarBook(one.business_hours, one.holidays, one.optimal_contact_times)
        return book.of(self.conversation.contact)

    def ending(self) -> dict[str, Any]:
        return {
            "status": self.conversation.status.value,
            "outcome": self.conversation.outcome and self.conversation.outcome.value,
            "stages": [visit.name for visit in self.conversation.stages],
            "messages_sent": self.conversation.metrics.messages_sent,
            "messages_received": self.conversation.metrics.messages_received,
            "response": self.conversation.context.get("response", {}),
        }
