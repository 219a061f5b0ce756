"""What one decision costs, and that it does not grow with the conversation's history."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from statistics import median
from time import perf_counter
from typing import Final
from zoneinfo import ZoneInfo

from comm_pipeline.domain.contact_calendar import ALWAYS_OPEN, ContactCalendar
from comm_pipeline.domain.contact_hours import BusinessHours
from comm_pipeline.domain.conversations import Conversation, Direction, HistoryEntry
from comm_pipeline.domain.decision import decide
from comm_pipeline.domain.template_shapes import parse_template
from comm_pipeline.domain.time_windows import parse_window
from comm_pipeline_tests.benchmarks.first_pass import FACTS
from comm_pipeline_tests.benchmarks.workload import TEMPLATE_FILE
from comm_pipeline_tests.builders import a_conversation, a_visit_after_message

HISTORY_LENGTHS: Final = (0, 10, 100, 1_000)
_NOW: Final = datetime(2026, 3, 2, 12, tzinfo=UTC)
_ROUNDS: Final = 7


def measure_decide(calls: int = 2_000) -> dict[str, float]:
    """Return the microseconds of a decision for typical moments, and by length of history."""
    template = parse_template(json.loads(TEMPLATE_FILE.read_text()))

    def cost(conversation: Conversation, calendar: ContactCalendar = ALWAYS_OPEN) -> float:
        return _microseconds(
            lambda: decide(conversation, template, FACTS, _NOW, calendar=calendar), calls
        )

    costs = {name: cost(one) for name, one in _typical().items()}
    hours = {
        f"{name}, with contact hours": cost(one, _calendar()) for name, one in _typical().items()
    }
    lengths = {f"history of {length}": cost(_with_history(length)) for length in HISTORY_LENGTHS}
    return costs | hours | lengths


def _typical() -> dict[str, Conversation]:
    said = a_visit_after_message(last_sent_at=_NOW - timedelta(hours=49))
    answered = said.model_copy(update={"last_response_at": _NOW, "responses": 1})
    return {
        "first message": a_conversation(),
        "waits for an answer": a_conversation(a_visit_after_message()),
        "follow-up": a_conversation(said),
        "answer received": a_conversation(answered),
    }


def _calendar() -> ContactCalendar:
    """Return a calendar with all that one may have: hours, holidays, and preferred times."""
    return ContactCalendar(
        zone=ZoneInfo("Europe/Berlin"),
        hours=BusinessHours.model_validate({"start": "09:00", "end": "17:00"}),
        holidays=frozenset({date(2026, 4, 3), date(2026, 4, 6)}),
        preferred=(parse_window("10:00-12:00"),),
    )


def _with_history(length: int) -> Conversation:
    entries = tuple(
        HistoryEntry(
            message_id=f"message {number}",
            direction=Direction.INBOUND if number % 2 else Direction.OUTBOUND,
            content="Thank you, that is what I wanted to know.",
            timestamp=_NOW - timedelta(hours=length - number),
        )
        for number in range(length)
    )
    return a_conversation(a_visit_after_message(), message_history=entries)


def _microseconds(call: Callable[[], object], calls: int) -> float:
    rounds = []
    for _ in range(_ROUNDS):
        start = perf_counter()
        for _ in range(calls):
            call()
        rounds.append((perf_counter() - start) / calls * 1e6)
    return median(rounds)
