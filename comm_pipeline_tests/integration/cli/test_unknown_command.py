"""``unknown`` lists and ``settle`` decides, with exit codes for scripts."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from comm_pipeline.channels.base import SendResult
from comm_pipeline.cli.main import cli
from comm_pipeline.domain.statuses import DeliveryStatus
from comm_pipeline_tests.builders import a_batch_request
from comm_pipeline_tests.harness import a_pipeline

ADDRESS = "user_1@example.com"
KEY = "campaign_request_1:user_1:awareness:0:first"
LOST = SendResult(status=DeliveryStatus.UNKNOWN, detail="the connection broke")


@pytest.fixture
def run(mongodb_uri: str, database_name: str, tmp_path: Path) -> Callable[..., Result]:
    environment = {
        "MONGODB_URI": mongodb_uri,
        "MONGODB_DATABASE": database_name,
        "COMM_PIPELINE_HOME": str(tmp_path),
    }

    async def lose_an_answer() -> None:
        async with a_pipeline(mongodb_uri, database_name) as pipeline:
            pipeline.channel.answers[ADDRESS] = lambda: LOST
            await pipeline.insert(a_batch_request())
            await pipeline.sweep()

    asyncio.run(lose_an_answer())
    return lambda *arguments: CliRunner().invoke(cli, list(arguments), env=environment)


def test_unknown_messages_are_listed_and_settled(run: Callable[..., Result]) -> None:
    (found,) = json.loads(run("unknown", "--json").output)
    assert (found["id"], found["address"], found["attempts"]) == (KEY, ADDRESS, 1)
    shown = run("unknown", "campaign_request_1").output
    assert f"'{KEY}'" in shown.splitlines()

    settled = run("settle", KEY, "sent", "--reason", "it is in their log")
    assert (settled.exit_code, "is sent now" in settled.output) == (0, True)
    assert "No message is unknown." in run("unknown").output


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("unknown", "campaign_nowhere"), 3, "there is no campaign"),
        (("settle", "nothing", "sent"), 3, "there is no message"),
        (("settle", KEY.replace("user_1", "user_2"), "sent"), 1, "is sent and not unknown"),
        (("settle", KEY, "lost"), 2, "is not one of"),
    ],
)
def test_what_cannot_be_done_is_said_with_an_exit_code(
    run: Callable[..., Result], arguments: tuple[str, ...], code: int, words: str
) -> None:
    result = run(*arguments)
    assert (result.exit_code, words in result.output) == (code, True), result.output
