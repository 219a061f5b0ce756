"""A small campaign for simulations, and the pieces of a simulation."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from comm_pipeline.settings import Settings
from comm_pipeline.simulation.habits import Habits, load_habits
from comm_pipeline.simulation.simulate import LONGEST, Plan
from comm_pipeline_tests.builders import a_batch_request, a_recipient

#: A Monday morning.
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DEFAULT_BEHAVIOUR = (
    Path(__file__).parents[1] / "templates" / "simulation" / "default_behaviour.json"
)


def some_habits(**changes: Any) -> Habits:
    """Return the default habits; keywords change the default of every stage, or the top level."""
    document = json.loads(DEFAULT_BEHAVIOUR.read_text())
    for name, value in changes.items():
        target = document if name in Habits.model_fields else document["default"]
        target[name] = value
    return Habits.model_validate(document)


def default_habits() -> Habits:
    return load_habits(DEFAULT_BEHAVIOUR)


def a_plan(people: int = 20, **changes: Any) -> Plan:
    """Return a plan over the documents' two-stage template."""
    fields: dict[str, Any] = {
        "request": a_request(people),
        "habits": some_habits(answer_rate=0.5),
        "seed": "1",
        "starts_at": START,
        "until": START + LONGEST,
        "tick": timedelta(minutes=1),
    }
    return Plan(**(fields | changes))


def a_request(recipients: int, **overrides: Any) -> dict[str, Any]:
    zones = ("Europe/Berlin", "America/New_York", "Asia/Kolkata")
    people = [a_recipient(number) for number in range(1, recipients + 1)]
    for person, zone in zip(people, zones * recipients, strict=False):
        person["contact_info"]["timezone"] = zone
    return a_batch_request() | {"recipients": people} | overrides


def some_settings(uri: str, database: str) -> Settings:
    return Settings(mongodb_uri=uri, mongodb_database=database)


def without_effort(data: Any) -> Mapping[str, Any]:
    return data.model_dump(exclude={"effort"})
