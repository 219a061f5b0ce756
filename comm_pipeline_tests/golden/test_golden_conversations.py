"""Whole conversations, replayed from readable scripts.

A script names a template (of the source documents, or written into it), the events with their time
in hours from Monday, 2 March 2026, 09:00 UTC, and the expected timeline. Between two events the
conversation is written to JSON and read back, as storage does it. Messages are counted from 1;
``follow_up`` 0 is the message itself. What else a script may say stands in ``replay.py``.
"""

import json
from pathlib import Path

import pytest

from comm_pipeline_tests.golden.replay import HERE, Replay

#: The rules by which conversations wait, go on and end, and those of the gates.
RULES = {
    *("message", "follow_up", "message_on_its_way", "contact_hours", "not_active"),
    *("response", "waiting_for_response", "min_stage_duration_hours", "max_stage_duration_hours"),
    *("auto_advance_after_max_duration", "everything_said", "max_follow_ups"),
    *("advance_on_failure", "insufficient_response", "escalation_after_hours"),
    *("specific_response_received", "all_stages_completed", "campaign_end"),
    *("stage_removed", "rendering", "reply", "frequency_cap"),
}
SCRIPTS = sorted((HERE / "conversations").glob("*.json"))


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


def test_there_is_a_script_for_every_rule() -> None:
    lines = [line for path in SCRIPTS for line in json.loads(path.read_text())["expected"]]
    said = {str(value) for line in lines for value in line.values()}
    assert said >= RULES
