from datetime import UTC, datetime
from typing import Any

import pytest

from comm_pipeline.domain.batch_requests import parse_recipient, parse_request, recipient_id_of
from comm_pipeline.errors import InvalidInputError, InvalidRequestError
from comm_pipeline_tests.builders import a_batch_request, a_recipient


def test_the_documented_request_is_read() -> None:
    request = parse_request(a_batch_request(scheduled_at="2026-03-02T10:00:00+01:00"))
    assert request.id == "request_1"
    assert request.status == "new"
    assert request.template is not None
    assert request.scheduled_at == datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_unknown_fields_are_kept() -> None:
    request = parse_request(a_batch_request(agent_trace="abc"))
    assert request.model_extra is not None
    assert request.model_extra["agent_trace"] == "abc"


def test_a_template_id_of_any_kind_becomes_text() -> None:
    assert parse_request(a_batch_request(template_id=7)).template_id == "7"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, ["name", "at least 1 character"]),
        ({"name": "x" * 501}, ["name", "at most 500 characters"]),
        ({"name": None}, ["name"]),
        ({"status": "fresh"}, ["status", "'new'", "given: 'fresh'"]),
        ({"template": "spring"}, ["template", "given: 'spring'"]),
        ({"template": None}, ["either template", "template_id"]),
        ({"scheduled_at": "2026-03-02T10:00:00"}, ["scheduled_at", "has no time zone"]),
        ({"scheduled_at": "tomorrow"}, ["scheduled_at", "given: 'tomorrow'"]),
        ({"context_data": []}, ["context_data"]),
        (
            {
                "schedule": {
                    "start_date": "2026-03-02T10:00:00Z",
                    "end_date": "2026-03-02T10:00:00Z",
                }
            },
            ["schedule", "end_date must come after start_date"],
        ),
    ],
)
def test_a_wrong_field_is_named(changes: dict[str, Any], words: list[str]) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        parse_request(a_batch_request(**changes))
    assert all(word in str(caught.value) for word in words), str(caught.value)


@pytest.mark.parametrize("field", ["_id", "name", "servicetype", "status"])
def test_a_missing_field_is_named(field: str) -> None:
    request = a_batch_request()
    del request[field]
    with pytest.raises(InvalidRequestError, match=f"{field}: is missing"):
        parse_request(request)


def test_a_request_with_two_templates_is_refused() -> None:
    request = a_batch_request() | {"template_id": "template_1"}
    with pytest.raises(InvalidRequestError, match="not both"):
        parse_request(request)


@pytest.mark.parametrize(
    ("entry", "expected"), [("user_1", "user_1"), (7, "7"), ({"id": "user_1"}, "user_1")]
)
def test_a_recipient_is_an_id_or_an_object_with_one(entry: object, expected: str) -> None:
    assert recipient_id_of(entry) == expected


@pytest.mark.parametrize(
    "entry", [None, True, "", "  ", 1.5, [], {}, {"id": None}, {"id": True}, {"id": ["a"]}]
)
def test_a_recipient_without_an_id_is_refused(entry: object) -> None:
    with pytest.raises(InvalidInputError, match="must be an id, or an object with id"):
        recipient_id_of(entry)


def test_a_recipient_id_may_not_be_too_long() -> None:
    assert recipient_id_of("x" * 200) == "x" * 200
    with pytest.raises(InvalidInputError, match="at most 200 characters"):
        recipient_id_of("x" * 201)


def test_messages_can_refer_to_all_that_is_said_of_a_recipient() -> None:
    recipient = parse_recipient(a_recipient(recommended_feature="forecasting"))
    variables = recipient.variables()
    assert variables["id"] == "user_1"
    assert variables["first_name"] == "Ada"
    assert variables["recommended_feature"] == "forecasting"


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({}, "id: is missing"),
        ({"id": ""}, "id: .*at least 1 character"),
        ({"id": True}, "id: must be a text"),
        ({"id": "a", "contact_info": "ada@example.com"}, "contact_info: .*given"),
        ({"id": "a", "context": []}, "context: "),
    ],
)
def test_a_wrong_recipient_is_explained(document: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidInputError, match=words):
        parse_recipient(document)
