"""The page: complete, safe and self-contained."""

import base64
import hashlib
import re
from pathlib import Path
from typing import Any

import pytest

from comm_pipeline.errors import EnvironmentFailure
from comm_pipeline.reporting.simulation_data import (
    Day,
    Effort,
    Ending,
    Group,
    RuleCount,
    Setup,
    SimulationData,
    StageFunnel,
    Totals,
    Volume,
)
from comm_pipeline.reporting.simulation_page import round_ceiling, simulation_page
from comm_pipeline_tests.simulation_builders import DEFAULT_BEHAVIOUR, START, default_habits

TEMPLATES = DEFAULT_BEHAVIOUR.parents[1]
HOSTILE = "<script>alert(1)</script>{{ 7*7 }}"


def some_data(**changes: Any) -> SimulationData:
    setup = Setup(
        campaign=HOSTILE,
        campaign_type="sales",
        template_id="t",
        template_version="v",
        recipients=3,
        recipients_made_up=True,
        seed=HOSTILE,
        starts_at=START,
        until=START,
        tick_seconds=60,
        behaviour=default_habits().model_dump(mode="json"),
        never_written=("budget",),
    )
    fields: dict[str, Any] = {
        "setup": setup,
        "ending": Ending(
            is_complete=False,
            at=START,
            campaign_status="active",
            last_conversation_at=START,
            open_conversations=1,
        ),
        "totals": Totals(written_to=2, answered=1, messages=4, replies=1, opted_out=1),
        "funnel": (
            StageFunnel(
                name="a",
                title=HOSTILE,
                entered=3,
                written_to=2,
                answered=1,
                completed=1,
                still_there=0,
                median_hours=None,
            ),
        ),
        "statuses": {"completed": 2, "active": 1},
        "outcomes": {"success": 1, "opted_out": 1},
        "deliveries": {"sent": 4},
        "days": (Day(day="2026-03-02", messages=4, replies=1, ended=2),),
        "hours": tuple(Volume(messages=hour, replies=0) for hour in range(24)),
        "known_time_zones": 1,
        "never_spoke": (Group(rule="r", reason=HOSTILE, count=1, recipients=(HOSTILE,)),),
        "still_waiting": (Group(rule="r", reason="waits", count=1),),
        "held_back": (Group(rule="waited: frequency_cap", reason="2 in 24 h", count=7),),
        "decisions": (RuleCount(kind="send", rule="message", count=4),),
        "effort": Effort(looks=1, passes=1, seconds=0.5),
    }
    return SimulationData(**(fields | changes))


def a_sampled() -> dict[str, Any]:
    outbound = {"direction": "outbound", "at": START, "left_at": None, "stage": "a", "follow_up": 1}
    more = {
        "variant": None,
        "status": "cancelled",
        "reason": "reply: meanwhile",
        "subject": HOSTILE,
    }
    found = {"is_opt_out": False, "named_responses": [HOSTILE], "values": {"rating": 4}}
    return {
        "recipient": "user_1",
        "name": HOSTILE,
        "address": None,
        "time_zone": "Europe/Berlin",
        "status": "completed",
        "outcome": "success",
        "reason": HOSTILE,
        "stage": "a",
        "messages": [
            {**outbound, **more, "text": HOSTILE},
            {"direction": "inbound", "at": START, "text": HOSTILE, "understood": found},
        ],
        "decisions": [
            {"at": START, "kind": "wait", "rule": "r", "reason": HOSTILE, "until": START}
        ],
    }


def test_nothing_that_comes_from_outside_is_taken_for_markup() -> None:
    page = simulation_page(some_data(), [a_sampled()], TEMPLATES)
    assert "<script>alert" not in page
    assert page.count("<script") == 1
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7*7 }}" in page


def test_it_asks_nobody_for_anything_and_runs_only_its_own_script() -> None:
    page = simulation_page(some_data(), [a_sampled()], TEMPLATES)
    assert not re.search(r"https?://|//cdn|@import|url\(", page)
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'" in page


def test_it_says_that_it_is_no_forecast_and_on_what_it_rests() -> None:
    page = simulation_page(some_data(), [], TEMPLATES)
    assert "This is no forecast." in page
    assert "Of 100 messages, 15 are answered" in page
    assert "budget: the template looks for it by a pattern of its own" in page
    assert "waited: frequency_cap" in page


def test_an_empty_simulation_has_a_page_too() -> None:
    empty = {"funnel": (), "days": (), "decisions": (), "outcomes": {}, "deliveries": {}}
    page = simulation_page(
        some_data(**empty, never_spoke=(), still_waiting=(), held_back=()), [], TEMPLATES
    )
    assert "No conversation has ended." in page


@pytest.mark.parametrize(
    ("value", "top"), [(0, 1), (1, 1), (3, 5), (5, 5), (6, 10), (11, 20), (999, 1000), (1001, 2000)]
)
def test_axes_end_at_round_numbers(value: int, top: int) -> None:
    assert round_ceiling(value) == top


def test_missing_templates_are_named(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFailure, match=r"simulation\.html\.j2"):
        simulation_page(some_data(), [], tmp_path)
