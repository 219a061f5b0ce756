"""What a recipient is called where a message says whom it is for."""

from typing import Any

import pytest

from comm_pipeline.domain.messages import ledger_entry
from comm_pipeline.domain.recipient_names import name_of
from comm_pipeline_tests.builders import a_conversation, an_outbound_history_entry


@pytest.mark.parametrize(
    ("details", "name"),
    [
        ({"name": "Ada Okafor"}, "Ada Okafor"),
        ({"Name": "Ädä Ökafor"}, "Ädä Ökafor"),
        ({"full_name": "Ada Okafor"}, "Ada Okafor"),
        ({"name": "Ada Okafor", "first_name": "A.", "last_name": "O."}, "Ada Okafor"),
        ({"name": " ", "display_name": "Ada"}, "Ada"),
        ({"first_name": "Ada", "last_name": "Okafor"}, "Ada Okafor"),
        ({"first_name": "Ada"}, "Ada"),
        ({"last_name": " Okafor "}, "Okafor"),
        ({"name": "Ada\r\nBcc: eve@example.com"}, None),
        ({"name": "Ada\r\nBcc:\x00 eve\u202e"}, "Ada Bcc: eve"),
        ({"name": "boss@bank.example", "first_name": "Ada"}, "Ada"),
        ({"name": "x" * 201}, None),
        ({"name": 7, "first_name": ["Ada"], "last_name": None}, None),
        ({"company_name": "Northwind"}, None),
        ({}, None),
    ],
)
def test_the_name_that_contact_data_give(details: dict[str, Any], name: str | None) -> None:
    assert name_of(details) == name


def test_the_ledger_keeps_it_for_every_attempt() -> None:
    conversation = a_conversation(context={"recipient": {"first_name": "Ada", "id": "user_1"}})
    assert ledger_entry(conversation, an_outbound_history_entry()).recipient_name == "Ada"


def test_a_conversation_that_knows_nothing_of_its_recipient_gives_none() -> None:
    conversation = a_conversation(context={})
    assert ledger_entry(conversation, an_outbound_history_entry()).recipient_name is None
