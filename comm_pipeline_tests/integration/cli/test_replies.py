"""``comm-pipeline replies``: what had no effect is shown, and assigned by a person."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from pymongo import MongoClient
from pymongo.database import Database

from comm_pipeline.cli.main import cli
from comm_pipeline_tests.builders import CAMPAIGN_ID, CONVERSATION_ID, RECIPIENT_ID, a_conversation

Command = Callable[..., Result]
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def database(mongodb_uri: str, database_name: str) -> Iterator[Database[dict[str, Any]]]:
    with MongoClient[dict[str, Any]](mongodb_uri, tz_aware=True) as client:
        yield client[database_name]


@pytest.fixture
def run(
    mongodb_uri: str, database_name: str, tmp_path: Path, database: Database[dict[str, Any]]
) -> Command:
    database["conversation_states"].insert_one(a_conversation().model_dump(by_alias=True))
    database["inbound_messages"].insert_many(
        [
            {"_id": "lost", "status": "unmatched", "reason": "no lead", "received_at": AT}
            | {"text": "Who are\n you? [red]", "from_address": "x@y.example", "subject": "[/bold]"},
            {
                "_id": "sly",
                "status": "malformed",
                "received_at": AT,
                "text": "\x1b[31mred \u202eabc",
            },
            {"_id": 7, "status": "malformed", "reason": "text: is missing", "text": 5},
            {"_id": "done", "status": "applied", "received_at": AT, "text": "Yes"},
        ]
    )
    environment = {
        "MONGODB_URI": mongodb_uri,
        "MONGODB_DATABASE": database_name,
        "COMM_PIPELINE_HOME": str(tmp_path),
        "COLUMNS": "200",
    }
    return lambda *arguments: CliRunner().invoke(cli, ["replies", *arguments], env=environment)


def test_what_had_no_effect_is_listed_with_its_reason(run: Command) -> None:
    result = run()
    assert result.exit_code == 0, result.output
    assert "unmatched lost" in result.output
    assert "no lead" in result.output
    assert "Who are you? [red]" in result.output
    assert "malformed 7" in result.output
    assert "done" not in result.output


def test_what_a_terminal_would_obey_is_not_printed(run: Command) -> None:
    shown = run().output
    assert "\N{REPLACEMENT CHARACTER}[31mred \N{REPLACEMENT CHARACTER}abc" in shown
    assert not {"\x1b", "\u202e"} & set(shown)


def test_as_json_and_of_other_statuses(run: Command) -> None:
    (found,) = json.loads(run("--status", "unmatched", "--json").output)
    assert (found["id"], found["reason"], found["from_address"]) == (
        "lost",
        "no lead",
        "x@y.example",
    )
    assert [one["id"] for one in json.loads(run("--status", "applied", "--json").output)] == [
        "done"
    ]
    assert "There are none" in run("--status", "ignored").output


@pytest.mark.parametrize("reply", ["lost", "7"])
def test_assigning_has_it_taken_up_again(
    run: Command, database: Database[dict[str, Any]], reply: str
) -> None:
    result = run("--assign", reply, CAMPAIGN_ID, RECIPIENT_ID)
    assert result.exit_code == 0, result.output
    stored = database["inbound_messages"].find_one({"_id": 7 if reply == "7" else reply})
    assert stored is not None
    assert (stored["status"], stored["conversation_id"]) == ("new", CONVERSATION_ID)
    assert "reason" not in stored


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("none", CAMPAIGN_ID, RECIPIENT_ID), 3, "no reply 'none'"),
        (("lost", CAMPAIGN_ID, "nobody"), 3, "no conversation"),
        (("done", CAMPAIGN_ID, RECIPIENT_ID), 1, "is applied; only those"),
    ],
)
def test_what_cannot_be_assigned(
    run: Command, arguments: tuple[str, ...], code: int, words: str
) -> None:
    result = run("--assign", *arguments)
    assert (result.exit_code, words in result.output) == (code, True), result.output
