"""The transition tables as Mermaid diagrams, for the documentation.

``python -m comm_pipeline_tests.documentation`` puts them into the README.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from comm_pipeline.domain.statuses import (
    BATCH_REQUEST_TRANSITIONS,
    CAMPAIGN_TRANSITIONS,
    CONVERSATION_TRANSITIONS,
    DELIVERY_TRANSITIONS,
    BatchRequestStatus,
    CampaignStatus,
    ConversationStatus,
    DeliveryStatus,
)

#: Heading, table, and the statuses in which something may begin, in the order of a message's life.
DIAGRAMS: tuple[tuple[str, Mapping[Any, frozenset[Any]], tuple[StrEnum, ...]], ...] = (
    ("Batch request", BATCH_REQUEST_TRANSITIONS, (BatchRequestStatus.NEW,)),
    ("Campaign", CAMPAIGN_TRANSITIONS, (CampaignStatus.SCHEDULED, CampaignStatus.PENDING)),
    ("Conversation", CONVERSATION_TRANSITIONS, (ConversationStatus.ACTIVE,)),
    ("Delivery", DELIVERY_TRANSITIONS, (DeliveryStatus.QUEUED,)),
)


def mermaid(table: Mapping[Any, frozenset[Any]], starts: Iterable[StrEnum]) -> str:
    """Return a transition table as a Mermaid state diagram; final statuses lead to the end."""
    lines = ["stateDiagram-v2", *(f"    [*] --> {start}" for start in starts)]
    for current, following in table.items():
        # In the table's order: a set's own order differs from run to run.
        lines += [f"    {current} --> {status}" for status in table if status in following]
        if not following:
            lines.append(f"    {current} --> [*]")
    return "\n".join(lines)


def states_markdown() -> str:
    """Return all diagrams, each in a code block under its heading."""
    return "\n\n".join(
        f"**{heading}**\n\n```mermaid\n{mermaid(table, starts)}\n```"
        for heading, table, starts in DIAGRAMS
    )
