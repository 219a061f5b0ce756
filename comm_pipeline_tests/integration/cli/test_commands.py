"""The commands that look and write, against a real MongoDB."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from pymongo import MongoClient

from comm_pipeline.cli.main import cli
from comm_pipeline_tests.integration.services.test_campaign_life import SALES, a_request

Doc = dict[str, Any]
Command = Callable[..., Result]


@pytest.fixture
def run(mongodb_uri: str, database_name: str, tmp_path: Path) -> Command:
    environment = {
        "MONGODB_URI": mongodb_uri,
        "MONGODB_DATABASE": database_name,
        "COMM_PIPELINE_HOME": str(tmp_path),
    }

    def command(*arguments: str, **more: str) -> Result:
        return CliRunner().invoke(cli, list(arguments), env=environment | more)

    return command


@pytest.fixture
def request_file(tmp_path: Path) -> Path:
    path = tmp_path / "request.json"
    path.write_text(json.dumps(a_request(SALES, "ann")))
    return path


def test_submit_inserts_and_names_the_campaign(
    run: Command, request_file: Path, mongodb_uri: str, database_name: str
) -> None:
    result = run("submit", str(request_file))
    assert result.exit_code == 0, result.output
    assert "comm-pipeline status campaign_request_1" in result.output
    with MongoClient[dict[str, Any]](mongodb_uri) as client:
        stored = client[database_name]["agent_batch_requests"].find_one({"_id": "request_1"})
    assert stored is not None
    assert (stored["status"], stored["servicetype"]) == ("new", "communication")


def test_submitting_twice_needs_another_id(run: Command, request_file: Path) -> None:
    run("submit", str(request_file))
    again = run("submit", str(request_file))
    assert (again.exit_code, "use --new-id" in again.output) == (1, True)
    assert run("submit", str(request_file), "--new-id").exit_code == 0


def _with_own(value: str) -> str:
    """Return a request that is right but for a value in a field of the agent service's own."""
    return f'{{"_id": "x", "name": "n", "template_id": "t", "recipients": ["a"], "own": {value}}}'


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "is not JSON"),
        ("[]", "must hold one object"),
        ('{"_id": "x", "name": "n", "template_id": "t"}', "recipients: must be a list"),
        ('{"name": "n", "template_id": "t", "recipients": ["a"]}', "_id: is missing"),
        ('{"_id": "x", "template_id": "t", "recipients": ["a"]}', "name: is missing"),
        ('{"_id": "x", "name": "n", "recipients": ["a"]}', "either template"),
        ("[" * 100_000, "is not JSON"),
        ("1" * 5_000, "is not JSON"),
        ('{"_id": "x", "servicetype": "sms"}', "servicetype: must be"),
        ('{"_id": 5, "name": "n", "template_id": "t", "recipients": ["a"]}', "_id: must be a text"),
        (_with_own("18446744073709551616"), "MongoDB cannot store"),
        (_with_own('"\\ud800"'), "MongoDB cannot store"),
        (_with_own('{"a\\u0000b": 1}'), "MongoDB cannot store"),
        (_with_own(f'"{"x" * 17_000_000}"'), "larger than 16 MB"),
    ],
)
def test_a_malformed_file_is_refused_with_words(
    run: Command, tmp_path: Path, content: str, words: str
) -> None:
    path = tmp_path / "bad.json"
    path.write_text(content)
    result = run("submit", str(path))
    assert result.exit_code == 1
    assert words in result.output


def test_status_counts_and_misses_with_an_exit_code(run: Command) -> None:
    empty = run("status")
    assert (empty.exit_code, "Campaigns: none" in empty.output) == (0, True)
    missing = run("status", "campaign_nowhere")
    assert (missing.exit_code, "there is no campaign" in missing.output) == (3, True)
    assert json.loads(run("status", "--json").output)["campaigns"] == {}


@pytest.mark.parametrize(
    ("request_status", "words"),
    [
        ("new", "is new: no sensor has taken it up yet"),
        ("processing", "is being taken up"),
        ("failed", "has failed: recipients: none is left"),
        ("odd", "has the status odd"),
    ],
)
def test_a_request_without_a_campaign_says_how_it_stands(
    run: Command,
    request_file: Path,
    mongodb_uri: str,
    database_name: str,
    request_status: str,
    words: str,
) -> None:
    run("submit", str(request_file))
    with MongoClient[dict[str, Any]](mongodb_uri) as client:
        client[database_name]["agent_batch_requests"].update_one(
            {}, {"$set": {"status": request_status, "error": "recipients: none is left"}}
        )
    found = run("status", "campaign_request_1")
    assert (found.exit_code, words in found.output) == (3, True), found.output
    everything = run("status").output
    assert f"Requests: 1 {request_status}." in everything
    told = "failed request request_1: recipients: none is left"
    assert (told in everything) == (request_status == "failed")


def test_status_prints_nothing_that_a_terminal_would_obey(
    run: Command, request_file: Path, mongodb_uri: str, database_name: str
) -> None:
    run("submit", str(request_file))
    with MongoClient[dict[str, Any]](mongodb_uri) as client:
        client[database_name]["agent_batch_requests"].update_one(
            {}, {"$set": {"status": "failed", "error": "recipients: \x1b[2J\u202e"}}
        )
    for shown in (run("status").output, run("status", "campaign_request_1").output):
        assert "recipients: \N{REPLACEMENT CHARACTER}[2J" in shown
        assert not {"\x1b", "\u202e"} & set(shown)


@pytest.mark.parametrize(("text", "words"), [("  ", "is empty"), ("a\udcff", "is not UTF-8")])
def test_a_reply_without_words_is_refused(run: Command, text: str, words: str) -> None:
    result = run("reply", "campaign_1", "ann", text)
    assert (result.exit_code, words in result.output) == (1, True)


def test_a_reply_to_nobody_is_refused(run: Command) -> None:
    result = run("reply", "campaign_nowhere", "ann", "hello")
    assert (result.exit_code, "there is no campaign" in result.output) == (3, True)


def test_doctor_says_what_is_missing(run: Command, mongodb_uri: str, database_name: str) -> None:
    with MongoClient[Doc](mongodb_uri) as client:
        client.drop_database(database_name)
    result = run("doctor")
    assert result.exit_code == 1
    assert "ok    MongoDB" in result.output
    assert "WRONG indexes: missing" in result.output


def test_without_mongodb_the_way_out_is_named(run: Command, tmp_path: Path) -> None:
    result = run("status", MONGODB_URI="", COMM_PIPELINE_HOME=str(tmp_path / "empty"))
    assert result.exit_code == 1
    assert "start one with `comm-pipeline dev`" in result.output


def test_settings_show_their_source_and_no_secret(run: Command) -> None:
    result = run("settings", "--json", MAX_BATCH_SIZE="7", MONGODB_URI="mongodb://u:secret@h/")
    rows = {row["name"]: row for row in json.loads(result.output)}
    assert rows["CAMPAIGN_MAX_BATCH_SIZE"]["value"] == "7"
    assert rows["CAMPAIGN_MAX_BATCH_SIZE"]["source"] == "MAX_BATCH_SIZE"
    assert "secret" not in result.output


def test_a_wrong_setting_names_its_variable(run: Command) -> None:
    result = run("settings", WORKER_THREADS="many")
    assert result.exit_code == 1
    assert "WORKER_THREADS" in result.output


def test_settings_are_lines_for_programs_whatever_they_hold(run: Command) -> None:
    result = run("settings", SENSITIVE_FIELDS="a,[red]b[/x]")
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert "SENSITIVE_FIELDS=a, [red]b[/x]  (SENSITIVE_FIELDS)" in lines
    assert any(line.startswith("CAMPAIGN_POLLING_INTERVAL_SECONDS=") for line in lines)


@pytest.mark.parametrize("command", ["status", "doctor"])
def test_a_home_that_is_a_file_is_named(run: Command, request_file: Path, command: str) -> None:
    result = run(command, MONGODB_URI="", COMM_PIPELINE_HOME=str(request_file / "home"))
    assert result.exit_code == 1
    assert "COMM_PIPELINE_HOME" in result.output
