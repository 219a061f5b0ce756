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


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "is not JSON"),
        ("[]", "must hold one object"),
        ('{"_id": "x", "name": "n", "template_id": "t"}', "recipients: must be a list"),
        ('{"name": "n", "template_id": "t", "recipients": ["a"]}', "_id: is missing"),
        ('{"_id": "x", "template_id": "t", "recipients": ["a"]}', "name: is missing"),
        ('{"_id": "x", "name": "n", "recipients": ["a"]}', "either template"),
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


def test_a_reply_to_nobody_is_refused(run: Command) -> None:
    result = run("reply", "campaign_nowhere", "ann", "hello")
    assert (result.exit_code, "there is no conversation" in result.output) == (3, True)


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
