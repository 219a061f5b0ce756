from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import pytest

from comm_pipeline.domain.statuses import (
    BATCH_REQUEST_TRANSITIONS,
    CAMPAIGN_TRANSITIONS,
    CONVERSATION_TRANSITIONS,
    DELIVERY_TRANSITIONS,
    BatchRequestStatus,
    CampaignStatus,
    ConversationStatus,
    DeliveryStatus,
    Outcome,
    check_transition,
    sources_of,
)
from comm_pipeline.domain.transition import conclude
from comm_pipeline.errors import IllegalTransitionError
from comm_pipeline_tests.builders import a_conversation, at

Table = Mapping[Any, frozenset[Any]]
TABLES: list[tuple[type[StrEnum], Table]] = [
    (BatchRequestStatus, BATCH_REQUEST_TRANSITIONS),
    (CampaignStatus, CAMPAIGN_TRANSITIONS),
    (ConversationStatus, CONVERSATION_TRANSITIONS),
    (DeliveryStatus, DELIVERY_TRANSITIONS),
]
PAIRS = [
    pytest.param(table, current, following, id=f"{statuses.__name__}:{current}-{following}")
    for statuses, table in TABLES
    for current in statuses
    for following in statuses
]
FINAL = {
    BatchRequestStatus: {"completed", "failed"},
    CampaignStatus: {"completed", "cancelled", "failed"},
    ConversationStatus: {"completed", "failed"},
    DeliveryStatus: {"bounced", "complained", "failed", "suppressed", "cancelled"},
}


@pytest.mark.parametrize(("table", "current", "following"), PAIRS)
def test_the_table_decides_what_may_follow(table: Table, current: Any, following: Any) -> None:
    if following in table[current]:
        assert check_transition(table, current, following) is following
    else:
        with pytest.raises(IllegalTransitionError, match=f"{current} may not become {following}"):
            check_transition(table, current, following)


@pytest.mark.parametrize(("statuses", "table"), TABLES)
def test_every_status_has_its_place_in_the_table(statuses: type[StrEnum], table: Table) -> None:
    assert set(table) == set(statuses)


@pytest.mark.parametrize(("statuses", "table"), TABLES)
def test_final_statuses_are_followed_by_nothing(statuses: type[StrEnum], table: Table) -> None:
    assert {status.value for status in statuses if not table[status]} == FINAL[statuses]


@pytest.mark.parametrize(("statuses", "table"), TABLES)
def test_an_end_can_be_reached_from_every_status(statuses: type[StrEnum], table: Table) -> None:
    for status in statuses:
        reached, pending = {status}, [status]
        while pending:
            fresh = table[pending.pop()] - reached
            reached |= fresh
            pending.extend(fresh)
        assert any(not table[end] for end in reached)


@pytest.mark.parametrize(("statuses", "table"), TABLES)
def test_sources_are_the_table_read_backwards(statuses: type[StrEnum], table: Table) -> None:
    for following in statuses:
        sources = sources_of(table, following)
        assert sources == [current for current in statuses if following in table[current]]


def test_the_error_says_what_is_legal() -> None:
    with pytest.raises(IllegalTransitionError, match="it may become processing"):
        check_transition(
            BATCH_REQUEST_TRANSITIONS, BatchRequestStatus.NEW, BatchRequestStatus.COMPLETED
        )


def test_the_error_says_that_a_status_is_final() -> None:
    with pytest.raises(IllegalTransitionError, match="nothing: it is final"):
        check_transition(CAMPAIGN_TRANSITIONS, CampaignStatus.COMPLETED, CampaignStatus.ACTIVE)


@pytest.mark.parametrize("status", [ConversationStatus.COMPLETED, ConversationStatus.FAILED])
def test_an_illegal_transition_changes_nothing(status: ConversationStatus) -> None:
    ended = a_conversation(status=status, outcome=Outcome.SUCCESS)
    before = ended.model_dump()
    with pytest.raises(IllegalTransitionError):
        conclude(ended, Outcome.EXPIRED, "too late", at(1))
    assert ended.model_dump() == before


def test_a_message_without_a_known_answer_is_never_offered_again_by_itself() -> None:
    # Sending follows queued and deferred only; unknown must be queued again by decision.
    assert sources_of(DELIVERY_TRANSITIONS, DeliveryStatus.SENDING) == [
        DeliveryStatus.QUEUED,
        DeliveryStatus.DEFERRED,
    ]
