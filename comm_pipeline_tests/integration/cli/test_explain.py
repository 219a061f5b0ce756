"""``comm-pipeline explain`` against a real MongoDB."""

import asyncio
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from comm_pipeline.cli.main import NOT_FOUND, cli
from comm_pipeline_tests.builders import a_batch_request
from comm_pipeline_tests.harness import a_pipeline

CAMPAIGN = "campaign_request_1"
Command = Callable[..., Result]


@pytest.fixture
def now(mongodb_uri: str, database_name: str) -> datetime:
    """The time of a campaign whose people have just heard the first message."""

    async def start() -> datetime:
        async with a_pipeline(mongodb_uri, database_name) as pipeline:
            await pipeline.insert(a_batch_request())
            await pipeline.sweep()
            return pipeline.clock()

    return asyncio.run(start())


@pytest.fixture
def explain(mongodb_uri: str, database_name: str, tmp_path: Path) -> Command:
    environment = {
        "MONGODB_URI": mongodb_uri,
        "MONGODB_DATABASE": database_name,
        "COMM_PIPELINE_HOME": str(tmp_path),
    }

    def command(recipient: str, *options: str) -> Result:
        arguments = ["explain", CAMPAIGN, recipient, *options]
        return CliRunner().invoke(cli, arguments, env=environment)

    return command


def test_it_tells_past_next_and_what_is_in_the_way(explain: Command, now: datetime) -> None:
    result = explain("user_1", "--at", (now + timedelta(hours=1)).isoformat())
    assert result.exit_code == 0
    said = " ".join(result.output.split())
    assert f"{now:%Y-%m-%d %H:%M:%S} send message message 1 of 1" in said
    assert "sends follow-up 1 of 2 [follow_up]" in said
    due = now + timedelta(hours=48)
    assert f"1 of 2 is planned for later (until {due:%Y-%m-%d %H:%M:%S})" in said


def test_as_json_its_instants_are_iso_8601(explain: Command, now: datetime) -> None:
    at = now + timedelta(hours=48)
    found = json.loads(explain("user_1", "--at", at.isoformat(), "--json").output)
    assert found["at"] == at.isoformat()
    assert found["next"] == {
        "at": at.isoformat(),
        "what": "sends follow-up 1 of 2",
        "rule": "follow_up",
    }
    assert found["blocks"] == []


def test_an_unknown_recipient_has_an_exit_code_of_its_own(explain: Command, now: datetime) -> None:
    result = explain("nobody")
    assert result.exit_code == NOT_FOUND
    assert "Error: " in result.output


def test_what_a_terminal_would_obey_is_not_printed(
    explain: Command, now: datetime, mongodb_uri: str, database_name: str
) -> None:
    async def answer() -> None:
        async with a_pipeline(mongodb_uri, database_name) as pipeline:
            await pipeline.reply(CAMPAIGN, "user_1", "\x1b[31mred \u202eabc")
            await pipeline.sweep(hours=1)

    asyncio.run(answer())
    shown = explain("user_1").output
    assert "\N{REPLACEMENT CHARACTER}[31mred" in shown
    assert not {"\x1b", "\u202e"} & set(shown)
