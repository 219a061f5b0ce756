"""Whole conversations, replayed from readable scripts.

A script names a template (of the source documents, or written into it), the events with their time
in hours, and the expected timeline. Between two events the conversation is written to JSON and read
back, as storage does it. Messages are counted from 1; ``follow_up`` 0 is the message itself.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from comm_pipeline.domain.conversations import Conversation
from comm_pipeline.domain.decision import (
    Advance,
    CampaignFacts,
    Complete,
    Decision,
    Escalate,
    Send,
    Wait,
)
from comm_pipeline.domain.template_shapes import parse_template
from comm_pipeline.domain.templates import CampaignTemplate
from comm_pipeline_tests.builders import START, a_conversation, a_reply, a_visit, an_analysis, at
from comm_pipeline_tests.passes import receive, run_pass

HERE = Path(__file__).parent
SCRIPTS = sorted((HERE / "conversations").glob("*.json"))


def load_template(script: dict[str, Any]) -> CampaignTemplate:
    template = script["template"]
    if isinstance(template, str):
        template = json.loads((HERE / "templates" / f"{template}.json").read_text())
    return parse_template(template)


def hours_of(wait: Wait) -> float | None:
    return None if wait.until is None else (wait.until - START).total_seconds() / 3600


def shown(stage: str, decision: Decision) -> dict[str, Any]:
    """Return a decision as the scripts write it."""
    match decision:
        case Send(message_index=index, follow_up=follow_up):
            return {"send": stage, "message": index + 1, "follow_up": follow_up}
        case Advance(rule=rule, next_stage=following):
            return {"advance": following, "rule": rule}
        case Escalate(rule=rule, action=action):
            return {"escalate": action, "rule": rule}
        case Complete(rule=rule, outcome=outcome):
            return {"complete": outcome.value, "rule": rule}
        case Wait(rule=rule):
            return {"wait": rule, "until_hours": hours_of(decision)}


def stored_and_loaded(conversation: Conversation) -> Conversation:
    return Conversation.model_validate_json(conversation.model_dump_json(by_alias=True))


class Replay:
    """One conversation on its way through a script."""

    def __init__(self, script: dict[str, Any]) -> None:
        self.template = load_template(script)
        ends = script.get("campaign_ends_at_hours")
        factor = script.get("delay_factor", 1.0)
        self.facts = CampaignFacts(factor, None if ends is None else at(ends))
        self.conversation = a_conversation(a_visit(self.template.initial_stage))
        self.timeline: list[dict[str, Any]] = []

    def play(self, event: dict[str, Any]) -> None:
        self.conversation = stored_and_loaded(self.conversation)
        if "reply" in event:
            self._reply(event)
        self._pass(event["at_hours"])

    def _reply(self, event: dict[str, Any]) -> None:
        analysis = dict(event["reply"])
        text, now = analysis.pop("text"), at(event["at_hours"])
        reply = a_reply(text, id=f"reply at {event['at_hours']}", received_at=now)
        self.conversation = receive(
            self.conversation,
            self.template,
            reply,
            an_analysis(*analysis.pop("named_responses", ()), **analysis),
            now,
        )

    def _pass(self, hours: float) -> None:
        stage = self.conversation.current_stage
        result = run_pass(self.conversation, self.template, self.facts, at(hours))
        self.conversation = result.conversation
        for decision in result.decisions:
            self.timeline.append({"at_hours": hours} | shown(stage, decision))
            if isinstance(decision, Advance):
                stage = decision.next_stage

    def ending(self) -> dict[str, Any]:
        return {
            "status": self.conversation.status.value,
            "outcome": self.conversation.outcome and self.conversation.outcome.value,
            "stages": [visit.name for visit in self.conversation.stages],
            "messages_sent": self.conversation.metrics.messages_sent,
            "messages_received": self.conversation.metrics.messages_received,
            "response": self.conversation.context.get("response", {}),
        }


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_the_conversation_goes_as_its_script_says(path: Path) -> None:
    script = json.loads(path.read_text())
    replay = Replay(script)
    for event in script["events"]:
        replay.play(event)
    assert replay.timeline == script["expected"]
    assert replay.ending() == script["ending"]


def test_there_are_scripts_for_both_documented_templates() -> None:
    named = [json.loads(path.read_text())["template"] for path in SCRIPTS]
    assert {"sales_campaign_template_001", "support_followup_template_001"} <= {
        name for name in named if isinstance(name, str)
    }
