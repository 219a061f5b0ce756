"""Commands in a second terminal reckon as the system does that runs in the same home."""

import asyncio
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from comm_pipeline.cli.main import cli
from comm_pipeline_tests.builders import a_batch_request
from comm_pipeline_tests.harness import a_pipeline
from comm_pipeline_tests.running_systems import a_running_system

CAMPAIGN = "campaign_request_1"
#: Follow-ups of the example, due after 48 hours, leave after 172.8 seconds.
HURRIED = {"CAMPAIGN_STAGE_DELAY_FACTOR": "0.001"}
Command = Callable[..., Result]


@pytest.fixture
def mongodb(mongodb_uri: str, database_name: str) -> dict[str, str]:
    return {"MONGODB_URI": mongodb_uri, "MONGODB_DATABASE": database_name}


@pytest.fixture
def run(tmp_path: Path) -> Command:
    """A command in a terminal that knows the home and nothing else, unless it is given."""

    def command(*arguments: str, **environment: str) -> Result:
        home = {"COMM_PIPELINE_HOME": str(tmp_path)}
        return CliRunner().invoke(cli, list(arguments), env=home | environment)

    return command


@pytest.fixture
def now(mongodb_uri: str, database_name: str) -> datetime:
    """The time of a campaign whose people have just heard the first message."""

    async def start() -> datetime:
        async with a_pipeline(mongodb_uri, database_name) as pipeline:
            await pipeline.insert(a_batch_request())
            await pipeline.sweep()
            return pipeline.clock()

    return asyncio.run(start())


def sources_of(result: Result) -> dict[str, tuple[str, str]]:
    return {row["name"]: (row["value"], row["source"]) for row in json.loads(result.stdout)}


def test_explain_says_when_the_running_system_sends(
    run: Command, now: datetime, mongodb: dict[str, str], tmp_path: Path
) -> None:
    explain = ("explain", CAMPAIGN, "user_1", "--at", now.isoformat(), "--json")
    with a_running_system(tmp_path, mongodb | HURRIED):
        beside = run(*explain)
        otherwise = run(*explain, CAMPAIGN_STAGE_DELAY_FACTOR="0.5")
    alone = run(*explain, **mongodb)
    hurried = now + timedelta(hours=48) * 0.001
    assert json.loads(beside.stdout)["next"]["at"] == hurried.isoformat()
    assert beside.stderr == ""
    assert json.loads(otherwise.stdout)["next"]["at"] == (now + timedelta(hours=24)).isoformat()
    assert otherwise.stderr == (
        f"Note: beside the system that runs in {tmp_path}, "
        "CAMPAIGN_STAGE_DELAY_FACTOR=0.5 here is 0.001 there\n"
    )
    assert json.loads(alone.stdout)["next"]["at"] == (now + timedelta(hours=48)).isoformat()
    assert alone.stderr == ""


def test_settings_name_the_running_system_as_the_source(
    run: Command, mongodb: dict[str, str], tmp_path: Path
) -> None:
    with a_running_system(tmp_path, mongodb | HURRIED):
        found = sources_of(run("settings", "--json", STAGE_DELAY_FACTOR="0.001"))
        beside = sources_of(run("settings", "--json"))
    assert found["CAMPAIGN_STAGE_DELAY_FACTOR"] == ("0.001", "STAGE_DELAY_FACTOR")
    assert beside["CAMPAIGN_STAGE_DELAY_FACTOR"] == ("0.001", "running system")
    assert beside["MONGODB_DATABASE"] == (mongodb["MONGODB_DATABASE"], "running system")
    assert beside["LEASE_SECONDS"] == ("60", "default")


def test_an_account_of_this_terminal_is_not_mixed_with_the_systems(
    run: Command, mongodb: dict[str, str], tmp_path: Path
) -> None:
    catcher = {
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": "2525",
        "SMTP_SECURITY": "none",
        "SMTP_SENDER": "Acme <hello@acme.example>",
    }
    theirs = {"SMTP_SENDER": catcher["SMTP_SENDER"]}
    mine = theirs | {"SMTP_HOST": "mail.example", "SMTP_USERNAME": "me", "SMTP_PASSWORD": "hunter2"}
    with a_running_system(tmp_path, mongodb | catcher):
        agreeing, differing = run("settings", "--json", **theirs), run("settings", "--json", **mine)
    assert sources_of(agreeing)["SMTP_PORT"] == ("2525", "running system")
    assert agreeing.stderr == ""
    assert sources_of(differing)["SMTP_PORT"] == ("587", "default")
    assert "SMTP_HOST=mail.example here is 127.0.0.1 there" in differing.stderr
    assert "SMTP_PASSWORD=*** here is not set there" in differing.stderr
    assert "hunter2" not in differing.output
    assert differing.stderr.count("\n") == 1


def test_what_is_kept_secret_is_asked_for(
    run: Command, mongodb: dict[str, str], tmp_path: Path
) -> None:
    chat = {"CHAT_WEBHOOK_URL": "https://chat.example/t0ken"}
    with a_running_system(tmp_path, mongodb | chat):
        without, beside = run("settings", "--json"), run("settings", "--json", **chat)
    assert without.stderr.endswith("CHAT_WEBHOOK_URL is not set here and kept secret there\n")
    assert sources_of(without)["COMM_PIPELINE_CHANNEL"] == ("log", "default")
    assert beside.stderr == ""


@pytest.mark.parametrize(
    "elsewhere", [{"MONGODB_URI": "mongodb://db.example"}, {"MONGODB_DATABASE": "another"}]
)
def test_a_terminal_that_works_on_another_database_keeps_its_settings(
    run: Command, mongodb: dict[str, str], tmp_path: Path, elsewhere: dict[str, str]
) -> None:
    with a_running_system(tmp_path, mongodb | HURRIED):
        result = run("settings", "--json", **elsewhere)
    assert sources_of(result)["CAMPAIGN_STAGE_DELAY_FACTOR"] == ("1", "default")
    assert "names another database" in result.stderr


def test_the_same_mongodb_may_be_named_with_other_users_and_options(
    run: Command, mongodb: dict[str, str], tmp_path: Path
) -> None:
    hosts = mongodb["MONGODB_URI"].partition("?")[0].removeprefix("mongodb://")
    uri = f"mongodb://operator:hunter2@{hosts}?appName=mine"
    with a_running_system(tmp_path, mongodb | HURRIED):
        result = run("settings", "--json", MONGODB_URI=uri)
    found = sources_of(result)
    assert found["CAMPAIGN_STAGE_DELAY_FACTOR"] == ("0.001", "running system")
    assert found["MONGODB_URI"][1] == "MONGODB_URI"
    assert result.stderr == ""
