"""Copies of documents are what pydantic makes of them."""

from typing import Any

import pytest
from pydantic import BaseModel

from comm_pipeline.domain.conversations import Conversation
from comm_pipeline.domain.statuses import ConversationStatus
from comm_pipeline_tests.builders import a_conversation


def a_conversation_of_somebody_else() -> Conversation:
    document = a_conversation().model_dump(by_alias=True)
    return Conversation.model_validate(document | {"deal_size": {"euros": 5}})


@pytest.mark.parametrize(
    "update",
    [
        None,
        {},
        {"failures": 2},
        {"status": ConversationStatus.FAILED, "reason": "for the test"},
        {"failures": 2, "a field of others": [1]},
    ],
)
def test_a_copy_is_pydantics_own(update: dict[str, Any] | None) -> None:
    conversation = a_conversation_of_somebody_else()
    before = conversation.model_dump()

    copied = conversation.model_copy(update=update)

    expected = BaseModel.model_copy(conversation, update=update)
    assert copied == expected
    assert copied.model_fields_set == expected.model_fields_set
    assert copied.model_dump(by_alias=True) == expected.model_dump(by_alias=True)
    assert conversation.model_dump() == before


def test_a_deep_copy_shares_nothing() -> None:
    conversation = a_conversation_of_somebody_else()
    copied = conversation.model_copy(update={"failures": 2}, deep=True)
    assert copied.deal_size == conversation.deal_size
    assert copied.deal_size is not conversation.deal_size


def test_a_copy_is_as_frozen_as_its_original() -> None:
    with pytest.raises(ValueError, match="frozen"):
        a_conversation().model_copy(update={"failures": 2}).failures = 3
