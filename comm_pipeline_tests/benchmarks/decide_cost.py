"""What one decision costs, and that it does not grow with the conversation's history."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from statistics import median
from time import perf_counter
from typing import Final

from comm_pipeline.domain.conversations import Conversation, Direction, HistoryEntry
from comm_pipeline.domain.decision import decide
from comm_pipeline.domain.template_shapes import parse_template
from comm_pipeline_tests.benchmarks.first_pass import FACTS
from comm_pipeline_tests.benchmarks.workload import TEMPLATE_FILE
from comm_pipeline_tests.builders import a_conversation, a_visit_after_message

HISTORY_LENGTHS: Final = (0, 10, 100, 1_000)
_NOW: Final = datetime(2026, 3, 2, 12, tzinfo=UTC)
_ROUNDS: Final = 7


def measure_decide(calls: int = 2_000) -> dict[str, float]:
    """Return the microseconds of a decision for typical moments, and by length of history."""
    template = parse_template(json.loads(TEMPLATE_FILE.read_text()))

    def cost(conversation: Conversation) -> float:
        return _microseconds(lambda: decide(conversation, template, FACTS, _NOW), calls)

    costs = {name: cost(one) for name, one in _typical().items()}
    lengths = {f"history of {length}": cost(_with_history(length)) for length in HISTORY_LENGTHS}
    return costs | lengths


def _typical() -> dict[str, Conversation]:
    said = a_visit_after_message(last_sent_at=_NOW - timedelta(hours=49))
    answered = said.model_copy(update={"last_response_at": _NOW, "responses": 1})
    return {
        "first message": a_conversation(),
        "waits for an answer": a_conversation(a_visit_after_message()),
        "follow-up": a_conversation(said),
        "answer received": a_conversation(answered),
    }


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
