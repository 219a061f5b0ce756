"""What the log shows, and above all what it does not."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import structlog
from pydantic import BaseModel

from comm_pipeline.settings import Settings, configure_logging, trace
from comm_pipeline.settings.redaction import REDACTED, redact
from comm_pipeline_tests.plain_logs import log_plainly

ADDRESS = "ada@acme.example"
DEFAULT_FIELDS = Settings().sensitive_fields


class Contact(BaseModel):
    email: str


@dataclass
class Held:
    recipient: Contact


@pytest.fixture(autouse=True)
def _structlog_as_before() -> Iterator[None]:
    yield
    log_plainly()
    structlog.contextvars.clear_contextvars()


def logged(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    line: dict[str, Any] = json.loads(capsys.readouterr().err)
    return line


@pytest.mark.parametrize(
    "event",
    [
        {"recipient": {"email": ADDRESS}},
        {"recipient": {"contact_info": {"email": ADDRESS}}},
        {"recipients": [{"email": ADDRESS}]},
        {"campaign": {"recipients": ({"Email": ADDRESS},)}},
        {"recipient.email": ADDRESS},
        {"recipient_email": ADDRESS},
        {"held": Held(Contact(email=ADDRESS))},
        {"recipient": Contact(email=ADDRESS)},
        {"message_content": ADDRESS},
        {"content": ADDRESS},
        {"deep": [{"message": {"text": ADDRESS}}]},
        {"html": ADDRESS},
        {"subject": [ADDRESS]},
    ],
)
def test_sensitive_field_is_redacted(event: dict[str, Any]) -> None:
    shown = str(redact(event, DEFAULT_FIELDS))
    assert REDACTED in shown
    assert ADDRESS not in shown


@pytest.mark.parametrize(
    "event",
    [
        {"event": "sent", "count": 3, "email": "kept outside of a recipient"},
        {"recipient": {"name": "Ada", "tags": ["a", "b"]}},
        {"email": {"recipient": "the other way round"}},
        {"nothing": None, "context": "not content"},
    ],
)
def test_other_fields_are_kept(event: dict[str, Any]) -> None:
    assert redact(event, DEFAULT_FIELDS) == event


def test_redaction_leaves_the_event_itself_alone() -> None:
    event = {"recipient": {"email": ADDRESS}}
    redact(event, DEFAULT_FIELDS)
    assert event == {"recipient": {"email": ADDRESS}}


def test_structure_that_contains_itself_is_cut_off() -> None:
    event: dict[str, Any] = {}
    event["again"] = [event]
    assert "[too deep]" in str(redact(event, DEFAULT_FIELDS))


def test_json_line(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(Settings(log_format="json"))
    structlog.get_logger().info("message sent", recipient={"email": ADDRESS}, attempt=1)
    line = logged(capsys)
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "message sent",
        "level": "info",
        "recipient": {"email": REDACTED},
        "attempt": 1,
    }


def test_console_line(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(Settings())
    structlog.get_logger().warning("message sent", subject=ADDRESS)
    captured = capsys.readouterr()
    assert "message sent" in captured.err
    assert ADDRESS not in captured.err
    assert captured.out == ""


def test_level(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(Settings(log_level="WARNING"))
    structlog.get_logger().info("too quiet")
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("include", [True, False])
def test_trace_ids(capsys: pytest.CaptureFixture[str], include: bool) -> None:
    configure_logging(Settings(log_format="json", include_trace_id=include))
    with trace("run-1"):
        structlog.get_logger().info("inside")
    line = logged(capsys)
    assert (line.get("run_id"), line.get("trace_id")) == (
        ("run-1",) * 2 if include else (None,) * 2
    )


def test_trace_ends_with_its_block(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(Settings(log_format="json", include_trace_id=True))
    with trace("run-1", trace_id="trace-1"):
        pass
    structlog.get_logger().info("outside")
    assert "trace_id" not in logged(capsys)


def test_run_id_that_an_event_names_is_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(Settings(log_format="json"))
    structlog.get_logger().info("run ended", run_id="run-2")
    assert logged(capsys)["run_id"] == "run-2"


@pytest.mark.parametrize("log_format", ["console", "json"])
def test_traceback_shows_no_local_variables(
    capsys: pytest.CaptureFixture[str], log_format: str
) -> None:
    configure_logging(Settings(log_format=log_format))
    address = "ada-local"
    try:
        len(address) // 0
    except ZeroDivisionError:
        structlog.get_logger().exception("failed")
    shown = capsys.readouterr().err
    assert "ZeroDivisionError" in shown
    assert address not in shown
