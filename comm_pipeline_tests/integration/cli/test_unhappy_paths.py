"""What an operator is told who names what is not there, or has no database."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from comm_pipeline.cli.main import cli
from comm_pipeline_tests.builders import a_batch_request
from comm_pipeline_tests.harness import a_pipeline

Command = Callable[..., Result]
CAMPAIGN = "campaign_request_1"
TEMPLATE = "templates/campaigns/campaign_sales.json"

#: Every command that takes a campaign, without it; those behind it take a recipient too.
OF_CAMPAIGNS = {
    "status": (),
    "unknown": (),
    "escalations": (),
    "pause": (),
    "resume": (),
    "cancel": ("--yes",),
    "reanalyse": (),
}
OF_RECIPIENTS = {
    "explain": (),
    "reply": ("hello",),
    "answer": ("hello",),
    "resolve": (),
    "approve": (),
    "reject": (),
}


def command_for(uri: str, database: str, home: Path) -> Command:
    environment = {
        "MONGODB_URI": uri,
        "MONGODB_DATABASE": database,
        "COMM_PIPELINE_HOME": str(home),
    }

    def command(*arguments: str) -> Result:
        return CliRunner().invoke(cli, list(arguments), env=environment)

    return command


@pytest.fixture
def run(mongodb_uri: str, database_name: str, tmp_path: Path) -> Command:
    """The command, on a database with one campaign that runs and one request that waits."""

    async def write() -> None:
        async with a_pipeline(mongodb_uri, database_name) as pipeline:
            await pipeline.insert(a_batch_request(recipient_count=1))
            await pipeline.sweep()
            await pipeline.insert(a_batch_request(_id="waiting", recipient_count=1))

    asyncio.run(write())
    return command_for(mongodb_uri, database_name, tmp_path)


def refused(result: Result, code: int, words: str) -> None:
    """Check the exit code and the words, and that they are all that is said."""
    assert (result.exit_code, words in result.output) == (code, True), result.output
    assert "Traceback" not in result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)


def test_a_campaign_that_is_not_there(run: Command) -> None:
    for name, more in OF_CAMPAIGNS.items():
        refused(run(name, "campaign_nope", *more), 3, "there is no campaign 'campaign_nope'")
    for name, more in OF_RECIPIENTS.items():
        words = "there is no campaign 'campaign_nope'"
        refused(run(name, "campaign_nope", "user_1", *more), 3, words)


def test_a_campaign_whose_request_still_waits_says_so(run: Command) -> None:
    for arguments in (("status",), ("pause",), ("escalations",)):
        refused(run(*arguments, "campaign_waiting"), 3, "its batch request 'waiting' is new")
    refused(run("explain", "campaign_waiting", "user_1"), 3, "no sensor has taken it up yet")


def test_a_recipient_who_is_not_there(run: Command) -> None:
    words = f"the campaign '{CAMPAIGN}' has no recipient 'nobody'"
    for name, more in OF_RECIPIENTS.items():
        refused(run(name, CAMPAIGN, "nobody", *more), 3, words)


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("yesterday", "is not an instant; write 2026-01-31T09:00:00Z"),
        ("2026-01-31T09:00", "has no time zone"),
        ("0001-01-01T00:00:00+14:00", "is not between the years 1970 and 9000"),
        ("9999-12-31T23:59:59-01:00", "is not between the years 1970 and 9000"),
        ("9999-12-31T23:59:59Z", "is not between the years 1970 and 9000"),
    ],
)
def test_an_instant_that_is_none(run: Command, at: str, words: str) -> None:
    refused(run("explain", CAMPAIGN, "user_1", "--at", at), 2, words)


@pytest.mark.parametrize("at", ["1970-01-01T00:00:00Z", "9000-12-31T23:59:59Z"])
def test_the_furthest_instants_are_computed_with(run: Command, at: str) -> None:
    assert run("explain", CAMPAIGN, "user_1", "--at", at).exit_code == 0


def test_an_empty_database(mongodb_uri: str, database_name: str, tmp_path: Path) -> None:
    run = command_for(mongodb_uri, database_name, tmp_path)
    for arguments, words in (
        (("status",), "Requests: none.  Campaigns: none.  Replies: none.\n"),
        (("unknown",), "No message is unknown."),
        (("escalations",), "Nobody is needed."),
        (("replies",), "There are none."),
        (("export", "ada@example.com"), '"documents": {}'),
    ):
        shown = run(*arguments)
        assert (shown.exit_code, words in shown.output) == (0, True), shown.output
    assert run("status").output.count("\n") == 1


@pytest.mark.usefixtures("abandoned_sockets")
def test_a_database_that_does_not_answer(tmp_path: Path) -> None:
    run = command_for("mongodb://127.0.0.1:1", "nothing", tmp_path)
    shown = run("status")
    refused(shown, 1, "MongoDB does not answer; start it (`make dev` starts the embedded one)")
    assert "127.0.0.1:1" in shown.output
    assert "Topology" not in shown.output
    assert "configured timeouts" not in shown.output


def test_no_database_at_all(tmp_path: Path) -> None:
    run = command_for("", "nothing", tmp_path)
    refused(run("status"), 1, "MONGODB_URI is not set and no embedded MongoDB runs for")


def test_the_help_tells_each_command_whole_and_the_exit_codes() -> None:
    shown = " ".join(CliRunner().invoke(cli, ["--help"]).output.split())
    assert "..." not in shown.partition("Commands:")[2]
    assert "in the thread of their conversation." in shown
    assert "Exit codes: 0 done; 1 failed, with the reason; 2 used wrongly; 3 there is no" in shown


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_the_help_of_each_command_names_its_arguments(name: str) -> None:
    shown = CliRunner().invoke(cli, [name, "--help"])
    assert shown.exit_code == 0
    arguments = shown.output.partition("Usage:")[2].partition("\n")[0].split()[3:]
    for argument in (one.strip("[]") for one in arguments if one.strip("[]").isupper()):
        assert argument in shown.output.partition("\n")[2], argument
